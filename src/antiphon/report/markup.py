"""HTML that is made of elements: text is escaped wherever it stands, and only what was made here is taken as it is.

An engine for templates takes some 150 ms to load and to compile one page.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


class Markup(str):
    """HTML that may stand in a page as it is: made by `el`, or drawn by this package, which escapes what it draws."""

    __slots__ = ()


def el(tag: str, /, *inside: str, **attributes: str) -> Markup:
    """Return an element with what is inside of it; texts are escaped.

    Args:
        tag: Its name.
        inside: Texts, and elements.
        attributes: By their names, `class_` for `class`; of an empty value none is made.
    """
    start = tag
    for name, value in attributes.items():
        if value:
            start += f' {name.rstrip("_")}="{escape(value)}"'
    # A page has some twenty thousand of these.
    content = [part if type(part) is Markup else escape(part, quote=False) for part in inside]
    return Markup(f"<{start}>{''.join(content)}</{tag}>")


def together(*parts: str) -> Markup:
    """Return texts, which are escaped, and elements one after the other."""
    return Markup("".join([part if type(part) is Markup else escape(part, quote=False) for part in parts]))


def lines(parts: Iterable[str]) -> Markup:
    """Return texts, which are escaped, and elements with a line for each."""
    return Markup("".join([f"\n{together(part)}" for part in parts if part]) + "\n")


def table(head: Iterable[Markup], rows: Iterable[Markup], *, class_: str = "") -> Markup:
    """Return a table; without a head if none is given."""
    titles = tuple(head)
    top = el("thead", el("tr", *titles)) if titles else Markup()
    return el("table", lines((top, el("tbody", lines(rows)))), class_=class_)
