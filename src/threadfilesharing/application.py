"""The application put together: services, both halves, and their life from start to stop."""

import asyncio
import logging
from functools import cache

import socketio
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from threadfilesharing import answers as say
from threadfilesharing.database.store import Store
from threadfilesharing.defects.registry import plant
from threadfilesharing.defects.replies import Replies
from threadfilesharing.defects.seams import Seams
from threadfilesharing.fields import field_problems
from threadfilesharing.guard import Asgi, Guard, too_large
from threadfilesharing.live.hub import Hub
from threadfilesharing.moment import new_secret
from threadfilesharing.problems import Code, Problem
from threadfilesharing.realtime.expiry import Expiry
from threadfilesharing.realtime.handlers import Handlers
from threadfilesharing.realtime.outlet import EngineOutlet
from threadfilesharing.realtime.server import Doors
from threadfilesharing.rest.auth import auth_routes
from threadfilesharing.rest.files import file_routes, upload_routes
from threadfilesharing.rest.health import health_routes
from threadfilesharing.rest.people import company_routes, user_routes
from threadfilesharing.rest.rooms import chatroom_routes, message_routes, thread_routes
from threadfilesharing.rest.routing import identify_by
from threadfilesharing.services.accounts import Accounts
from threadfilesharing.services.chatrooms import Chatrooms
from threadfilesharing.services.core import Core
from threadfilesharing.services.disk import Disk
from threadfilesharing.services.erasure import Erasure
from threadfilesharing.services.files import Files
from threadfilesharing.services.jobs import Jobs
from threadfilesharing.services.members import Members
from threadfilesharing.services.messages import Messages
from threadfilesharing.services.people import People
from threadfilesharing.services.processing import Processing
from threadfilesharing.services.threads import Threads
from threadfilesharing.services.tokens import Tokens
from threadfilesharing.services.uploads import Uploads
from threadfilesharing.settings import Settings

PREFIX = "/api/v1"

logging.getLogger("threadfilesharing.engine").setLevel(logging.CRITICAL + 1)

_BY_STATUS = {404: Code.NOT_FOUND, 405: Code.METHOD_NOT_ALLOWED, 413: Code.PAYLOAD_TOO_LARGE}


