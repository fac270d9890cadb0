"""The command `threadfilesharing`: settings from flags and variables, then the server, or the list of defects."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import orjson

from threadfilesharing.settings import Settings, SettingsProblem, parse_setting, read_settings, variable_of

USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    given = vars(_parser().parse_args(arguments))
    if given.pop("list_defects"):
        try:
            return _list_defects(as_json=given["json"])
        except BrokenPipeError:
            # Whoever read has read enough (`| head`); what the interpreter still flushes goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
    as_demo, with_parent = given.pop("demo"), given.pop("exit_with_parent")
    given.pop("json")
    try:
        settings = read_settings(given, os.environ, demo=as_demo)
        # Imported late, so that --help and --list-defects answer at once.
        from threadfilesharing.defects.registry import UnknownDefect, read_defect

        try:
            planted = [str(read_defect(each)) for each in settings.defects]
        except UnknownDefect as problem:
            raise SettingsProblem(str(problem)) from None
    except SettingsProblem as problem:
        sys.stderr.write(f"threadfilesharing: {problem}\n")
        return USAGE
    # A collector that runs while modules are loaded finds nothing and takes a tenth of the start; serving enables it.
    gc.disable()
    from threadfilesharing.serving import CannotServe, serve

    try:
        return serve(settings, planted, exit_with_parent=with_parent)
    except CannotServe as problem:
        sys.stderr.write(f"threadfilesharing: {problem}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="threadfilesharing",
        description="A team's chat with threads and file sharing, over REST and Socket.IO.",
        epilog="Every setting is a variable too (in brackets); the flag wins.",
    )
    for each in fields(Settings):
        if each.name == "defects":
            parser.add_argument(
                "--defect",
                dest="defects",
                action="append",
                metavar="NAME[=p]",
                help="switch a planted defect on, on a share p of its occasions (again for more; see --list-defects)",
            )
        elif isinstance(each.default, bool):
            parser.add_argument(_flag(each.name), action="store_true", default=None, help=_help(each))
        else:
            parser.add_argument(_flag(each.name), type=_reader(each.name), metavar=_metavar(each), help=_help(each))
    parser.add_argument("--demo", action="store_true", help="take the demo's settings as defaults")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when standard input is closed")
    parser.add_argument("--list-defects", action="store_true", help="describe the planted defects and stop")
    parser.add_argument("--json", action="store_true", help="with --list-defects: as JSON")
    return parser


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _metavar(each: Any) -> str:
    return {int: "N", float: "S"}.get(type(each.default), "TEXT")


def _help(each: Any) -> str:
    default, demo = each.default, each.metadata["demo"]
    told = "" if default in ("", False) or each.name == "allowed_types" else f"; default {default}"
    if demo != default:
        told += f", demo {demo}"
    return f"{each.metadata['means']}{told} [{variable_of(each.name)}]".replace("%", "%%")


def _reader(name: str) -> Any:
    def read(text: str) -> Any:
        try:
            return parse_setting(name, text)
        except SettingsProblem as problem:
            raise argparse.ArgumentTypeError(str(problem)) from None

    return read


def _list_defects(*, as_json: bool) -> int:
    from threadfilesharing.defects.catalogue import CATALOGUE

    if as_json:
        listed = [
            {
                "name": each.name,
                "kind": each.kind.value,
                "summary": each.summary,
                "suffers": each.suffers,
                "breaks": each.breaks,
                "found_by": {
                    "by": each.found_by.by.value,
                    "scenario": each.found_by.scenario,
                    "claim": each.found_by.claim,
                },
                "may_also_fail": each.may_also_fail,
                "since": each.since,
            }
            for each in CATALOGUE
        ]
        sys.stdout.write(orjson.dumps(listed, option=orjson.OPT_INDENT_2).decode() + "\n")
        return 0
    width = max(len(each.name) for each in CATALOGUE)
    for each in CATALOGUE:
        sys.stdout.write(f"{each.name:<{width}}  {each.kind.value:<12} {each.summary}\n")
        sys.stdout.write(f"{'':<{width}}  {'':<12} suffers: {each.suffers} · breaks {', '.join(each.breaks)}\n")
        sys.stdout.write(f"{'':<{width}}  {'':<12} found by {each.found_by}\n")
    sys.stdout.flush()
    return 0
