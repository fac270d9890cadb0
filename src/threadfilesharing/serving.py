"""The process: a port, the ready line, and a clean and quick end."""

import asyncio
import contextlib
import gc
import os
import shlex
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence

import uvicorn
import uvloop

from threadfilesharing.application import Application
from threadfilesharing.database.engines import DatabaseProblem, database_url
from threadfilesharing.settings import Settings


class CannotServe(Exception):
    """The port cannot be had, or the data folder or the database cannot be used."""


class _Server(uvicorn.Server):
    """uvicorn that says when it is up, without its own handling of signals, which would raise them again at the end."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def ready_line(settings: Settings, port: int, planted: Sequence[str]) -> str:
    """Return the one line on standard output; `shlex.split` takes it apart.

    It names the URL, then `key=value` for the data folder, the defects, and the settings that a tester must know.
    """
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    told = {
        "data": settings.data,
        "database": database_url(settings.url).render_as_string(hide_password=True),
        "defects": ",".join(planted) or "none",
        "pid": os.getpid(),
        "typing_ends_s": settings.typing_ends_s,
        "expiry_grace_s": settings.expiry_grace_s,
        "login_failures": settings.login_failures,
        "emits_per_s": settings.emits_per_s,
        "chunk_bytes": settings.chunk_bytes,
        "access_token_s": settings.access_token_s,
    }
    values = " ".join(f"{key}={shlex.quote(str(value))}" for key, value in told.items())
    return f"threadfilesharing ready at http://{host}:{port} {values}"


def serve(settings: Settings, planted: Sequence[str], *, exit_with_parent: bool) -> int:
    """Serve until a signal comes (or standard input is closed) and return the exit code.

    Raises:
        CannotServe: The port, the data folder or the database cannot be used.
    """
    try:
        listener = _listen(settings.host, settings.port)
    except OSError as error:
        raise CannotServe(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}") from None
    with listener, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(settings, planted, listener, exit_with_parent=exit_with_parent))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


async def _serve(settings: Settings, planted: Sequence[str], listener: socket.socket, *, exit_with_parent: bool) -> int:
    try:
        application = Application(settings)
    except OSError as error:
        raise CannotServe(f"cannot use the data folder {settings.data}: {error.strerror}") from None
    except DatabaseProblem as problem:
        raise CannotServe(f"cannot use the database: {problem}") from None
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if exit_with_parent:
        _watch_parent(lambda: loop.call_soon_threadsafe(stop.set))

    def ready() -> None:
        gc.freeze()
        gc.enable()
        try:
            sys.stdout.write(ready_line(settings, listener.getsockname()[1], planted) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever started this server went away before it was ready, and nobody would ever stop it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            stop.set()

    try:
        await serve_until(application, listener, stop, ready)
    except DatabaseProblem as problem:
        raise CannotServe(f"cannot use the database: {problem}") from None
    return 0


async def serve_until(
    application: Application, listener: socket.socket, stop: asyncio.Event, ready: Callable[[], None]
) -> None:
    """Serve an application on a socket until `stop` is set; `ready` is called once it answers."""
    await application.start()
    server = _Server(
        uvicorn.Config(
            application.asgi,
            http="httptools",
            ws="websockets-sansio",
            ws_max_size=application.settings.frame_bytes,
            ws_ping_interval=None,
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            # Longer than clients keep an idle connection, so that they close it and no request crosses a close.
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
    )
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    up, stopping = asyncio.ensure_future(server.up.wait()), asyncio.ensure_future(stop.wait())
    await asyncio.wait({serving, up}, return_when=asyncio.FIRST_COMPLETED)
    if up.done():
        ready()
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for waiting in (up, stopping):
        waiting.cancel()
    application.hang_up()
    server.should_exit = True
    # What is being answered still needs the database.
    await serving
    await application.stop()


def _watch_parent(gone: Callable[[], object]) -> None:
    def watch() -> None:
        with contextlib.suppress(OSError, RuntimeError):
            while os.read(0, 4096):
                pass
            gone()

    threading.Thread(target=watch, name="parent", daemon=True).start()
