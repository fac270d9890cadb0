"""The pytest plugin: with `--target` each scenario is an item, and tests may ask for users of the target.

Every pytest run of an environment loads this module, so that it imports nothing but pytest until it is wanted, and
asks for no option name that another plugin or a conftest may have.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from antiphon.pytest_session import PlayedItems
    from antiphon.pytest_users import Antiphon, MakeUsers

_OPTION, _DEST = "--target", "antiphon_target"
_ALIAS = "--antiphon-target"
_SEED = "--antiphon-seed"
_REPORT = "--antiphon-report"
_HELP = "The profile of the application that Antiphon's scenarios are played against."


class _Failed(Exception):
    """A scenario failed or could not be played; its text is Antiphon's own."""


SESSION: pytest.StashKey[PlayedItems] = pytest.StashKey()
HANDLE: pytest.StashKey[Antiphon] = pytest.StashKey()


# -- options -------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that can have no other owner."""
    group = parser.getgroup("antiphon", "Antiphon: scenarios over REST and a real-time channel")
    group.addoption(_ALIAS, dest=_DEST, metavar="PROFILE", default=None, help=_HELP)
    group.addoption(_SEED, dest="antiphon_seed", default=None, help="Repeat the choices of another run.")
    group.addoption(_REPORT, dest="antiphon_report", default=None, help="Write the reports into this folder, too.")
    parser.addini(_DEST, _HELP, type="string", default="")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(parser: pytest.Parser) -> Generator[None, Any, Any]:
    """Add `--target`, unless a conftest or another plugin has it already."""
    result = yield
    # What pytest tells nobody; where it keeps its options elsewhere, the alias still serves.
    groups = [getattr(parser, "_anonymous", None), *getattr(parser, "_groups", ())]
    taken = {name for group in groups if group is not None for option in group.options for name in option.names()}
    if _OPTION not in taken:
        parser.getgroup("antiphon").addoption(_OPTION, dest=_DEST, metavar="PROFILE", default=None, help=_HELP)
    return result


def pytest_configure(config: pytest.Config) -> None:
    """Take up the profile, if there is one."""
    config.addinivalue_line("markers", "antiphon: a scenario of Antiphon, or a test that plays on its target.")
    profile = config.getoption(_DEST, None) or config.getini(_DEST)
    if not profile:
        return
    from antiphon.pytest_session import PlayedItems

    written = Path(profile)
    path = written if config.getoption(_DEST, None) else config.rootpath / written
    config.stash[SESSION] = PlayedItems(
        path, seed=config.getoption("antiphon_seed"), report=config.getoption("antiphon_report")
    )


# -- scenarios as items --------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Read the suite: with any problem at all nothing is played."""
    ours = session.config.stash.get(SESSION, None)
    if ours is None:
        return
    from antiphon.core.errors import AntiphonError

    try:
        ours.read()
    except AntiphonError as error:
        raise pytest.UsageError(ours.text_of(error)) from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the files of the suite that hold scenarios."""
    session = parent.config.stash.get(SESSION, None)
    if session is None or file_path.suffix not in (".yaml", ".yml", ".py") or not session.may_hold(file_path):
        return None
    return ScenarioFile.from_parent(parent, path=file_path) if session.named(file_path) else None


class ScenarioFile(pytest.File):
    """A file that holds one scenario or several."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each scenario."""
        session = self.config.stash[SESSION]
        for identity in session.named(self.path):
            item = ScenarioItem.from_parent(self, name=session.short(identity, self.path))
            item.identity = identity
            item.mark(session.tags(identity))
            yield item


