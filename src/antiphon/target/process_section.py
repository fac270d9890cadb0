"""The profile's `process`: which process on this machine is the target, and the commands that stop and start it."""

from __future__ import annotations

import shlex

from antiphon.language import plain_values as plain
from antiphon.language.keys import Key, Place, Reading
from antiphon.language.nodes import Node, Sequence
from antiphon.target.model import ProcessProfile
from antiphon.target.reading import ProfileReading


def _command(node: Node, reading: Reading) -> tuple[str, ...] | None:
    """Return a command's words: of a list its items, of a text what a shell would split it into; no shell is asked."""
    if isinstance(node, Sequence):
        words = plain.texts(node, reading)
    else:
        text = plain.text(node, reading)
        try:
            words = tuple(shlex.split(text or ""))
        except ValueError as error:
            hint = "write a list of its words"
            reading.problems.mistake(f"the command cannot be taken apart: {error}".lower(), node.source, hint)
            return None
    if not words:
        reading.problems.mistake("the command is empty", node.source, "write the program and its arguments")
        return None
    return words


PID = Key("pid", ("number",), plain.whole(1, 2**31 - 1), "its process id")
PORT = Key("port", ("number",), plain.whole(1, 65_535), "the port that it listens on")
PROCESS_NAME = Key("name", ("text",), plain.text, "its name")
STOP = Key("stop", ("text", "list"), _command, "the command that stops it, run in the profile's folder")
START = Key("start", ("text", "list"), _command, "the command that starts it again, and ends once it has")
PROCESS_KEYS = Place[Reading]("`process`", (PID, PORT, PROCESS_NAME, STOP, START))


def read_process(node: Node, reading: ProfileReading) -> ProcessProfile | None:
    """Return what the profile says of the process."""
    fields = PROCESS_KEYS.read(plain.map_of(node), reading, reading.problems)
    named = [key for key in (PID, PORT, PROCESS_NAME) if fields.has(key)]
    commands = [key for key in (STOP, START) if fields.has(key)]
    if len(named) > 1 or not (named or commands):
        hint = "write one of pid, port and name" if named else "write one of pid, port and name, or stop and start"
        reading.problems.mistake("a process is named in one way", node.source, hint)
        return None
    if len(commands) == 1:
        (only,) = commands
        other = "start" if only is STOP else "stop"
        hint = "a target that is stopped is to be started again"
        reading.problems.mistake(f"`process` has `{only.name}` and no `{other}`", fields.at(only), hint)
    return ProcessProfile(
        pid=fields.get(PID),
        port=fields.get(PORT),
        name=fields.get(PROCESS_NAME),
        stop=fields.get(STOP),
        start=fields.get(START),
    )
