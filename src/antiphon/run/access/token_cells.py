"""The cells of tokens: each kind over every operation that is not public, at the socket's connect, at the refresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from antiphon.core.source import Source
from antiphon.judge.access import AccessCell, Untried
from antiphon.language.call import CallSpec, StatusSpec, Token
from antiphon.language.scope import Names, Scope
from antiphon.language.template import Value
from antiphon.run.access.matrix import Matrix, Needs, Prelude, Row
from antiphon.run.access.plan import Group, PlannedCell, Prepared
from antiphon.run.access.trying import call_steps, session_steps, with_token
from antiphon.scenario.claim_model import Refusal
from antiphon.scenario.step_model import Actor, CallStep, ConnectStep
from antiphon.target.access.model import TOKEN_KINDS, TokenKind

_EXPIRED_S = -60.0
_TOLD: dict[TokenKind, str] = {
    "none": "without a token",
    "garbage": "with a garbage token",
    "foreign_key": "with a token signed by another key",
    "alg_none": "with a token that claims to need no signature",
    "expired": "with an expired token",
    "refresh": "with the refresh token",
    "logged_out": "with the token from before logging out",
    "spent": "with a spent refresh token",
}


class _Made(Struct, frozen=True, kw_only=True):
    """A token of one kind, and what must have been played before it can be sent."""

    token: Token
    before: tuple[Prepared, ...] = ()


def token_cells(matrix: Matrix, *, can_sign: bool) -> tuple[list[PlannedCell], list[Untried]]:
    """Return the cells of all kinds of tokens over all rows that are not public, and the kinds that cannot be tried.

    Kinds for which somebody logs out come last: those before them need the sockets that it closes.
    """
    cells: list[PlannedCell] = []
    untried: list[Untried] = []
    for kind, status in sorted(matrix.tokens, key=lambda one: TOKEN_KINDS.index(one[0])):
        why = why_not(matrix, kind, can_sign=can_sign)
        if why:
            untried.append(Untried(operation="every operation", who=f"token: {kind}", why=why))
            continue
        cells += [_cell(matrix, row, kind, status) for row in _guarded(matrix)]
    return cells, untried


def why_not(matrix: Matrix, kind: TokenKind, *, can_sign: bool) -> str:
    """Return why a kind of token cannot be tried; empty if it can."""
    if kind == "expired" and not can_sign:
        return "the target's secret is not known, so that no expired token can be signed (users.tokens.secret_env)"
    if kind == "logged_out" and not matrix.logs_out:
        return "the profile has no `users.logout` and `login`"
    if kind in ("refresh", "spent") and matrix.refresh is None:
        return "the profile has no `users.refresh` of one call"
    return ""


def _guarded(matrix: Matrix) -> Iterator[Row]:
    """Yield one row of each operation that needs a token."""
    seen = set()
    for row in matrix.rows:
        if row.operation not in seen and not matrix.is_public(row) and carrier(row, matrix):
            seen.add(row.operation)
            yield row


def carrier(row: Row, matrix: Matrix) -> str:
    """Return whose token is tampered with: the first who may do it, else the first who is logged in at all."""
    people = [user.name for user in matrix.users if user.login]
    return next((actor for actor in row.allowed if actor in people), people[0] if people else "")


def _cell(matrix: Matrix, row: Row, kind: TokenKind, status: StatusSpec) -> PlannedCell:
    who = carrier(row, matrix)
    made = _made(kind, who, row.source)
    told = f"{who} {_TOLD[kind]}"
    call = with_token(row.call, made.token)
    steps, before, needs = call_steps(matrix, row, who, status, call=call, told=told)
    cell = AccessCell(
        operation=row.operation,
        kind="token",
        who=kind,
        expected=status.text,
        row=row.name,
        source=status.source or row.source,
    )
    return PlannedCell(cell=cell, steps=steps, before=(*made.before, *before), needs=needs, is_heard=row.changes)


def _made(kind: TokenKind, who: str, source: Source) -> _Made:
    match kind:
        case "none" | "garbage" | "refresh":
            return _Made(token=Token(kind=kind, source=source))
        case "foreign_key":
            return _Made(token=Token(kind="wrong_key", source=source))
        case "alg_none":
            return _Made(token=Token(kind="alg_none", source=source))
        case "expired":
            return _Made(token=Token(kind="expires_in", source=source, expires_in_s=_EXPIRED_S))
        case "logged_out":
            return _kept(who, source, verbs=("logout", "login"), part="token", kind=kind)
        case "spent":
            return _kept(who, source, verbs=("login", "refresh"), part="refresh_token", kind=kind)


def _kept(who: str, source: Source, *, verbs: tuple[str, ...], part: str, kind: TokenKind) -> _Made:
    name = f"{kind} token of {who}"
    steps = session_steps(who, verbs, source, saves=name, part=part)
    prepared = Prepared(key=name, steps=steps, needs=Needs(acting=frozenset({who})))
    return _Made(token=Token(kind="value", source=source, value=_named(name, source)), before=(prepared,))


def _named(name: str, source: Source) -> Value:
    def get(scope: Scope) -> object:
        return scope.lookup(name)

    return Value(source, get, lambda _scope: b"null")


# --- the socket


def connect_cells(matrix: Matrix, *, can_sign: bool) -> Iterator[Group]:
    """Yield the play in which somebody tries to connect with each kind of token."""
    who = next((user.name for user in matrix.users if user.connect and user.login), "")
    named = dict(matrix.tokens)
    kinds = [kind for kind in TOKEN_KINDS if kind in named and not why_not(matrix, kind, can_sign=can_sign)]
    if not matrix.listens or not who or not kinds:
        return
    cells = tuple(_connect_cell(matrix, who, kind) for kind in kinds)
    yield Group(id="access/tokens/connect", title="tokens that open no socket", prelude=Prelude(), cells=cells)


def _connect_cell(matrix: Matrix, who: str, kind: TokenKind) -> PlannedCell:
    source = matrix.source
    made = _made(kind, who, source)
    step = ConnectStep(
        number="",
        label=f"{who} {_TOLD[kind]}: connect",
        source=source,
        actor=Actor(name=who, source=source),
        verb="connect",
        token=made.token,
        refused=Refusal(source=source),
    )
    cell = AccessCell(operation="connect", kind="token", who=kind, expected="refused", source=source)
    return PlannedCell(cell=cell, steps=(step,), before=made.before, needs=Needs(acting=frozenset({who})))


# --- the refresh itself


def refresh_cell(matrix: Matrix) -> Iterator[Group]:
    """Yield the play in which a spent refresh token is used once more."""
    statuses = dict(matrix.tokens)
    who = next((user.name for user in matrix.users if user.login), "")
    call = matrix.refresh
    if "spent" not in statuses or call is None or not who:
        return
    status = statuses["spent"]
    made = _made("spent", who, call.source)
    step = CallStep(
        number="",
        label=f"{who} {_TOLD['spent']}: {call.method} {call.path.text}",
        source=call.source,
        actor=Actor(name=who, source=call.source),
        call=replace(_spending(call, f"spent token of {who}"), status=replace(status, written=True)),
    )
    operation = f"{call.method} {call.template}"
    cell = AccessCell(
        operation=operation, kind="token", who="spent", expected=status.text, source=status.source or call.source
    )
    needs = Needs(acting=frozenset({who}))
    cells = (PlannedCell(cell=cell, steps=(step,), before=made.before, needs=needs),)
    yield Group(id="access/tokens/refresh", title="a refresh token is used once", prelude=Prelude(), cells=cells)


def _spending(call: CallSpec, name: str) -> CallSpec:
    """Return the profile's refresh as if the user still had the refresh token that was kept under a name."""

    def spent(scope: Scope) -> Scope:
        own = scope.lookup("self")
        facts = dict(own) if isinstance(own, Mapping) else {}
        return Names({"self": {**facts, "refresh_token": scope.lookup(name)}}, scope)

    def renamed(value: Value | None) -> Value | None:
        if value is None:
            return None
        return Value(value.source, _of(value.get, spent), _json_of(value.json, spent), value.roots, value.calls)

    return replace(call, body=renamed(call.body), query=renamed(call.query), headers=renamed(call.headers), save=())


def _of(get: Callable[[Scope], object], spent: Callable[[Scope], Scope]) -> Callable[[Scope], object]:
    return lambda scope: get(spent(scope))


def _json_of(json: Callable[[Scope], bytes], spent: Callable[[Scope], Scope]) -> Callable[[Scope], bytes]:
    return lambda scope: json(spent(scope))
