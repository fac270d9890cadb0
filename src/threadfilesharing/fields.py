"""The kinds of values that requests, emits, answers and events are made of."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

LARGEST = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly."""


def _without_controls(text: str) -> str:
    # NUL cannot be stored in PostgreSQL's text, and no name or message needs it.
    if "\x00" in text:
        raise ValueError("NUL is not allowed")
    return text


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


UUID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
EMAIL_PATTERN = r"^[^@\s]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?\.[A-Za-z]{2,24}$"

Id = Annotated[str, StringConstraints(pattern=UUID_PATTERN, to_lower=True), Field(json_schema_extra={"format": "uuid"})]
Email = Annotated[
    str,
    StringConstraints(pattern=EMAIL_PATTERN, to_lower=True, max_length=254),
    AfterValidator(_without_controls),
]
Password = Annotated[str, StringConstraints(max_length=128), AfterValidator(_without_controls)]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=200), AfterValidator(_filled), AfterValidator(_without_controls)
]
Text = Annotated[str, AfterValidator(_without_controls)]
Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
EventNumber = Annotated[int, Field(ge=0, le=LARGEST)]
Details = dict[str, Any]


class Body(BaseModel):
    """What comes from outside: camelCase, no conversions; keys that are not known are ignored."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True, frozen=True, populate_by_name=False)


class View(BaseModel):
    """What goes out, for the documents: camelCase, and nothing beyond what is named."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


def field_problems(errors: Any) -> list[dict[str, str]]:
    """Return what is wrong with which field, without repeating what was sent."""
    return [
        {
            "field": ".".join(str(part) for part in each["loc"] if part not in ("body", "query", "path")),
            "message": each["msg"],
        }
        for each in errors
    ]
