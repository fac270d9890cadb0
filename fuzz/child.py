"""One target under atheris, in a process of its own: called by `python -m fuzz`."""

from __future__ import annotations

import os
import signal
import sys

import atheris  # type: ignore[import-untyped]


def main() -> None:
    """Fuzz the target that the first argument names, for as many seconds of CPU time as the second says.

    The rest is libFuzzer's. Does not return.
    """
    with atheris.instrument_imports(include=["antiphon"]):
        from fuzz.targets import TARGETS
    target = TARGETS[sys.argv[1]]
    atheris.Setup([sys.argv[0], *sys.argv[3:], "-handle_usr1=1"], target.check)
    # libFuzzer itself knows only time on the wall, of which a busy machine gives it less.
    signal.signal(signal.SIGPROF, lambda *_: os.kill(os.getpid(), signal.SIGUSR1))
    signal.setitimer(signal.ITIMER_PROF, int(sys.argv[2]))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
