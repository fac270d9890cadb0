"""A look into the target's database as it is played: asked, noted in the history, judged."""

from __future__ import annotations

import orjson

from antiphon.engine.doing import Doing
from antiphon.engine.judging import about
from antiphon.engine.play import Frame
from antiphon.engine.stops import PlayProblem
from antiphon.history.entries import Probe
from antiphon.judge.probes import rows_verdict, unanswered_verdict
from antiphon.probe.asking import CannotProbe, QueryProblem, as_json
from antiphon.scenario.step_model import ProbeStep


async def probe(frame: Frame, step: ProbeStep, doing: Doing) -> None:
    """Ask the database, and judge the rows.

    Raises:
        PlayProblem: There is no database that could be asked.
    """
    setting = frame.play.setting
    scope = frame.scope()
    values = {name: value(scope) for name, value in step.values.items()}
    asked_s = setting.clock.now_s()
    rows: list[dict[str, object]] | None = None
    failure = hint = ""
    try:
        if setting.database is None:
            profile = setting.target.database
            name = profile.url_env if profile is not None else "the variable with its URL"
            advice = f"set {name}; `needs: [database]` skips the scenario where it is not set"
            raise CannotProbe(sentence=f"there is no database to probe: {name} is not set", advice=advice)
        rows = await setting.database.rows(step.sql, values)
    except QueryProblem as problem:
        failure, hint = str(problem), problem.hint
    except CannotProbe as problem:
        failure = str(problem)
        raise PlayProblem(sentence=failure, source=step.source, advice=problem.hint or "") from None
    finally:
        setting.recorder.write(
            Probe(
                at_s=setting.clock.now_s(),
                play=frame.play.name,
                step=doing.number,
                sql=step.sql.text,
                values=as_json(values),
                rows=as_json(rows) if rows is not None else None,
                asked_s=asked_s,
                failure=failure,
            )
        )
    if rows is None:
        doing.verdicts.append(unanswered_verdict(failure, hint, about(doing)))
        return
    # As a reader of the record would see them: numbers and texts of JSON.
    found = orjson.loads(as_json(rows))
    doing.facts["rows"] = found
    doing.verdicts.append(rows_verdict(found, step.expect, frame.scope(doing), about(doing)))
