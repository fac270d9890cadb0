"""The head of a scenario whose steps are written in Python: read by the same keys as that of a YAML file."""

from __future__ import annotations

from antiphon.language.keys import Place, Reading
from antiphon.language.nodes import Mapping
from antiphon.scenario import file_compiler as file
from antiphon.scenario.model import Priority, Scenario, ScenarioType, Script
from antiphon.scenario.names_check import NamesCheck
from antiphon.scenario.reading import ScenarioReading
from antiphon.scenario.users import read_users

SCRIPTED = Place[Reading](
    "a scenario in Python",
    (
        *(file.TITLE, file.DESCRIPTION, file.CATEGORY, file.TYPE, file.PRIORITY, file.TAGS, file.COVERS, file.NEEDS),
        *(file.TIMEOUT, file.RETRIES, file.INPUTS, file.USERS),
    ),
)


def compile_scripted(
    identity: str, path: str, text: str, root: Mapping, reading: ScenarioReading, script: Script
) -> Scenario | None:
    """Return a scenario whose steps `script` plays, or None if its head cannot be read.

    Args:
        identity: Its id.
        path: The file's.
        text: All of it.
        root: The keys of its head.
        reading: Where problems go, and what the whole suite knows.
        script: Plays the steps.
    """
    fields = SCRIPTED.read(root, reading, reading.problems)
    users_node = fields.get(file.USERS)
    users = read_users(users_node, reading) if users_node is not None else ()
    check = NamesCheck(reading, env=None)
    for user in users:
        check.user(user)
    inputs = file.read_inputs(fields, check, reading)
    title = fields.get(file.TITLE)
    if title is None:
        return None
    listens = reading.vocabulary.on(None).speaks and any(user.connect and user.login for user in users)
    # Which channels it uses is not known before it is played: it counts as using all that it may.
    derived = ScenarioType.INTEGRATION if listens else ScenarioType.API_ONLY
    return Scenario(
        id=identity,
        title=title,
        path=path,
        source=root.source,
        text=text,
        description=(fields.get(file.DESCRIPTION) or "").strip(),
        type=ScenarioType(fields.get(file.TYPE) or derived),
        category=fields.get(file.CATEGORY) or "",
        priority=Priority(fields.get(file.PRIORITY) or Priority.MEDIUM),
        tags=fields.get(file.TAGS) or (),
        covers=fields.get(file.COVERS) or (),
        needs=fields.get(file.NEEDS) or (),
        timeout_s=fields.get(file.TIMEOUT),
        retries=fields.get(file.RETRIES),
        inputs=inputs,
        users=users,
        listens=listens,
        script=script,
    )
