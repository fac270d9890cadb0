"""The environment variables that Antiphon reads, each as a setting with its unit; a `.env` file serves."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct, field

from antiphon.core.durations import duration_s, duration_text, size_bytes
from antiphon.core.errors import UsageError

MOST_RETRIES = 5
MOST_USERS = 1_000_000
LONGEST_TIMEOUT_S = 300.0
_WHOLE = re.compile(r"[0-9]{1,9}")
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


@dataclass(eq=False, kw_only=True)
class BadVariable(UsageError):
    """An environment variable has a value that it cannot have."""

    name: str
    value: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.name} is `{self.value}`, and must be {self.wanted}"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "correct it where it is set: in the environment, or in .env beside target.yaml"


@dataclass(eq=False, kw_only=True)
class UnreadableVariables(UsageError):
    """The `.env` file cannot be read."""

    file: Path
    why: str

    def __str__(self) -> str:
        return f"{self.file} cannot be read: {self.why}"

    @property
    def hint(self) -> str:
        """What to do next."""
        return "it holds lines like `API_BASE_URL=http://127.0.0.1:3001/api/v1`, in UTF-8"


class Variables(Struct, frozen=True, kw_only=True):
    """What the environment says.

    Attributes:
        base_url: `API_BASE_URL`, in place of the profile's `base_url`.
        socket_url: `WEBSOCKET_URL`, in place of the profile's `socket.url`.
        timeout_s: `TEST_TIMEOUT`, for scenarios that name none; a plain number is milliseconds.
        retries: `TEST_RETRY_COUNT`, for scenarios that name none.
        api_limit_s: `API_RESPONSE_THRESHOLD`, for the average answer.
        delivery_limit_s: `WEBSOCKET_DELIVERY_THRESHOLD`, for the average delivery.
        clean_up: `CLEANUP_AFTER_TESTS`.
        use_fixtures: `USE_FIXTURES`: whether made users, messages and files come from the run's fixtures first.
        generate: `GENERATE_DYNAMIC_DATA`: whether more are made when those are used up.
        unexercised: Thresholds that are set and that a functional run does not put to the test, with their limits:
            `CONCURRENT_USERS_THRESHOLD`, `CONNECTION_RECOVERY_THRESHOLD`, `MEMORY_USAGE_THRESHOLD`.
    """

    base_url: str | None = None
    socket_url: str | None = None
    timeout_s: float = 60.0
    retries: int = 0
    api_limit_s: float = 0.5
    delivery_limit_s: float = 0.1
    clean_up: bool = True
    use_fixtures: bool = True
    generate: bool = True
    unexercised: Mapping[str, str] = field(default_factory=dict)


def read_environment(folder: Path) -> dict[str, str]:
    """Return the process's environment over what `.env` in a folder says.

    Raises:
        UnreadableVariables: The file is there, and is no text.
    """
    file = folder / ".env"
    if not file.is_file():
        return dict(os.environ)
    from dotenv import dotenv_values  # most suites have no such file, and a run's start waits for every import

    try:
        # Taken as it is written: what stands in `${…}` is part of a password more often than a name.
        from_file = {name: value for name, value in dotenv_values(file, interpolate=False).items() if value}
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableVariables(file=file, why=str(error)) from None
    return {**from_file, **os.environ}


def variables(environment: Mapping[str, str]) -> Variables:
    """Return the settings that the variables make.

    Raises:
        BadVariable: One has a value that it cannot have.
    """
    return Variables(
        base_url=environment.get("API_BASE_URL") or None,
        socket_url=environment.get("WEBSOCKET_URL") or None,
        timeout_s=_duration(environment, "TEST_TIMEOUT", 60.0, longest_s=LONGEST_TIMEOUT_S),
        retries=_count(environment, "TEST_RETRY_COUNT", 0, most=MOST_RETRIES),
        api_limit_s=_duration(environment, "API_RESPONSE_THRESHOLD", 0.5),
        delivery_limit_s=_duration(environment, "WEBSOCKET_DELIVERY_THRESHOLD", 0.1),
        clean_up=_truth(environment, "CLEANUP_AFTER_TESTS", default=True),
        use_fixtures=_truth(environment, "USE_FIXTURES", default=True),
        generate=_truth(environment, "GENERATE_DYNAMIC_DATA", default=True),
        unexercised=_unexercised(environment),
    )


def _unexercised(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the thresholds that are set and that only load and faults put to the test; their values must be right."""
    users = _count(environment, "CONCURRENT_USERS_THRESHOLD", 0, most=MOST_USERS)
    recovery_s = _duration(environment, "CONNECTION_RECOVERY_THRESHOLD", 0.0)
    memory = _size(environment, "MEMORY_USAGE_THRESHOLD")
    limits = {
        "CONCURRENT_USERS_THRESHOLD": f"at least {users} users at once" if users else "",
        "CONNECTION_RECOVERY_THRESHOLD": f"restored within {duration_text(recovery_s)}" if recovery_s else "",
        "MEMORY_USAGE_THRESHOLD": f"at most {memory / 10**6:g} MB more" if memory else "",
    }
    return {name: limit for name, limit in limits.items() if limit}


def override_note(key: str, name: str, value: str | None) -> str:
    """Return whether a variable stands in place of a key of the profile: `base_url (API_BASE_URL is not set)`."""
    return f"{key} ({name} is {f'set, and wins: {value}' if value else 'not set'})"


def _duration(environment: Mapping[str, str], name: str, default_s: float, *, longest_s: float = 3600.0) -> float:
    text = environment.get(name, "").strip()
    if not text:
        return default_s
    found = duration_s(text)
    if found is None or not 0 < found <= longest_s:
        wanted = (
            f"a duration of more than 0 and at most {longest_s:.0f} s (`500ms`, `30s`; a plain number is milliseconds)"
        )
        raise BadVariable(name=name, value=text, wanted=wanted)
    return found


def _count(environment: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not _WHOLE.fullmatch(text) or int(text) > most:
        raise BadVariable(name=name, value=text, wanted=f"a whole number from 0 to {most}")
    return int(text)


def _size(environment: Mapping[str, str], name: str) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return 0
    found = size_bytes(text)
    if not found:
        raise BadVariable(name=name, value=text, wanted="a size (`50MB`, `512KiB`; a plain number is megabytes)")
    return found


def _truth(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = environment.get(name, "").strip().lower()
    if not text:
        return default
    if text not in _TRUE | _FALSE:
        raise BadVariable(name=name, value=text, wanted="true or false")
    return text in _TRUE
