"""The curl command that repeats a call, with secrets named and not told."""

from __future__ import annotations

import re
from collections.abc import Mapping

from antiphon.core.text import shortened, visible
from antiphon.history.entries import Call

LONGEST_BODY = 4096

# curl makes these itself, and better.
_CURLS_OWN = frozenset({"host", "content-length", "connection", "accept-encoding", "transfer-encoding", "user-agent"})
_PLACES = {"authorization": "TOKEN", "cookie": "COOKIE", "proxy-authorization": "TOKEN", "x-api-key": "KEY"}
# What redaction leaves where a secret was: `***` and eight characters of a keyed hash, or `***` alone.
_REDACTED = re.compile(r"\*\*\*(?:[0-9A-Za-z_-]{8})?")
_OUR_VARIABLE = re.compile(r"\$[A-Z_]+")
_NAMED_BEFORE = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,40})[\"']?\s*[:=]\s*[\"']?\Z")


def curl(call: Call, names: Mapping[str, str] | None = None) -> str:
    r"""Return a shell command that asks the target the same again.

    Everything is quoted so that a shell takes it literally. A secret stands as a variable, so that
    the command runs once the variable is set: `$ALICE_TOKEN` for the authorization header of
    Alice's calls, `$ALICE_PASSWORD` where redaction took out a password.

    Args:
        call: The call as the history has it.
        names: Secrets that may still stand in it, each with its variable's name.
    """
    known = {secret: name for secret, name in (names or {}).items() if len(secret) >= 4}
    owner = _variable(call.user or "user")
    parts = ["curl", "-I"] if call.method == "HEAD" else ["curl", "-X", _quoted(call.method, known, owner)]
    if any(character in call.url for character in "[]{}"):
        parts.append("-g")
    parts += [f'"{option}"' if _OUR_VARIABLE.fullmatch(option) else _literal(option) for option in call.curl]
    parts.append(_quoted(call.url, known, owner))
    for name, value in call.request_headers:
        if name.lower() not in _CURLS_OWN:
            parts += ["-H", _header(name, value, known, owner)]
    body, comment = _body(call, known, owner)
    return " ".join([*parts, *body]) + comment


def _header(name: str, value: str, known: Mapping[str, str], owner: str) -> str:
    place = _PLACES.get(name.lower())
    if place is None:
        return _quoted(f"{name}: {value}", known, owner)
    scheme, _, secret = value.rpartition(" ")
    if place != "TOKEN":
        scheme, secret = "", value
    elif not scheme and _REDACTED.fullmatch(value):
        scheme = "Bearer"
    variable = known.get(secret) or f"{owner}_{place}"
    safe_scheme = re.sub(r"[^A-Za-z0-9_-]", "", scheme)
    safe_name = re.sub(r"[^A-Za-z0-9_-]", "", name)
    return f'"{safe_name}: {safe_scheme + " " if safe_scheme else ""}${variable}"'


def _body(call: Call, known: Mapping[str, str], owner: str) -> tuple[list[str], str]:
    body = call.request_body
    if not body:
        return [], ""
    kind = next((value for name, value in call.request_headers if name.lower() == "content-type"), "")
    kind = kind.partition(";")[0].strip().lower()
    text = _text(body) if len(body) <= LONGEST_BODY and not kind.startswith("multipart/") else None
    if text is None:
        what = "multipart" if kind.startswith("multipart/") else visible(shortened(kind, limit=60)) or "binary data"
        return [], f"  # body: {len(body)} bytes of {what} left out"
    option = "--data-raw" if text.startswith("@") else "-d"
    return [option, _quoted(text, known, owner)], ""


def _text(body: bytes) -> str | None:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _quoted(text: str, known: Mapping[str, str], owner: str) -> str:
    """Return one shell word for `text`, with its secrets as variables between double quotes."""
    pieces: list[str] = []
    position = 0
    for start, end, variable in _secrets(text, known, owner):
        if start > position:
            pieces.append(_literal(text[position:start]))
        pieces.append(f'"${variable}"')
        position = end
    if position < len(text) or not pieces:
        pieces.append(_literal(text[position:]))
    return "".join(pieces)


def _secrets(text: str, known: Mapping[str, str], owner: str) -> list[tuple[int, int, str]]:
    patterns = [re.escape(secret) for secret in sorted(known, key=len, reverse=True)]
    found = []
    for match in re.finditer("|".join([*patterns, _REDACTED.pattern]), text):
        variable = known.get(match.group())
        if variable is None:
            named = _NAMED_BEFORE.search(text, max(match.start() - 60, 0), match.start())
            variable = f"{owner}_{_variable(named[1] if named else 'SECRET')}"
        found.append((match.start(), match.end(), variable))
    return found


def _literal(text: str) -> str:
    if text and re.fullmatch(r"[A-Za-z0-9_./:@%+=,-]+", text):
        return text
    if visible(text) == text:
        return "'" + text.replace("'", "'\\''") + "'"
    # Control characters neither reach a terminal nor get lost: $'...' lets the shell make them again.
    return "$'" + "".join(_spelled(character) for character in text) + "'"


def _spelled(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if visible(character) == character:
        return character
    # In bytes, as what `\\u` means depends on the shell's locale.
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))


def _variable(name: str) -> str:
    # accessToken and access-token are both ACCESS_TOKEN.
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    made = re.sub(r"[^A-Za-z0-9]+", "_", spaced).strip("_").upper()
    return f"_{made}" if made[:1].isdigit() else made or "SECRET"
