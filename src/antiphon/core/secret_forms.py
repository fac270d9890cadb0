"""The forms in which a secret travels: plain, URL-encoded, JSON-escaped, HTML-escaped, in base64."""

from __future__ import annotations

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

_ALWAYS_ITSELF = re.compile(r"[A-Za-z0-9_.~-]+")
_PERCENT = re.compile(r"%[0-9A-F]{2}")
_UNICODE = re.compile(r"\\u[0-9a-f]{4}")
_HTML_SAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027"})


def forms_of(secret: str) -> frozenset[bytes]:
    """Return every form of a secret that is looked for, as bytes.

    Base64 in all three alignments, so that it is found inside a longer text that was encoded
    (`user:password`); the characters at the edges that it shares with its neighbours are left out.
    """
    plain = secret.encode("utf-8", "surrogatepass")
    # Nothing escapes what most tokens are made of, and a run has thousands of them.
    texts = {secret} if _ALWAYS_ITSELF.fullmatch(secret) else _escaped(secret, plain)
    return frozenset({text.encode("utf-8", "surrogatepass") for text in texts} | _in_base64(plain))


def _escaped(secret: str, plain: bytes) -> set[str]:
    in_html = html.escape(secret)
    return {secret, *_in_urls(plain), *_in_json(secret), in_html, in_html.replace("&#x27;", "&#39;")}


def _in_urls(plain: bytes) -> set[str]:
    found = {quote(plain, safe=""), quote(plain), quote_plus(plain), quote(plain, safe="!'()*")}
    return found | {_PERCENT.sub(lambda part: part.group().lower(), text) for text in found}


def _in_json(secret: str) -> set[str]:
    found = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    found |= {text.replace("/", "\\/") for text in found} | {text.translate(_HTML_SAFE) for text in found}
    found |= {_UNICODE.sub(lambda part: "\\u" + part.group()[2:].upper(), text) for text in found}
    # JSON inside of a JSON text.
    return found | {json.dumps(text, ensure_ascii=False)[1:-1] for text in found}


def _in_base64(plain: bytes) -> set[bytes]:
    found = set()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + plain)
        first = -(-8 * before // 6)
        last = 8 * (before + len(plain)) // 6
        found |= {encoded[first:last], encoded[first:last].translate(bytes.maketrans(b"+/", b"-_"))}
    return found
