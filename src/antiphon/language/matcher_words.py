"""What each matcher matches, in one sentence: for the reference, the schema and editors."""

from __future__ import annotations

from collections.abc import Mapping

MATCHER_WORDS: Mapping[str, str] = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "uuid": "the text of a UUID",
    "iso_time": "the text of an ISO 8601 time",
    "null": "null; an absent value is not null",
    "absent": "nothing: the key is not there",
    "present": "anything that is there, null too",
    "any": "anything, and nothing as well",
    "numeric": "a number, or the text of one",
    "not": "what its matcher does not match",
    "any_of": "what one of a list of matchers matches",
    "all_of": "what each of a list of matchers matches",
    "each": "a list each item of which matches",
    "contains": "a list one item of which matches",
    "none": "a list no item of which matches",
    "unordered": "a list whose items match these matchers, in any order",
    "length": "a text, list or map of this length, or of a length from and to",
    "range": "a number or time from and to; null leaves one end open",
    "near": "a number or time that differs from another by at most a tolerance",
    "unique": "a list no two items of which agree at an address",
    "exact": "a map with these keys and no others",
}
"""By name, without the `#`; those from `not` on are the one key of a map. `"#/pattern/"` is found anywhere."""
