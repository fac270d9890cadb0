"""Makers of the steps that users do: calls, emits, sessions, connections, rooms, uploads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, cast

from msgspec.structs import replace

from antiphon.core.errors import UnknownName
from antiphon.language import plain_values as plain
from antiphon.language.call_compiler import (
    BODY,
    EXPECT,
    EXPECT_BODY,
    EXPECT_HEADERS,
    FORM,
    HEADERS,
    MULTIPART,
    QUERY,
    RAW,
    STATUS,
    TOKEN_KEY,
    compile_call,
)
from antiphon.language.keys import Fields, Key
from antiphon.language.nodes import Node, Scalar, Sequence
from antiphon.language.route import METHODS
from antiphon.language.template import Value, compile_value
from antiphon.scenario import step_keys as keys
from antiphon.scenario.claim_model import DEFAULT_WAIT_S, Refusal
from antiphon.scenario.found import Found, StepCompiler, common, user_label
from antiphon.scenario.reading import ScenarioReading, note_nodes, of_a_service
from antiphon.scenario.refusals import check_refusal
from antiphon.scenario.step_model import (
    Actor,
    AnyStep,
    CallStep,
    ConnectStep,
    EmitStep,
    RoomStep,
    SendStep,
    SessionStep,
    StateStep,
    UploadStep,
)
from antiphon.scenario.uses import Use, uses_in_text

_SENT: tuple[Key[Any, Any], ...] = (BODY, FORM, MULTIPART, RAW, QUERY, HEADERS, TOKEN_KEY)
_CLAIMED: tuple[Key[Any, Any], ...] = (STATUS, EXPECT, EXPECT_BODY, EXPECT_HEADERS)


def make_user_step(found: Found, fields: Fields, number: str, compiler: StepCompiler) -> AnyStep | None:
    """Return the step of a user's verb, or None if it cannot be read."""
    make = _call if found.verb in METHODS else _MAKERS[found.verb]
    actor, line = found.actor, found.line
    if actor is None or not isinstance(line, Scalar):
        return None
    return make(_Verb(found, actor, line, fields, number, compiler.reading))


class _Verb:
    """A user's verb with all that makes a step of it."""

    def __init__(
        self, found: Found, actor: Actor, line: Scalar, fields: Fields, number: str, reading: ScenarioReading
    ) -> None:
        self.found = found
        if fields.has(keys.SOCKET):
            actor = replace(actor, socket=fields.get(keys.SOCKET) or "", socket_source=fields.at(keys.SOCKET))
        self.actor = actor
        self.line = line
        self.fields = fields
        self.number = number
        self.reading = reading
        self.problems = reading.problems
        self.vocabulary = reading.words_of(actor.name if isinstance(actor.name, str) else "", actor.socket)
        self.notes = reading.begin(number)
        if reading.vocabulary.sockets and found.verb in keys.SOCKET_WORDS and not self.vocabulary.speaks:
            hint = "name a socket of the user that belongs to a service: socket: NAME"
            self.problems.mistake(
                f"`{found.verb}` needs a socket, and the target has none of its own", line.source, hint
            )
        if not isinstance(actor.name, str):
            self.notes.before.extend(Use(root, actor.name.text, actor.source) for root in sorted(actor.name.roots))

    def common(self, *, body: str = "response", own: tuple[Key[Any, Any], ...] = ()) -> dict[str, Any]:
        label = user_label(self.found)
        fields = common(self.found, self.fields, self.number, self.reading, label, body=body, own=own)
        return {"actor": self.actor, **fields}

    def sends(self, *sent: Key[Any, Any]) -> None:
        note_nodes(self.notes.before, (self.fields.node(key) for key in sent))

    def claims(self, *claimed: Key[Any, Any]) -> None:
        note_nodes(self.notes.answered, (self.fields.node(key) for key in claimed))

    def turned_away(self) -> Refusal | None:
        """Return what the step claims of being turned away."""
        self.claims(keys.TURNED_AWAY)
        refusal = self.fields.get(keys.TURNED_AWAY)
        check_refusal(refusal, self.found.verb, self.vocabulary, self.reading)
        return refusal

    def no_rest(self) -> None:
        if self.found.rest:
            sentence = f"`{self.found.verb}` takes nothing behind it, found `{self.found.rest[:60]}`"
            self.problems.mistake(
                sentence, self.line.source, f"write `{self.found.verb}` alone; the rest are keys below"
            )

    def value_of(self, text: str) -> Value:
        """Return a part of the verb line as a value with templates; its names are noted."""
        shift = max(str(self.line.value).rfind(text), 0)
        source = self.line.at(shift)
        self.notes.before.extend(uses_in_text(text, self.line))
        return compile_value(Scalar(text, source, raw=text), self.problems)


