"""The compiler of the access matrix: its users and steps are read as those of a scenario, and all names are checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from antiphon.core.errors import Problems, ScenarioError, UnknownName
from antiphon.core.source import Source
from antiphon.language.call import CallSpec
from antiphon.language.jsontext import json_bytes
from antiphon.language.nodes import Node, Sequence, plain
from antiphon.language.template import Template
from antiphon.run.access.matrix import Matrix, Needs, Prelude, Read, Room, Row
from antiphon.run.access.reading_back import found_read
from antiphon.scenario.model import UserSpec
from antiphon.scenario.names_check import NamesCheck, saved_names
from antiphon.scenario.reading import ScenarioReading
from antiphon.scenario.renumbering import every_step
from antiphon.scenario.step_model import (
    Actor,
    CallStep,
    ConnectStep,
    EmitStep,
    Fragment,
    RoomStep,
    SendStep,
    StateStep,
    Step,
    UseStep,
)
from antiphon.scenario.steps import Steps
from antiphon.scenario.users import read_users
from antiphon.scenario.uses import Use, uses_in
from antiphon.target.access.model import NOBODY, OTHERS, AccessProfile, AccessRoom, AccessRow
from antiphon.target.access.section import allows
from antiphon.target.model import Target

_OF_CELLS = frozenset({"self"})
_ON_SOCKETS = (EmitStep, SendStep, ConnectStep, StateStep, RoomStep)


def compile_matrix(
    target: Target, fragments: Mapping[str, Fragment], files_exist: Callable[[str], str | None]
) -> tuple[Matrix | None, tuple[ScenarioError, ...]]:
    """Return the matrix that a profile says, and all problems of its users, steps and names.

    Args:
        target: The profile; without `access` it has no matrix.
        fragments: Those of the suite, which steps may use.
        files_exist: Says why a file that a step names cannot be used.
    """
    if target.access is None:
        return None, ()
    compiler = _Compiler(target, target.access, fragments, files_exist)
    matrix = compiler.compile()
    return matrix, compiler.problems.in_order()


class _Compiler:
    def __init__(
        self,
        target: Target,
        access: AccessProfile,
        fragments: Mapping[str, Fragment],
        files_exist: Callable[[str], str | None],
    ) -> None:
        self.target = target
        self.access = access
        self.fragments = fragments
        self.files_exist = files_exist
        self.problems = Problems()
        self.users: tuple[UserSpec, ...] = ()
        self.reading = self._reading()
        self.preludes: dict[bytes, str] = {}

    @property
    def own(self) -> frozenset[str]:
        """The actors' names."""
        return frozenset(user.name for user in self.users)

    def compile(self) -> Matrix:
        access, target = self.access, self.target
        self.users = read_users(access.actors, self.reading)
        check = NamesCheck(self.reading, env=frozenset(target.env))
        for user in self.users:
            self._single(user)
            self.reading.acting.add(user.name)
            check.user(user)
        steps = Steps(self.reading).many(access.steps, "") if access.steps is not None else ()
        check.all_saved = dict(saved_names(steps))
        check.steps(steps)
        needs = self._needs(self.reading, steps)
        common = Prelude(steps=tuple(replace(step, must=True) for step in steps), needs=needs)
        forms = Counter(f"{row.call.method} {row.call.template}" for row in access.rows)
        emits = Counter(room.emit for room in access.rooms)
        users, refresh = target.users, target.users.refresh
        return Matrix(
            users=self.users,
            rows=tuple(
                self._row(row, common, check, several=forms[f"{row.call.method} {row.call.template}"] > 1)
                for row in access.rows
            ),
            rooms=tuple(self._room(room, common, check, several=emits[room.emit] > 1) for room in access.rooms),
            common=common,
            public=frozenset(access.public),
            tokens=access.tokens,
            ids=access.ids,
            operations=target.vocabulary.operations,
            emits=tuple(sorted(target.vocabulary.events_emitted)),
            listens=target.channel is not None,
            refresh=refresh[0].call if len(refresh) == 1 else None,
            logs_out=bool(users.logout and users.login),
            source=access.source,
            path=target.path,
            text=target.text,
        )

    def _reading(self) -> ScenarioReading:
        def fragment(name: str, source: Source) -> Fragment | None:
            found = self.fragments.get(name)
            if found is None:
                known = sorted(self.fragments)
                self.problems.add(UnknownName(kind="fragment", name=name, source=source, known=known))
            return found

        return ScenarioReading(
            problems=self.problems,
            file_problem=self.files_exist,
            vocabulary=self.target.vocabulary,
            fragment=fragment,
        )

    def _single(self, user: UserSpec) -> None:
        if user.count is not None:
            hint = "name each of them: a cell of the matrix is one actor's"
            self.problems.mistake(f"the actor `{user.name}` is a group", user.source, hint)

    # --- rows and rooms

    def _row(self, row: AccessRow, common: Prelude, before: NamesCheck, *, several: bool) -> Row:
        check, prelude = self._prelude(row.steps, row.source, common, before)
        self._names(row.nodes, row.call, check)
        answers = {status.actor: status.status for status in row.statuses}
        rest = answers.pop(OTHERS, None)
        if rest is not None:
            answers = {user.name: answers.get(user.name, rest) for user in self.users} | {
                name: status for name, status in answers.items() if name == NOBODY
            }
        made = Row(
            call=row.call,
            answers=answers,
            source=row.source,
            prelude=prelude,
            needs=self._needed_by(row.nodes, row.call.path),
            name=f"line {row.source.line}" if several else "",
            ids=dict(row.ids),
        )
        for read in row.reads or ():
            self._names(read.nodes, read.call, check)
        return replace(made, reads=self._reads(row, made))

    def _reads(self, row: AccessRow, made: Row) -> tuple[Read, ...]:
        if not made.changes or not self.users:
            return ()
        if row.reads is not None:
            calls = [(one.call, one.by, one.source) for one in row.reads]
        else:
            found = found_read(row, self.target.vocabulary)
            calls = [(found, "", row.source)] if found is not None else []
        return tuple(Read(by=by or self._reader(call, made), call=call, source=source) for call, by, source in calls)

    def _reader(self, call: CallSpec, made: Row) -> str:
        """Return who reads: the first who may do what the row says and may read, else the first who may read."""
        may = [name for name in made.allowed if name != NOBODY]
        for other in self.access.rows:
            if (other.call.method, other.call.template) == (call.method, call.template):
                readers = [one.actor for one in other.statuses if allows(one.status) and one.actor in self.own]
                return next((name for name in may if name in readers), readers[0] if readers else self.users[0].name)
        return may[0] if may else self.users[0].name

    def _room(self, room: AccessRoom, common: Prelude, before: NamesCheck, *, several: bool) -> Room:
        check, prelude = self._prelude(room.steps, room.source, common, before)
        self._names(room.nodes, None, check)
        then = None
        needs = self._needed_by(room.nodes, None)
        if room.then is not None:
            reading = check.reading
            number = str(len(prelude.steps) + 1)
            step = Steps(reading).one(room.then, number)
            if step is not None and not isinstance(step, CallStep | EmitStep):
                hint = "write a call or an emit, such as `owner: POST /messages`"
                self.problems.mistake("`then` is one call or one emit", room.then.source, hint)
            elif step is not None:
                check.step(step)
                then = replace(step, must=False)
                needs |= self._needs(reading, (step,))
        return Room(
            emit=room.emit,
            args=room.args,
            may=room.may,
            source=room.source,
            prelude=prelude,
            needs=needs,
            name=f"line {room.source.line}" if several else "",
            then=then,
        )

    def _prelude(
        self, node: Sequence | None, source: Source, common: Prelude, before: NamesCheck
    ) -> tuple[NamesCheck, Prelude]:
        """Return what is played before a row's cells, and the check of names that goes on from there."""
        reading = self._reading()
        reading.acting, reading.several = set(self.reading.acting), set(self.reading.several)
        reading.channels = dict(self.reading.channels)
        check = NamesCheck(reading, env=before.env)
        check.names, check.sockets = before.names.copy(), before.sockets
        if node is None:
            return check, common
        steps = Steps(reading).many(node, "", first=len(common.steps) + 1)
        check.all_saved = dict(saved_names(steps))
        check.steps(steps)
        # Rows that need the same steps share users as rows do that need none.
        own = self.preludes.setdefault(json_bytes(plain(node)), f"line {source.line}")
        return check, Prelude(
            steps=(*common.steps, *(replace(step, must=True) for step in steps)),
            needs=common.needs | self._needs(reading, steps),
            own=own,
        )

    def _names(self, nodes: Iterable[Node], call: CallSpec | None, check: NamesCheck) -> None:
        uses = [use for node in nodes for use in uses_in(node)]
        if call is not None:
            named = {use.root for use in uses}
            uses += [Use(root, f":{root}", call.source) for root in sorted(call.path.roots - named)]
        check.uses(uses, _OF_CELLS)

    # --- who is needed

    def _needed_by(self, nodes: Iterable[Node], path: Template | None) -> Needs:
        uses = [use for node in nodes for use in uses_in(node)]
        roots = {use.root for use in uses} | (path.roots if path is not None else frozenset())
        return self._of_names(roots, uses)

    def _needs(self, reading: ScenarioReading, steps: Iterable[Step]) -> Needs:
        uses = [use for notes in reading.notes.values() for use in (*notes.before, *notes.answered, *notes.heard)]
        acting: set[str] = set()
        on_socket: set[str] = set()
        for step in every_step(steps):
            actor = getattr(step, "actor", None)
            actors = [actor] if isinstance(actor, Actor) else _taken(step)
            names = {one.name for one in actors if isinstance(one.name, str)}
            acting |= names
            if isinstance(step, _ON_SOCKETS):
                on_socket |= names
            on_socket |= {hear.user for hear in step.hear}
            if isinstance(step, UseStep):  # what a fragment does with those whom it takes is its own affair
                on_socket |= names
        found = self._of_names({use.root for use in uses}, uses)
        return found | Needs(acting=self.own & acting, on_socket=self.own & on_socket)

    def _of_names(self, roots: Iterable[str], uses: Iterable[Use]) -> Needs:
        tokens = {use.root for use in uses if "token" in use.text}
        return Needs(made=self.own & set(roots), acting=self.own & tokens)


def _taken(step: Step) -> list[Actor]:
    """Return the users whom a fragment is given."""
    if not isinstance(step, UseStep):
        return []
    return [one for taken in step.users.values() for one in (taken if isinstance(taken, tuple) else (taken,))]
