"""Programs of the examples, run while a test needs them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def running(words: Sequence[str], **environment: str) -> Iterator[str]:
    """Run a program that says `ready at URL` once it listens, on a port of its own choice; gives that URL."""
    process = subprocess.Popen(
        list(words), env={**os.environ, "PORT": "0", **environment}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        found = re.search(r"ready at (\S+)", process.stdout.readline())
        assert found is not None
        yield found[1]
    finally:
        process.terminate()
        process.communicate(timeout=60)
