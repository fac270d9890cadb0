"""`antiphon run --access`: the plays of the access matrix beside the scenarios of a suite."""

from __future__ import annotations

from msgspec.structs import replace

from antiphon.cli.loading import Loaded
from antiphon.core.errors import Mistake
from antiphon.run.access.planning import plan_matrix
from antiphon.run.access.reader import AccessReader
from antiphon.ticking.real import wall_time


def with_matrix(loaded: Loaded) -> tuple[Loaded, AccessReader]:
    """Return a suite with the plays of its profile's access matrix among its scenarios, and their reader.

    Raises:
        Mistake: The profile says nothing of who may do what.
    """
    if loaded.matrix is None:
        raise Mistake(
            sentence="the profile has no `access`: nothing says who may do what",
            advice="add access.actors and access.rows to the profile, or leave --access out",
        )
    secret = loaded.target.users.tokens.secret_env
    can_sign = bool(secret and loaded.environment.get(secret))
    plan = plan_matrix(loaded.matrix, can_sign=can_sign)
    reader = AccessReader(loaded.matrix, plan, known=loaded.target.laws.known, today=wall_time().date())
    suite = replace(loaded.suite, scenarios=(*loaded.suite.scenarios, *reader.scenarios))
    folder = loaded.folder
    if folder.chosen:  # files that a command names leave out other files, not what it asks for besides
        folder = replace(folder, chosen=folder.chosen | {loaded.target.path})
    return replace(loaded, suite=suite, folder=folder), reader
