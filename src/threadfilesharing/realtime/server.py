"""The Socket.IO server: lets sockets in, hands over what they emit, and survives what they send."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import orjson
import socketio
from pydantic import ValidationError

from threadfilesharing.defects.seams import Emitted, Letter, Welcome
from threadfilesharing.fields import LARGEST, field_problems
from threadfilesharing.live.hub import error_data, packet_of
from threadfilesharing.live.sessions import Session
from threadfilesharing.moment import iso
from threadfilesharing.problems import Code, Problem, invalid
from threadfilesharing.realtime.expiry import Expiry
from threadfilesharing.realtime.handlers import Handlers, check_limits
from threadfilesharing.realtime.outlet import EngineOutlet
from threadfilesharing.services.core import Core
from threadfilesharing.services.people import Person
from threadfilesharing.services.recovery import changed_statuses, newest_event, owed, rooms_of
from threadfilesharing.services.tokens import Caller, Tokens, unauthorized

MAIN = "/"
CONNECT, ACK, CONNECT_ERROR = 0, 3, 4
log = logging.getLogger("threadfilesharing")


class Doors(socketio.AsyncServer):  # type: ignore[misc]
    """python-socketio's server with our own way in and our own handling of emits.

    Emits of one socket are handled one after the other, so that their order is the order in which they were sent.
    """

    def __init__(self, core: Core, outlet: EngineOutlet, tokens: Tokens, expiry: Expiry) -> None:
        settings = core.settings
        super().__init__(
            async_mode="asgi",
            async_handlers=False,
            cors_allowed_origins="*",
            ping_interval=settings.ping_interval_s,
            ping_timeout=settings.ping_timeout_s,
            max_http_buffer_size=settings.frame_bytes,
            http_compression=False,
            namespaces=[MAIN],
            logger=logging.getLogger("threadfilesharing.engine"),
            engineio_logger=logging.getLogger("threadfilesharing.engine"),
        )
        self._core = core
        self._outlet = outlet
        self._tokens = tokens
        self._expiry = expiry
        self.handlers_of: Handlers | None = None
        outlet.attach(self.eio)
        self.on("disconnect", self._gone)

    # In and out.

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        if (namespace or MAIN) != MAIN:
            self._refuse(eio_sid, Problem(404, Code.NOT_FOUND, "no such namespace"), namespace or MAIN)
            return
        if self.manager.sid_from_eio_sid(eio_sid, MAIN) is not None:
            return
        try:
            token, last_event_id = self._credentials(data)
            caller = await self._tokens.caller(token, channel="socket")
        except Problem as problem:
            self._refuse(eio_sid, problem, MAIN)
            return
        sid = await self.manager.pre_connect(eio_sid, MAIN)
        await self.manager.connect(sid, MAIN)
        self._outlet.send(eio_sid, f'{CONNECT}{{"sid":"{sid}"}}')
        await self._welcome(sid, eio_sid, token, caller, last_event_id)

    def _credentials(self, data: Any) -> tuple[str, int | None]:
        auth = data if isinstance(data, dict) else {}
        token, last_event_id = auth.get("token"), auth.get("lastEventId")
        count = self._outlet.count()
        if count > self._core.seams.connections(self._core.settings.connection_limit, count):
            raise Problem(503, Code.CONNECTION_LIMIT, "too many connections")
        if not isinstance(token, str) or not token:
            raise unauthorized(Code.UNAUTHORIZED, "a token is needed")
        whole = isinstance(last_event_id, int) and not isinstance(last_event_id, bool)
        if last_event_id is not None and not (whole and 0 <= last_event_id <= LARGEST):
            raise invalid("must be the number of an event", "lastEventId")
        return token, last_event_id

    def _refuse(self, eio_sid: str, problem: Problem, namespace: str) -> None:
        reason = {"code": problem.code, "message": problem.message}
        where = "" if namespace == MAIN else f"{namespace},"
        self._outlet.send(eio_sid, f"{CONNECT_ERROR}{where}{orjson.dumps(reason).decode()}")

    async def _welcome(self, sid: str, eio_sid: str, token: str, caller: Caller, last_event_id: int | None) -> None:
        core = self._core
        session = Session(sid, eio_sid, caller.person.id, caller.person.company_id, caller.family_id)
        welcome = Welcome(session, last_event_id is not None)
        if delay_s := core.seams.delay(0.0, welcome):
            await asyncio.sleep(delay_s)
        async with core.store.still():
            try:
                # Asked again, because the token may have been revoked since, and now nothing can change.
                person = (await self._tokens.caller(token, channel="socket")).person
            except Problem as problem:
                self._outlet.send(eio_sid, packet_of("error", error_data(problem.code, problem.message)))
                self._outlet.hang_up(eio_sid)
                return
            newest = await newest_event(core.store, person.company_id)
            rooms = core.seams.rooms(await rooms_of(core.store, person.id), welcome)
            letters = self._greeting(session, person)
            if last_event_id is not None:
                letters += await self._missed(session, person, last_event_id, newest)
            core.hub.admit(session, rooms, letters, last_event_id=newest)
            if last_event_id is not None:
                session.complete_from = min(last_event_id, newest)
            self._expiry.arm(session, caller.expires_s)
        if not self.manager.is_connected(sid, MAIN):
            # It went away while it was let in, before there was a session to discard.
            core.hub.discard(sid)

    def _greeting(self, session: Session, person: Person) -> list[Letter]:
        established = {
            "userId": person.id,
            "companyId": person.company_id,
            "socketId": session.sid,
            "timestamp": iso(),
        }
        return [
            ("connection_established", established, None),
            ("authentication_success", {"user": person.view, "timestamp": iso()}, None),
        ]

    async def _missed(self, session: Session, person: Person, last_event_id: int, newest: int) -> list[Letter]:
        core = self._core
        missed = core.seams.missed(await owed(core.store, person, after=last_event_id, up_to=newest), session)
        statuses = await changed_statuses(core.store, core.hub.presence, person, last_event_id=last_event_id)
        recovered = {"missed": len(missed), "lastEventId": newest, "timestamp": iso()}
        letters: list[Letter] = [
            *((tell.name, tell.data, tell.event_id) for tell in missed),
            ("connection_recovered", recovered, None),
            *(("user_status_updated", {**status, "timestamp": iso()}, None) for status in statuses),
        ]
        return core.seams.letters(letters, session)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        await super()._handle_eio_disconnect(eio_sid, reason)
        self._outlet.wake(eio_sid)

    async def _gone(self, sid: str, _reason: str = "") -> None:
        self._core.hub.discard(sid)

    # What clients send.

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        try:
            if isinstance(data, str) and self._binary_packet.pop(eio_sid, None) is not None:
                # An attachment was announced, and something else came; what came is handled all the same.
                self._write_error(eio_sid, Problem(400, Code.MALFORMED_PACKET, "an attachment is missing"))
            await super()._handle_eio_message(eio_sid, data)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            # Whatever python-socketio stumbles over here is a packet that is none.
            self._binary_packet.pop(eio_sid, None)
            problem = Problem(400, Code.MALFORMED_PACKET, "this is no Socket.IO packet")
            self._write_error(eio_sid, problem)

    async def _handle_event(self, eio_sid: str, namespace: str | None, id: Any, data: Any) -> None:  # noqa: A002
        name, args = data[0], data[1:]
        sid = self.manager.sid_from_eio_sid(eio_sid, namespace or MAIN)
        session = self._core.hub.sessions.get(sid)
        if session is None:
            return
        seams = self._core.seams
        refused: Problem | None = None
        answer: dict[str, Any] | None
        try:
            answer = {"ok": True, "data": await self._handle(session, name, args)}
        except Problem as problem:
            refused = problem = seams.problem(problem, "socket")
            self._write_error(eio_sid, problem)
            error = {"code": problem.code, "message": problem.message, "details": problem.details}
            answer = {"ok": False, "error": error}
        emitted = Emitted(session, str(name), refused)
        answer = seams.acknowledged(answer, emitted)
        if not seams.survives(True, emitted):
            self._outlet.hang_up(eio_sid)
        elif id is not None and answer is not None:
            self._outlet.send(eio_sid, f"{ACK}{id}{orjson.dumps([answer]).decode()}")

    async def _handle(self, session: Session, name: Any, args: Sequence[Any]) -> dict[str, Any]:
        now_s = asyncio.get_running_loop().time()
        check_limits(session, str(name), now_s=now_s, limit=self._core.settings.emits_per_s)
        handler = self.handlers_of.table.get(name) if self.handlers_of and isinstance(name, str) else None
        if handler is None:
            raise Problem(404, Code.UNKNOWN_EVENT, "no such event")
        try:
            body = handler.payload.model_validate(args[0] if args else {})
        except ValidationError as error:
            fields = field_problems(error.errors(include_url=False, include_context=False, include_input=False))
            raise Problem(400, Code.VALIDATION_ERROR, "the data is not valid", {"fields": fields}) from None
        person = await self._core.people.find(self._core.store, session.user_id)
        if person is None:
            raise unauthorized(Code.TOKEN_REVOKED, "the account was removed")
        try:
            return await handler.run(session, person, body)
        except Problem:
            raise
        except Exception:
            # The edge: whatever went wrong here, this socket and all others live on.
            log.exception("an emit failed: %s", name)
            raise Problem(500, Code.INTERNAL_ERROR, "something went wrong here") from None

    def _write_error(self, eio_sid: str, problem: Problem) -> None:
        data = error_data(problem.code, problem.message, problem.details)
        self._outlet.send(eio_sid, packet_of("error", data))
