"""The profile's `database`: the variable that holds the URL of the target's database, which may be looked into."""

from __future__ import annotations

from antiphon.language import plain_values as plain
from antiphon.language.keys import Key, Place, Reading
from antiphon.language.nodes import Node
from antiphon.target.model import DatabaseProfile
from antiphon.target.reading import ProfileReading
from antiphon.target.users_section import variable

FEATURE = "database"
"""What a scenario `needs` that is to be skipped where the variable is not set."""

URL_ENV = Key(
    "url_env", ("text",), variable, "the variable that holds its URL: sqlite:///FILE or postgresql://...", required=True
)
DATABASE_KEYS = Place[Reading]("`database`", (URL_ENV,))


def read_database(node: Node, reading: ProfileReading) -> DatabaseProfile | None:
    """Return what the profile says of the database; the URL itself stands in no file."""
    fields = DATABASE_KEYS.read(plain.map_of(node), reading, reading.problems)
    name = fields.get(URL_ENV)
    return DatabaseProfile(url_env=name, source=fields.at(URL_ENV)) if name is not None else None
