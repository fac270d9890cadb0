"""Texts from a target or a file made safe to show: no terminal, log or page obeys what they say."""

from __future__ import annotations

import re

from antiphon.core.text import shortened, visible

# `##[error]`, `##vso[...]`, `##teamcity[...]` are obeyed by build servers wherever they stand in a line.
_BUILD_COMMAND = re.compile(r"##(?=[A-Za-z]{0,20}\[)")
# `::error::` is obeyed by build servers only where a line begins with it.
_WORKFLOW_COMMAND = re.compile(r"^(\s*)::", re.MULTILINE)
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")


def shown(text: str, *, limit: int = 400) -> str:
    r"""Return `text` in one line that shows everything and commands nothing.

    Control characters, bidirectional overrides and halves of surrogate pairs are written out
    (`\x1b`); the `##[` and `##name[` of build servers become `#\x23[`.

    Args:
        text: Anything; what comes from the target has to pass here.
        limit: How many characters of it are kept; the rest is left out of its middle.
    """
    if len(text) <= limit and text.isascii() and text.isprintable() and "##" not in text:
        return text  # nearly everything: 0.2 µs in place of 2
    return _BUILD_COMMAND.sub(r"#\\x23", _NO_CHARACTER.sub(_written_out, visible(shortened(text, limit=limit))))


def shown_bytes(data: bytes, *, limit: int = 400) -> str:
    """Return bytes from the wire as one safe line: as text where they are UTF-8, else with what is not written out."""
    if len(data) <= limit * 4:
        return shown(data.decode("utf-8", "backslashreplace"), limit=limit)
    # A megabyte is not decoded for the two hundred characters that are shown of it.
    head, tail = data[: limit * 2], data[-limit:]
    begins = shown(head.decode("utf-8", "backslashreplace")[: limit * 2 // 3], limit=limit)
    ends = shown(tail.decode("utf-8", "backslashreplace")[-limit // 3 :], limit=limit)
    return f"{begins}…of {len(data)} bytes…{ends}"


def unobeyed(block: str) -> str:
    r"""Return a block of lines of which none begins with `::`, which build servers would obey."""
    return _WORKFLOW_COMMAND.sub(r"\1\\x3a:", block)


def _written_out(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"
