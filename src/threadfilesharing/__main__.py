"""`python -m threadfilesharing`."""

import sys

from threadfilesharing.cli import main

sys.exit(main())
