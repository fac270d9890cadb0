"""The process of a target on this machine: found by its port, its number or its name."""

from __future__ import annotations

import os
from pathlib import PurePath


def find_process(*, pid: int | None = None, port: int | None = None, name: str | None = None) -> int | None:
    """Return the process's number, or None if there is none, or none that may be looked at.

    Antiphon itself is never found. Where several fit, such as the workers of one server, it is the oldest.

    Args:
        pid: Its number: checked, and returned if it runs.
        port: A TCP port that it listens on.
        name: Its name, or the last part of its command or of one of its arguments.
    """
    import psutil  # here, for it takes 15 ms that `antiphon --help` need not spend

    if pid is not None:
        return pid if pid != os.getpid() and psutil.pid_exists(pid) else None
    try:
        if port is not None:
            found = {
                one.pid
                for one in psutil.net_connections("tcp")
                if one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port and one.pid
            }
        elif name is not None:
            found = {
                process.pid
                for process in psutil.process_iter(["name", "cmdline"])
                if name in _names(process.info["name"], process.info["cmdline"])
            }
        else:
            return None
    except psutil.Error:  # the system does not let us look
        return None
    return min(found - {os.getpid()}, key=_born, default=None)


def _names(name: str | None, command: list[str] | None) -> set[str]:
    return {name or "", *(PurePath(word).name for word in command or [])}


def _born(pid: int) -> tuple[float, int]:
    import psutil

    try:
        return psutil.Process(pid).create_time(), pid
    except psutil.Error:
        return float("inf"), pid
