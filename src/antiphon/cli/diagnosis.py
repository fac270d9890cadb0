"""What `doctor` looks at: versions, open files, the processor's accounting, the profile, the target's health."""

from __future__ import annotations

import asyncio
import importlib.metadata
import platform
import resource
from pathlib import Path

import uvloop

from antiphon import __version__
from antiphon.cli.edge import EXIT_ENVIRONMENT, exit_code_of
from antiphon.cli.loading import Loaded, load, readable_environment
from antiphon.cli.telling import stopped
from antiphon.core.errors import AntiphonError
from antiphon.core.redaction import Redactor
from antiphon.engine.health import Health
from antiphon.engine.recorder import Recorder
from antiphon.engine.run_clock import RunClock
from antiphon.engine.setting import Setting
from antiphon.net.allow import AllowList
from antiphon.net.ways import Ways
from antiphon.report.failure import error_text
from antiphon.report.painting import Painted
from antiphon.report.words import counted
from antiphon.run.assembling import trouble_of
from antiphon.run.environment import override_note
from antiphon.run.ways import INSECURE, is_insecure, ways_of
from antiphon.target.socket_model import Channel
from antiphon.ticking.real import RealClock, SeededDice, new_key, wall_time
from antiphon.watch.lag import LagWatch
from antiphon.watch.target import TargetWatch

_LIBRARIES = ("uvloop", "picows", "httptools", "orjson", "msgspec", "google-re2")
_ENOUGH_FILES = 1024


def diagnose(target: Path | None, *, insecure: bool = False) -> tuple[list[Painted | str], int]:
    """Return what was found, a line each, and with what a run would end that cannot begin; 0 if it can."""
    told: list[Painted | str] = [
        f"antiphon {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
        "libraries: " + ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES),
        _open_files(),
        _accounting(),
    ]
    try:
        loaded = load((), target)
    except AntiphonError as error:
        return [*told, error_text(error)], exit_code_of(error)
    profile = loaded.target
    told.append(f"target: {profile.name} at {profile.base_url}, {_socket(profile.channel) or 'no socket; fence: none'}")
    for service in profile.services.values():
        parts = (f"at {service.base_url}" if service.base_url else "", _socket(service.channel))
        told.append(f"service: {service.name}, {', '.join(part for part in parts if part)}")
    told.append(f"suite: {counted(len(loaded.suite.scenarios), 'scenario')}, no problems")
    try:
        ways = ways_of(profile, loaded.folder.profile.parent, readable_environment(loaded), insecure=insecure)
    except AntiphonError as error:
        return [*told, error_text(error)], exit_code_of(error)
    if is_insecure(profile, insecure=insecure):
        told.append(f"INSECURE: {INSECURE}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        trouble = runner.run(_health(loaded, ways))
    if trouble is not None:
        note = override_note("base_url", "API_BASE_URL", loaded.variables.base_url)
        return [*told, error_text(stopped(trouble_of(trouble), note))], EXIT_ENVIRONMENT
    return [*told, "health: the target answers"], 0


def _socket(channel: Channel | None) -> str:
    if channel is None:
        return ""
    url = channel.socket.url or "a URL that is known when somebody connects"
    return f"socket at {url}; fence: {channel.fence.kind}"


def _open_files() -> str:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    advice = "" if soft >= _ENOUGH_FILES else f" (few: `ulimit -n {hard}` raises it)"
    return f"open files: {soft} of at most {hard}{advice}"


def _accounting() -> str:
    if Path("/proc/self/schedstat").is_file():
        return "own lag: measured by a ticker and by the kernel's run-queue accounting"
    return "own lag: measured by a ticker alone (this system has no /proc/self/schedstat)"


async def _health(loaded: Loaded, ways: Ways) -> AntiphonError | None:
    clock = RunClock(RealClock())
    setting = Setting(
        target=loaded.target,
        clock=clock,
        dice=SeededDice("doctor"),
        allow=AllowList(loaded.target.allow),
        recorder=Recorder(),
        redactor=Redactor(new_key()),
        lag=LagWatch(clock),
        target_watch=TargetWatch(None, clock),
        run_id="doctor",
        seed="doctor",
        started=wall_time(),
        read_file=loaded.folder.read,
        environment=readable_environment(loaded),
        ways=ways,
    )
    return await Health(setting).trouble()
