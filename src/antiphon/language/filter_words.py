"""What each filter gives, in one sentence: for the reference and editors."""

from __future__ import annotations

from collections.abc import Mapping

FILTER_WORDS: Mapping[str, str] = {
    "length": "how many characters, items or keys",
    "first": "the first item of a list",
    "last": "the last item of a list",
    "unique": "a list without its repetitions",
    "sort": "a list of texts or of numbers in order",
    "merge": "a map over another, or two lists as one: `merge(other)`",
    "string": "the value as text",
    "int": "the text of a whole number as a number",
    "json": "the value as JSON",
    "upper": "a text in capitals",
    "lower": "a text in small letters",
    "trim": "a text without white space around it",
    "after": "a text behind a separator: `after(':')`; without the separator as it is",
    "before": "a text before a separator: `before(':')`",
    "sha256": "the SHA-256 of a text or bytes, in hexadecimal",
    "md5": "the MD5 of a text or bytes, in hexadecimal",
    "base64": "a text or bytes in base64",
    "hex": "a text or bytes in hexadecimal",
    "urlencode": "a text, or a map as parameters, for a URL",
    "bytes": "a text as bytes",
    "jwt": "a map signed as a JSON Web Token with HS256: `jwt(key)`",
    "tampered": "a text of which one character is another; of a token its signature's",
    "default": "another value where there is none: `default(0)`",
}
"""By name."""
