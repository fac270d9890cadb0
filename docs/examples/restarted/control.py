"""`control.py stop` and `control.py start`: tells the application's keeper, and ends at once."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

port = urlsplit(os.environ["API_BASE_URL"]).port
keeper = Path(tempfile.gettempdir()) / f"restarted-{port}.pid"
os.kill(int(keeper.read_text()), {"stop": signal.SIGUSR1, "start": signal.SIGUSR2}[sys.argv[1]])
