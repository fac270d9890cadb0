"""One target under atheris, in a process of its own: called by `python -m fuzz`."""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-untyped]


def main() -> None:
    """Fuzz the target that the first argument names; the rest is libFuzzer's. Does not return."""
    with atheris.instrument_imports(include=["antiphon"]):
        from fuzz.targets import TARGETS
    target = TARGETS[sys.argv[1]]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