class ScenarioItem(pytest.Item):
    """One scenario. It is played as the item is set up, so that what cannot be played is an error and no failure."""

    identity: str = ""

    def mark(self, tags: tuple[str, ...]) -> None:
        """Take the scenario's tags as markers, and as words for `-k`."""
        self.add_marker(pytest.mark.antiphon)
        for tag in tags:
            self.extra_keyword_matches.add(tag)
            if tag.isidentifier():
                self.config.addinivalue_line("markers", f"{tag}: a tag of scenarios")
                self.add_marker(tag)

    def setup(self) -> None:
        """Play the scenario."""
        session = self.config.stash[SESSION]
        self.outcome = session.play(self.identity)
        if self.outcome.kind == "error":
            raise _Failed(self.outcome.text)

    def runtest(self) -> None:
        """Say what came of it."""
        outcome = self.outcome
        if outcome.kind == "skipped":
            pytest.skip(outcome.text)
        if outcome.kind == "failed":
            raise _Failed(outcome.text)
        for name, value in outcome.properties:
            self.user_properties.append((name, value))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return Antiphon's own text."""
        if isinstance(excinfo.value, _Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the scenario stands."""
        return self.path, self.config.stash[SESSION].line(self.identity) - 1, self.name


# -- the run -------------------------------------------------------------------------------------


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Play in the order of the suite, whatever the order in which folders were read."""
    session = config.stash.get(SESSION, None)
    if session is None:
        return
    places = [index for index, item in enumerate(items) if isinstance(item, ScenarioItem)]
    ours = [item for item in items if isinstance(item, ScenarioItem)]
    for index, item in zip(places, session.in_order(ours, lambda one: one.identity), strict=True):
        items[index] = item


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, Any, Any]:
    """Begin one run for all items, and end it when they have been played."""
    ours = session.config.stash.get(SESSION, None)
    if ours is None or session.config.option.collectonly:
        return (yield)
    wanted = [item.identity for item in session.items if isinstance(item, ScenarioItem)]
    asking = any("users" in names or "antiphon" in names for names in map(_fixtures_of, session.items))
    if not wanted and not asking:
        return (yield)
    from antiphon.core.errors import AntiphonError

    try:
        ours.begin(wanted)
    except AntiphonError as error:
        raise pytest.UsageError(ours.text_of(error)) from None
    try:
        return (yield)
    finally:
        if (code := ours.end()) and not session.testsfailed and session.exitstatus == pytest.ExitCode.OK:
            session.testsfailed += code


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what the run came to, and where its report is."""
    session = config.stash.get(SESSION, None)
    if session is not None and session.summary:
        terminalreporter.section("Antiphon")
        for line in session.summary.splitlines():
            terminalreporter.line(line)


def _fixtures_of(item: pytest.Item) -> tuple[str, ...]:
    return tuple(getattr(item, "fixturenames", ()))


# -- fixtures ------------------------------------------------------------------------------------


@pytest.fixture
def antiphon(request: pytest.FixtureRequest) -> Antiphon:
    """Return Antiphon's run: its target, its id, and `play`, which plays a scenario of the suite."""
    session = request.config.stash.get(SESSION, None)
    if session is None:
        pytest.fail("the fixtures of Antiphon need a profile: pytest --target target.yaml", pytrace=False)
    from antiphon.pytest_users import Antiphon

    path, line, _ = request.node.reportinfo()
    handle = Antiphon(session, request.node.nodeid, Path(path), (line or 0) + 1)
    request.node.stash[HANDLE] = handle
    return handle


@pytest.fixture
def users(antiphon: Antiphon) -> MakeUsers:
    """Give what makes the users of a test, each with the keys that it has in YAML."""
    return antiphon.users


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Judge what a test did with its users, when it has ended."""
    handle = item.stash.get(HANDLE, None)
    if handle is None:
        return (yield)
    try:
        result = yield
    except Exception as error:
        outcome = handle.close(error)
        if outcome is not None and outcome.kind in ("failed", "error"):
            if type(error).__name__ == "Stopped":
                raise pytest.fail.Exception(outcome.text, pytrace=False) from None
            item.add_report_section("call", "antiphon", outcome.text)
        raise
    outcome = handle.close()
    if outcome is not None and outcome.kind in ("failed", "error"):
        pytest.fail(outcome.text, pytrace=False)
    if outcome is not None and outcome.kind == "skipped":
        pytest.skip(outcome.text)
    return result