def _call(verb: _Verb) -> CallStep | None:
    text = str(verb.line.value).strip()
    verb.sends(*_SENT)
    verb.claims(*_CLAIMED)
    call = compile_call(verb.line, text, verb.fields, verb.reading, verb.reading.vocabulary)
    step = verb.common()
    if call is None:
        return None
    uses = list(uses_in_text(text, verb.line))
    named = {use.root for use in uses}
    uses.extend(Use(root, f":{root}", call.source) for root in sorted(call.path.roots - named))
    verb.notes.before.extend(uses)
    return CallStep(call=call, **step)


def _emit(verb: _Verb) -> EmitStep | None:
    fields, event = verb.fields, verb.found.rest
    if not event:
        verb.problems.mistake("`emit` names no event", verb.line.source, "write `USER: emit EVENT`")
    elif of_a_service(event, verb.line.source, verb.reading, "write `emit {}`, and `socket` names one of the user's"):
        return None
    elif not verb.vocabulary.knows_emit(event):
        known = sorted(verb.vocabulary.events_emitted)
        verb.problems.add(UnknownName(kind="event to emit", name=event, source=verb.line.source, known=known))
    if fields.has(keys.DATA) and fields.has(keys.ARGS):
        hint = "`data` is the first argument, `args` are all"
        verb.problems.mistake("both `data` and `args`", fields.at(keys.ARGS), hint)
    _can_be_acknowledged(verb)
    verb.sends(keys.DATA, keys.ARGS)
    args = arguments(fields.get(keys.DATA), fields.get(keys.ARGS), verb.line, verb.reading)
    return EmitStep(event=event, args=args, no_ack=_no_ack(verb), **_answered(verb)) if event else None


def _send(verb: _Verb) -> SendStep:
    verb.no_rest()
    verb.sends(keys.TEXT, keys.BYTES, keys.CLOSE_REASON)
    fields, problems = verb.fields, verb.problems
    frame = fields.get(keys.FRAME)
    written = [key for key in (keys.TEXT, keys.BYTES) if fields.has(key)]
    if len(written) > 1 or (frame == "close" and written):
        problems.mistake("a frame has one payload", fields.at(written[-1]), "write one of text and bytes")
    if not written and not fields.has(keys.FRAME):
        hint = "write text: TEXT, bytes: BYTES, or frame: ping"
        problems.mistake("`send` sends nothing", verb.line.source, hint)
    for key in (keys.CLOSE_CODE, keys.CLOSE_REASON):
        if fields.has(key) and frame != "close":
            problems.mistake(f"`{key.name}` belongs to a close frame", fields.at(key), "write frame: close beside it")
    if fields.has(keys.CLOSE_REASON) and not fields.has(keys.CLOSE_CODE):
        problems.mistake("a reason without a code", fields.at(keys.CLOSE_REASON), "write code: 1000 beside it")
    payload = fields.get(keys.TEXT) or fields.get(keys.BYTES) or fields.get(keys.CLOSE_REASON)
    own = "text" if fields.has(keys.TEXT) else "binary"
    return SendStep(
        frame=cast("Literal['text', 'binary', 'ping', 'pong', 'close']", frame or own),
        payload=payload,
        code=fields.get(keys.CLOSE_CODE),
        **verb.common(),
    )


def _can_be_acknowledged(verb: _Verb) -> None:
    """Note an `ack` that nothing could ever fulfil."""
    vocabulary = verb.vocabulary
    if verb.fields.get(keys.ACK) is None or vocabulary.acknowledges or verb.found.rest in vocabulary.answered:
        return
    hint = f"name the socket's `correlation` or `answers: {{{verb.found.rest}: ...}}` in the profile, or use `hear`"
    verb.problems.mistake("nothing acknowledges an emit on this target's socket", verb.fields.at(keys.ACK), hint)


def arguments(data: Node | None, args: Node | None, line: Node, reading: ScenarioReading) -> Value:
    """Return an event's arguments as one value that gives a list."""
    if args is not None:
        return compile_value(args, reading.problems)
    items = (data,) if data is not None else ()
    return compile_value(Sequence(items, data.source if data is not None else line.source), reading.problems)


def _answered(verb: _Verb) -> dict[str, Any]:
    """Return the fields of what is acknowledged: emits and rooms."""
    wait_s = verb.fields.get(keys.WAIT)
    verb.claims(keys.ACK)
    return {
        "ack": verb.fields.get(keys.ACK),
        "wait_s": wait_s if wait_s is not None else DEFAULT_WAIT_S,
        "refused": bool(verb.fields.get(keys.REFUSED)),
        **verb.common(body="ack", own=(keys.WAIT,)),
    }


def _no_ack(verb: _Verb) -> bool:
    node = verb.fields.node(keys.ACK)
    return isinstance(node, Scalar) and node.value == "none"


