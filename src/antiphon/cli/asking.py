"""What a command's options mean for a run: the settings over the environment, and the scenarios that are chosen."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import orjson

from antiphon.cli.loading import Loaded
from antiphon.core.errors import Mistake
from antiphon.core.text import did_you_mean
from antiphon.judge.verdicts import PlayOutcome
from antiphon.run.environment import Variables
from antiphon.run.folder import StoredRun
from antiphon.run.options import RunOptions
from antiphon.run.selection import Selection, select
from antiphon.scenario.model import Scenario
from antiphon.target.coverage_model import COUNTED
from antiphon.target.coverage_section import share_of
from antiphon.ticking.real import new_seed

_NOT_GOOD = (PlayOutcome.PASSED, PlayOutcome.SKIPPED)
_SEED = re.compile(r"[A-Za-z0-9._-]{1,64}")


def chosen(
    loaded: Loaded,
    *,
    tags: Sequence[str] | None = None,
    categories: Sequence[str] | None = None,
    priorities: Sequence[str] | None = None,
    covers: Sequence[str] | None = None,
    only: Sequence[str] | None = None,
    last_failed: bool = False,
) -> tuple[Scenario, ...]:
    """Return the scenarios that a command asks for, in the order in which they are played."""
    selection = Selection(
        paths=loaded.folder.chosen,
        tags=tuple(tags or ()),
        categories=tuple(categories or ()),
        priorities=tuple(priorities or ()),
        covers=tuple(covers or ()),
        only=tuple(only or ()),
        ids=_last_failed() if last_failed else None,
    )
    return select(loaded.suite.scenarios, selection)


def run_options(
    loaded: Loaded,
    *,
    seed: str | None = None,
    retries: int | None = None,
    parallel: int = 1,
    fail_fast: bool = False,
    allow_void: bool = False,
    fail_on_flaky: bool = False,
    strict_absence: bool = False,
    insecure: bool = False,
    report: Path | None = None,
    inputs: Sequence[str] | None = None,
    also_allowed: Sequence[str] = (),
    process_id: int | None = None,
    command: str = "",
    until: str = "",
    asked_for: Sequence[str] = (),
    allow_commands: bool = False,
    coverage_min: Sequence[str] = (),
) -> RunOptions:
    """Return how the run is to be played: options win over the environment, that over the defaults."""
    variables = loaded.variables
    told = {
        "scenarios": shlex.join(asked_for),
        "command": command,
        "until": until,
        "parallel": str(parallel) if parallel > 1 else "",
        "retries": str(retries) if retries else "",
        "fail-fast": "yes" if fail_fast else "",
        "allow-void": "yes" if allow_void else "",
        "fail-on-flaky": "yes" if fail_on_flaky else "",
        "strict-absence": "yes" if strict_absence else "",
        "insecure": "yes" if insecure else "",
        "yes-this-target": "yes" if also_allowed else "",
        **{f"input {text.partition('=')[0]}": text.partition("=")[2] for text in inputs or ()},
        "fixtures": "" if variables.use_fixtures else "off (USE_FIXTURES)",
        "generated data": "" if variables.generate else "off (GENERATE_DYNAMIC_DATA)",
        "allow-commands": "yes" if allow_commands else "",
        "coverage-min": " ".join(coverage_min),
        "clean-up": "" if variables.clean_up else "off (CLEANUP_AFTER_TESTS)",
    }
    return RunOptions(
        seed=_seed(seed),
        parallel=parallel,
        retries=retries if retries is not None else variables.retries,
        scenario_timeout_s=variables.timeout_s,
        fail_fast=fail_fast,
        allow_void=allow_void,
        fail_on_flaky=fail_on_flaky,
        strict_absence=strict_absence,
        insecure=insecure,
        allow_commands=allow_commands,
        keep_data=not variables.clean_up,
        also_allowed=tuple(also_allowed),
        inputs=_inputs(loaded, inputs or ()),
        use_fixtures=variables.use_fixtures,
        generate=variables.generate,
        api_limit_s=variables.api_limit_s,
        delivery_limit_s=variables.delivery_limit_s,
        coverage_min=_least(coverage_min),
        process_id=process_id,
        report_folder=report,
        told={name: value for name, value in told.items() if value},
        warnings=tuple(_warnings(variables, until)),
    )


def filters(
    paths: Sequence[Path],
    named: Mapping[str, Sequence[str] | None],
    scenarios: Sequence[Scenario],
    *,
    last_failed: bool,
    access: bool = False,
) -> list[str]:
    """Return the words of a command that choose the same scenarios again.

    Args:
        paths: As the command had them.
        named: Option → its values.
        scenarios: What was chosen: what failed last is named one by one, for it will be another the next time.
        last_failed: Whether that was asked for.
        access: Whether the access matrix was.
    """
    words = [str(path) for path in paths]
    words += [word for option, values in named.items() for value in values or () for word in (option, value)]
    words += ["--access"] if access else []
    if last_failed:
        words += [word for scenario in scenarios for word in ("--only", scenario.id)]
    return words


def _warnings(variables: Variables, until: str) -> Iterator[str]:
    if until:
        yield f"--until {until}: the steps behind it were not played, and nothing of them is tested"
    for name, limit in variables.unexercised.items():
        yield f"{name} ({limit}): not exercised by this run"


def _seed(seed: str | None) -> str:
    if seed is None:
        return new_seed()
    if not _SEED.fullmatch(seed):
        raise Mistake(
            sentence=f"`{seed}` is no seed", advice="a seed is letters and digits, as a run's first line shows it"
        )
    return seed


def _inputs(loaded: Loaded, written: Sequence[str]) -> Mapping[str, object]:
    known = {name for scenario in loaded.suite.scenarios for name in scenario.inputs}
    found: dict[str, object] = {}
    for text in written:
        name, sign, value = text.partition("=")
        if not sign or name not in known:
            advice = f"inputs of this suite: {', '.join(sorted(known)) or 'none'}"
            raise Mistake(sentence=f"`--input {text}` names no input", advice=advice)
        try:
            found[name] = orjson.loads(value)
        except orjson.JSONDecodeError:
            found[name] = value
    return found


def _least(written: Sequence[str]) -> Mapping[str, float]:
    """Return the least share of coverage by part; under the empty name of every part not named."""
    found: dict[str, float] = {}
    for text in written:
        part, sign, share = text.rpartition("=")
        least = share_of(share)
        if least is None:
            advice = "write --coverage-min 90%, or --coverage-min operations=100%"
            raise Mistake(sentence=f"`--coverage-min {text}` names no share", advice=advice)
        if sign and part not in COUNTED:
            advice = did_you_mean(part, COUNTED) or f"parts of coverage: {', '.join(COUNTED)}"
            raise Mistake(sentence=f"`--coverage-min {text}` names no part of coverage", advice=advice)
        found[part] = least
    return found


def _last_failed() -> frozenset[str]:
    results = StoredRun.found(Path.cwd(), "last").results()
    return frozenset(result.id for result in results if result.outcome not in _NOT_GOOD)
