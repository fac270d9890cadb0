"""The command: its settings, its ready line, and its end."""

import asyncio
import json
import os
import shlex
import signal
import socket
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio

from threadfilesharing.application import Application
from threadfilesharing.cli import main
from threadfilesharing.serving import serve_until
from threadfilesharing.settings import (
    Settings,
    SettingsProblem,
    demo_settings,
    parse_setting,
    read_settings,
    variable_of,
)

COMMAND = (sys.executable, "-c", "import sys; from threadfilesharing.cli import main; sys.exit(main())")
WAIT_S = 60.0  # a start takes half a second, and the machine is busy


async def _start(*arguments: str, **more: Any) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *COMMAND, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, **more
    )


async def _ready(process: asyncio.subprocess.Process) -> dict[str, str]:
    assert process.stdout is not None
    async with asyncio.timeout(WAIT_S):
        line = (await process.stdout.readline()).decode()
    name, ready, at, url, *values = shlex.split(line)
    assert (name, ready, at) == ("threadfilesharing", "ready", "at")
    return {"url": url, **dict(value.split("=", 1) for value in values)}


async def _ended(process: asyncio.subprocess.Process) -> tuple[int, str, str]:
    async with asyncio.timeout(WAIT_S):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_server_says_where_it_is_and_ends_cleanly_with_sockets_open(tmp_path: Path, number: int) -> None:
    data = tmp_path / "with a space"
    process = await _start("--demo", "--port", "0", "--data", str(data), "--defect", "doubled-at-once=0.5")
    told = await _ready(process)
    assert told["data"] == str(data)
    assert told["defects"] == "doubled-at-once=0.5"
    assert float(told["typing_ends_s"]) == 0.5
    clients = []
    for transport in ("websocket", "polling"):
        client = socketio.AsyncClient(reconnection=False)
        clients.append(client)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(told["url"], auth={"token": "x"}, transports=[transport])
    process.send_signal(number)
    assert await _ended(process) == (0, "", "")
    for client in clients:
        await client.disconnect()


async def test_the_server_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    process = await _start(
        "--demo", "--port", "0", "--data", str(tmp_path), "--exit-with-parent", stdin=asyncio.subprocess.PIPE
    )
    told = await _ready(process)
    assert told["defects"] == "none"
    assert process.stdin is not None
    process.stdin.close()
    assert await _ended(process) == (0, "", "")


async def test_a_request_under_way_is_answered_before_the_server_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = Application(demo_settings(data=str(tmp_path)))
    stop, up, asked, stopping = asyncio.Event(), asyncio.Event(), asyncio.Event(), asyncio.Event()
    register = application.accounts.register

    async def register_late(**given: Any) -> Any:
        asked.set()
        await stopping.wait()
        return await register(**given)

    monkeypatch.setattr(application.accounts, "register", register_late)
    monkeypatch.setattr(application, "hang_up", stopping.set)
    body = {"email": "a@example.test", "password": "good-enough-1", "fullName": "A", "companyName": "B"}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1/auth/register"
        serving = asyncio.create_task(serve_until(application, listener, stop, up.set))
        async with asyncio.timeout(WAIT_S), aiohttp.ClientSession() as http:
            await up.wait()
            answer = asyncio.create_task(http.post(url, json=body))
            await asked.wait()
            stop.set()
            assert (await answer).status == 201
            await serving


async def test_a_server_that_nobody_waits_for_ends_by_itself(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "--demo", "--port", "0", "--data", str(tmp_path), stdout=writing, stderr=asyncio.subprocess.PIPE
    )
    os.close(writing)
    async with asyncio.timeout(WAIT_S):
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")


async def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await _start("--demo", "--port", str(port), "--data", str(tmp_path))
        code, out, err = await _ended(process)
    assert (code, out) == (1, "")
    assert err == f"threadfilesharing: cannot listen on 127.0.0.1:{port}: Address already in use\n"


async def test_a_data_folder_that_cannot_be_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    process = await _start("--demo", "--port", "0", "--data", str(tmp_path / "file"))
    code, _, err = await _ended(process)
    assert code == 1
    assert err == f"threadfilesharing: cannot use the data folder {tmp_path / 'file'}: Not a directory\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--production", "--demo"], "production refuses a password cost"),
        (["--production", "--loose-writes"], "production refuses loose writes"),
        (["--production", "--defect", "doubled-at-once"], "production refuses planted defects"),
        (["--defect", "nonsense"], "no defect is called `nonsense`"),
        (["--defect", "doubled-at-once=7"], "must be above 0 and at most 1"),
        (["--secret", "short"], "the secret has 5 characters"),
        (["--access-token-s", "0"], "must be at least 1"),
        (["--password-memory-kib", "1"], "8 KiB of memory for each lane"),
        (["--production", "--password-passes", "1", "--password-memory-kib", "20000"], "a password cost of 1 x 20000"),
        (["--password-passes", "0"], "password_passes must be at least 1"),
        (["--password-lanes", "0"], "password_lanes must be at least 1"),
        (["--port", "70000"], "port must be at most 65535"),
        (["--port", "-1"], "port must be at least 0"),
        (["--typing-ends-s", "nan"], "typing_ends_s must be at least 0.001"),
        (["--expiry-grace-s", "inf"], "expiry_grace_s must be at most 1e+09"),
        (["--chunk-bytes", "1000000"], "chunk_bytes must leave 1000 of body_bytes"),
        (["--company-bytes", "-5"], "company_bytes must be at least 1"),
    ],
)
def test_settings_that_contradict_are_refused(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("threadfilesharing: ")
    assert says in captured.err
    assert captured.err.count("\n") == 1


def test_a_value_of_the_wrong_type_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--port", "many"])
    assert stopped.value.code == 2
    assert "`many` is not a int" in capsys.readouterr().err


def test_the_help_names_every_setting_and_its_variable(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    shown = "".join(capsys.readouterr().out.split())
    for each in fields(Settings):
        if each.name != "defects":
            assert f"--{each.name.replace('_', '-')}" in shown
            assert f"[{variable_of(each.name)}]" in shown
    assert "--exit-with-parent" in shown


def test_a_flag_wins_over_a_variable_and_a_variable_over_the_default() -> None:
    environment = {"TFS_PORT": "4000", "TFS_TYPING_ENDS_S": "1.5", "DATABASE_URL": "sqlite+aiosqlite:///x"}
    settings = read_settings({"port": 5000}, environment)
    assert (settings.port, settings.typing_ends_s, settings.expiry_grace_s) == (5000, 1.5, 30.0)
    assert settings.url == "sqlite+aiosqlite:///x"
    demo = read_settings({}, {"TFS_TYPING_ENDS_S": "2"}, demo=True)
    assert (demo.typing_ends_s, demo.expiry_grace_s, demo.login_failures) == (2.0, 0.5, 10)
    assert demo_settings(port=1).password_memory_kib == 8


def test_the_texts_of_settings_are_read_as_their_types() -> None:
    assert parse_setting("production", "yes") is True
    assert parse_setting("production", "0") is False
    assert parse_setting("defects", "a,b=0.5") == ("a", "b=0.5")
    assert "image/png" in Settings().types
    for name, text in (("production", "maybe"), ("port", "x"), ("typing_ends_s", "x")):
        with pytest.raises(SettingsProblem):
            parse_setting(name, text)


def test_the_defaults_are_fit_for_production() -> None:
    settings = Settings(production=True).check()
    assert settings.password_memory_kib == 65_536
    assert json.dumps(settings.allowed_types)