def _session(verb: _Verb) -> SessionStep:
    verb.no_rest()
    verb.sends(TOKEN_KEY)
    return SessionStep(
        verb=cast("Literal['login', 'refresh', 'logout']", verb.found.verb),
        token=verb.fields.get(TOKEN_KEY),
        within_s=verb.fields.get(keys.STATE_WITHIN),
        refused=verb.turned_away(),
        **verb.common(own=(keys.STATE_WITHIN,)),
    )


def _connect(verb: _Verb) -> ConnectStep:
    verb.no_rest()
    verb.sends(keys.AUTH, keys.URL, TOKEN_KEY)
    auth = verb.fields.node(keys.AUTH)
    no_auth = isinstance(auth, Scalar) and auth.value == "none"
    return ConnectStep(
        verb=cast("Literal['connect', 'disconnect', 'reconnect']", verb.found.verb),
        auth=verb.fields.get(keys.AUTH) if not no_auth else None,
        no_auth=no_auth,
        token=verb.fields.get(TOKEN_KEY),
        url=verb.fields.get(keys.URL),
        within_s=verb.fields.get(keys.STATE_WITHIN),
        refused=verb.turned_away(),
        **verb.common(own=(keys.STATE_WITHIN,)),
    )


def _state(verb: _Verb) -> StateStep:
    verb.no_rest()
    verb.claims(keys.CODE, keys.REASON)
    return StateStep(
        verb=cast("Literal['connected', 'closed']", verb.found.verb),
        code=verb.fields.get(keys.CODE),
        reason=verb.fields.get(keys.REASON),
        within_s=verb.fields.get(keys.STATE_WITHIN),
        **verb.common(own=(keys.STATE_WITHIN,)),
    )


def _room(verb: _Verb) -> RoomStep | None:
    word = verb.found.verb
    room, _, id_text = verb.found.rest.partition(" ")
    id_text = id_text.strip()
    if _no_ack(verb):
        hint = f"`emit` asks for none; `{word}` waits for its answer"
        verb.problems.mistake(f"`ack: none` does not go with `{word}`", verb.fields.at(keys.ACK), hint)
    answered = _answered(verb)
    rooms = verb.reading.vocabulary.rooms
    if not room or not id_text:
        hint = f"write `{word} ROOM ID`, such as `{word} chatroom {{{{ room.id }}}}`"
        verb.problems.mistake(f"`{word}` needs a kind of room and an id", verb.line.source, hint)
        return None
    if room not in rooms:
        source = verb.line.source
        if rooms:
            verb.problems.add(UnknownName(kind="room", name=room, source=source, known=sorted(rooms)))
        else:
            hint = "the profile's `membership` names rooms and how they are joined"
            verb.problems.mistake(f"unknown room `{room}`", source, hint)
    value = verb.value_of(id_text)
    return RoomStep(verb=cast("Literal['join', 'leave']", word), room=room, id=value, **answered)


def _upload(verb: _Verb) -> UploadStep | None:
    fields, name = verb.fields, verb.found.rest
    size, chunks, drop_at = fields.get(keys.SIZE), fields.get(keys.CHUNKS), fields.get(keys.DROP_AT)
    if fields.has(keys.SIZE) and fields.has(keys.CHUNKS):
        hint = "a made file has a size, or fills a number of chunks"
        verb.problems.mistake("both `size` and `chunks`", fields.at(keys.CHUNKS), hint)
    if drop_at is not None and chunks is not None and drop_at >= chunks:
        hint = f"chunks are counted from 0; the last is {chunks - 1}"
        verb.problems.mistake(f"`drop_at: {drop_at}` of {chunks} chunks drops nothing", fields.at(keys.DROP_AT), hint)
    values = _with(verb)
    step = verb.common()
    if not name:
        verb.problems.mistake("`upload` names no file", verb.line.source, "write `USER: upload report.pdf`")
        return None
    file = verb.value_of(name)
    if file.is_constant and size is None and chunks is None and not fields.get(keys.RESUME):
        why = verb.reading.file_problem(name)
        if why is not None:
            hint = "a file of the suite's folder; `size: 300KB` or `chunks: 3` makes one"
            verb.problems.mistake(why, verb.line.source, hint)
    return UploadStep(
        file=file,
        size_bytes=size,
        chunks=chunks,
        drop_at=drop_at,
        resume=bool(fields.get(keys.RESUME)),
        values=values,
        **step,
    )


def _with(verb: _Verb) -> dict[str, Value]:
    node = verb.fields.get(keys.WITH)
    if node is None:
        return {}
    verb.sends(keys.WITH)
    return {entry.name: compile_value(entry.value, verb.problems) for entry in plain.map_of(node)}


_MAKERS: dict[str, Callable[[_Verb], AnyStep | None]] = {
    "emit": _emit,
    "send": _send,
    "login": _session,
    "refresh": _session,
    "logout": _session,
    "connect": _connect,
    "disconnect": _connect,
    "reconnect": _connect,
    "connected": _state,
    "closed": _state,
    "join": _room,
    "leave": _room,
    "upload": _upload,
}