class Application:
    """One server's worth of ThreadFileSharing; `asgi` serves it between `start` and `stop`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings.check()
        self.disk = Disk(settings.data_folder)
        self.disk.open()
        seams = Seams()
        self.planted = plant(settings.defects, seams)
        self.outlet = EngineOutlet()
        hub = Hub(self.outlet, seams)
        store = Store(settings.url, hub.perform, loose=settings.loose_writes)
        self.core = Core(settings, store, hub, People(), Jobs(), seams)
        self.tokens = Tokens(settings, self._secret(), store, self.core.people, seams)
        self.accounts = Accounts(self.core, self.tokens)
        self.members = Members(self.core, self.accounts)
        self.messages = Messages(self.core)
        self.processing = Processing(self.core)
        self.uploads = Uploads(self.core, self.processing)
        expiry = Expiry(hub, settings.expiry_grace_s)
        self.doors = Doors(self.core, self.outlet, self.tokens, expiry)
        self.handlers = Handlers(
            self.core,
            tokens=self.tokens,
            messages=self.messages,
            members=self.members,
            uploads=self.uploads,
            expiry=expiry,
        )
        self.doors.handlers_of = self.handlers
        self.rest = self._rest()
        guard = Guard(self.rest, socketio.ASGIApp(self.doors), body_bytes=settings.body_bytes)
        self.asgi: Asgi = Replies(guard, seams.replied) if seams.replied else guard

    def _secret(self) -> str:
        if self.settings.secret:
            return self.settings.secret
        kept = self.settings.data_folder / "secret"
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(new_secret(), encoding="ascii")
        return kept.read_text(encoding="ascii")

    async def start(self) -> None:
        """Open the database and go on with what was left half done."""
        await self.core.store.open()
        self.core.seams.started(None, asyncio.get_running_loop())
        await self.processing.resume()

    def hang_up(self) -> None:
        """Tell every socket that the server is going down, and close it."""
        for session in list(self.core.hub.sessions.values()):
            self.core.hub.close(session, code=Code.SERVER_SHUTDOWN, message="the server is going down")

    async def stop(self) -> None:
        """End every job and let go of the database, once no request is under way any more."""
        await self.core.jobs.stop()
        await self.core.store.close()

    async def _database_up(self) -> bool:
        try:
            async with asyncio.timeout(2.0):
                return await self.core.store.answers()
        except TimeoutError:
            return False

    async def _files_up(self) -> bool:
        return await asyncio.to_thread(self.disk.writable)

    async def _socket_up(self) -> bool:
        return self.outlet.count() < self.settings.connection_limit

    def _rest(self) -> FastAPI:
        core, identify = self.core, identify_by(self.tokens)
        rest = FastAPI(
            title="ThreadFileSharing",
            version="1.0.0",
            description="A team's chat with threads and file sharing.",
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
        )
        erasure, files = Erasure(core, self.tokens), Files(core)
        checks = {"database": self._database_up, "files": self._files_up, "socket": self._socket_up}
        for router in (
            auth_routes(self.accounts, identify),
            user_routes(self.members, erasure, identify),
            company_routes(self.members, erasure, identify),
            chatroom_routes(Chatrooms(core), identify),
            message_routes(self.messages, identify),
            thread_routes(Threads(core), self.messages, identify),
            upload_routes(self.uploads, identify),
            file_routes(files, identify),
            health_routes(checks),
        ):
            rest.include_router(router, prefix=PREFIX)
        self._serve_documents(rest)
        self._catch(rest)
        return rest

    def _serve_documents(self, rest: FastAPI) -> None:
        # Made when first asked for: together they take as long as all else at the start.
        @cache
        def openapi() -> bytes:
            from threadfilesharing.contract.openapi import openapi_document

            return openapi_document(rest)

        @cache
        def asyncapi() -> bytes:
            from threadfilesharing.contract.asyncapi import asyncapi_document

            return asyncapi_document()

        @rest.get(f"{PREFIX}/openapi.json", include_in_schema=False)
        async def serve_openapi() -> Response:
            return Response(await asyncio.to_thread(openapi), media_type="application/json")

        @rest.get(f"{PREFIX}/asyncapi.json", include_in_schema=False)
        async def serve_asyncapi() -> Response:
            return Response(await asyncio.to_thread(asyncapi), media_type="application/json")

    def _catch(self, rest: FastAPI) -> None:
        def refuse(problem: Problem) -> Response:
            return say.refusal(self.core.seams.problem(problem, "rest"))

        @rest.exception_handler(Problem)
        async def on_problem(_request: Request, problem: Problem) -> Response:
            return refuse(problem)

        @rest.exception_handler(RequestValidationError)
        async def on_invalid(_request: Request, error: RequestValidationError) -> Response:
            errors = error.errors()
            if any(each["type"] == "json_invalid" for each in errors):
                return refuse(Problem(400, Code.MALFORMED_JSON, "the body is not JSON"))
            details = {"fields": field_problems(errors)}
            return refuse(Problem(400, Code.VALIDATION_ERROR, "the request is not valid", details))

        @rest.exception_handler(HTTPException)
        async def on_http(_request: Request, error: HTTPException) -> Response:
            if error.status_code == 413:
                return refuse(too_large(self.settings.body_bytes))
            code = _BY_STATUS.get(error.status_code, Code.VALIDATION_ERROR)
            return refuse(Problem(error.status_code, code, str(error.detail).lower(), headers=error.headers))

        @rest.exception_handler(Exception)
        async def on_fault(_request: Request, _error: Exception) -> Response:
            return refuse(Problem(500, Code.INTERNAL_ERROR, "something went wrong here"))
