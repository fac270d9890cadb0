"""What reads back a change: the GET of the row's own path, or of the nearest path above it that the target knows."""

from __future__ import annotations

from antiphon.core.errors import Problems
from antiphon.language.call import CallSpec
from antiphon.language.nodes import Scalar
from antiphon.language.route import parse_verb_line
from antiphon.language.vocabulary import Vocabulary
from antiphon.target.access.model import AccessRow


def found_read(row: AccessRow, vocabulary: Vocabulary) -> CallSpec | None:
    """Return the call that reads what a row would change; None where the catalogue has none.

    `DELETE /rooms/:id/members/:user` is read back by `GET /rooms/:id/members/:user`, else by `GET
    /rooms/:id/members`, else by `GET /rooms/:id`, else by `GET /rooms`: whichever the target declares first.

    Args:
        row: The row.
        vocabulary: The target's operations; where none are declared nothing is known to be there.
    """
    if not vocabulary.operations:
        return None
    written = str(row.line.value).strip().partition(" ")[2].strip().partition("?")[0]
    known = {operation.path for operation in vocabulary.operations if operation.method == "GET"}
    segments, templates = _segments(written), row.call.template.split("/")
    if len(segments) != len(templates):
        return None
    while len(templates) > 1:
        template = "/".join(templates)
        if template in known:
            return _get("/".join(segments), template, row.line)
        segments, templates = segments[:-1], templates[:-1]
    return None


def _segments(path: str) -> list[str]:
    """Return a path's segments; a slash inside of a template ends none."""
    found, depth, current = [], 0, ""
    for at, sign in enumerate(path):
        if path.startswith("{{", at):
            depth += 1
        elif path.startswith("}}", at - 1) and at:
            depth = max(depth - 1, 0)
        if sign == "/" and not depth:
            found.append(current)
            current = ""
        else:
            current += sign
    return [*found, current]


def _get(path: str, template: str, line: Scalar) -> CallSpec | None:
    route = parse_verb_line(f"GET {path}", line.source, Problems())
    if route is None:
        return None
    return CallSpec(method="GET", path=route.path, template=template, source=line.source, service=route.service)
