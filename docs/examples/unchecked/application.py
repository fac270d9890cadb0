"""The application of `../secure`, for clients without a certificate."""

import runpy
import ssl
from pathlib import Path

runpy.run_path(str(Path(__file__).resolve().parents[1] / "secure" / "application.py"))["main"](ssl.CERT_NONE)
