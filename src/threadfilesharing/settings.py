"""Every setting of the application, with its default, its value in the demo, and what it means.

A setting is a flag (`--typing-ends-s 5`) or a variable (`TFS_TYPING_ENDS_S=5`); the flag wins. `DATABASE_URL` keeps
its usual name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

_TYPES = (
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/svg+xml",
    "text/plain",
    "text/markdown",
    "text/csv",
    "text/html",
    "application/json",
    "application/pdf",
    "application/zip",
    "application/octet-stream",
    "audio/mpeg",
    "video/mp4",
)

SHORTEST_SECRET = 32
"""HS256 signs with 256 bits; a shorter secret is weaker than the signature (RFC 7518, 3.2)."""

CHEAP_MEMORY_KIB = 19_456
"""Below this, or with fewer than two passes over it, a password cost counts as cheap (OWASP's minimum for Argon2id)."""

_LEAST = {
    "port": 0,
    "expiry_grace_s": 0,
    "preview_pause_s": 0,
    "typing_ends_s": 0.001,
    "ping_interval_s": 0.001,
    "ping_timeout_s": 0.001,
}
_LARGEST_PORT = 65_535
_LONGEST_S = 1e9
AROUND_A_CHUNK = 1_000
"""What a request with a chunk has beside it: two fields, three heads and the boundaries of its parts."""


class SettingsProblem(Exception):
    """A setting that the application refuses to start with."""


def _setting(default: Any, means: str, *, demo: Any = None) -> Any:
    return field(default=default, metadata={"means": means, "demo": default if demo is None else demo})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the application runs with; made by `read_settings` or, in tests, directly."""

    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(3001, "port to listen on; 0 takes a free one")
    data: str = _setting("threadfilesharing-data", "folder for the database, the files and the signing secret")
    database_url: str = _setting(
        "",
        "postgresql://user:password@host/name or sqlite:///file; empty: SQLite in the data folder (DATABASE_URL)",
    )
    secret: str = _setting("", "signs tokens, at least 32 characters; empty: made once and kept in the data folder")
    access_token_s: int = _setting(900, "life of an access token, seconds")
    refresh_token_s: int = _setting(604_800, "life of a refresh token, seconds")
    expiry_grace_s: float = _setting(30.0, "a socket whose token expired is closed after this, seconds", demo=0.5)
    typing_ends_s: float = _setting(5.0, "typing ends by itself after this, seconds", demo=0.5)
    login_failures: int = _setting(10, "failed logins a minute for one account, above it 429")
    emits_per_s: int = _setting(50, "emits a second for one socket, above it RATE_LIMITED")
    frame_bytes: int = _setting(1_000_000, "largest frame; a larger one closes the socket")
    body_bytes: int = _setting(1_000_000, "largest request body, above it 413")
    chunk_bytes: int = _setting(65_536, "size of an upload's chunks, the last one excepted")
    file_bytes: int = _setting(52_428_800, "largest file, above it 413")
    company_bytes: int = _setting(1_073_741_824, "what one company may store, above it 413")
    upload_life_s: int = _setting(3_600, "an upload that is not completed keeps its share of the quota this long")
    allowed_types: str = _setting(",".join(_TYPES), "types that may be uploaded, separated by commas")
    password_passes: int = _setting(3, "Argon2id: passes", demo=1)
    password_memory_kib: int = _setting(65_536, "Argon2id: memory, KiB", demo=8)
    password_lanes: int = _setting(4, "Argon2id: lanes", demo=1)
    preview_pause_s: float = _setting(0.02, "pause before a failed preview is tried again, seconds")
    ping_interval_s: float = _setting(25.0, "Engine.IO: the server pings this often, seconds")
    ping_timeout_s: float = _setting(20.0, "Engine.IO: without a pong for this long a socket is gone, seconds")
    connection_limit: int = _setting(10_000, "sockets at once, above it a connection is refused")
    loose_writes: bool = _setting(
        False, "do not wait for the disk: a power cut may take the newest changes along", demo=True
    )
    production: bool = _setting(False, "refuse a cheap password cost, loose writes and planted defects")
    defects: tuple[str, ...] = _setting((), "planted defects that are on, as NAME or NAME=p")

    @property
    def data_folder(self) -> Path:
        """Where everything that lasts is kept."""
        return Path(self.data)

    @property
    def url(self) -> str:
        """The database, as SQLAlchemy names it."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_folder / 'threadfilesharing.sqlite3'}"

    @property
    def types(self) -> frozenset[str]:
        """The media types that may be uploaded."""
        return frozenset(part.strip() for part in self.allowed_types.split(",") if part.strip())

    def check(self) -> "Settings":
        """Return these settings if the application can honestly start with them.

        Raises:
            SettingsProblem: They contradict one another or are too weak for production.
        """
        if self.secret and len(self.secret) < SHORTEST_SECRET:
            raise SettingsProblem(f"the secret has {len(self.secret)} characters, {SHORTEST_SECRET} are needed")
        self._check_numbers()
        if self.password_memory_kib < 8 * self.password_lanes:
            raise SettingsProblem("Argon2id needs 8 KiB of memory for each lane")
        work_kib = self.password_memory_kib * self.password_passes
        if self.production and (self.password_memory_kib < CHEAP_MEMORY_KIB or work_kib < 2 * CHEAP_MEMORY_KIB):
            raise SettingsProblem(
                f"production refuses a password cost of {self.password_passes} x {self.password_memory_kib} KiB "
                f"(at least 2 x {CHEAP_MEMORY_KIB})"
            )
        if self.production and self.loose_writes:
            raise SettingsProblem("production refuses loose writes")
        if self.production and self.defects:
            raise SettingsProblem(f"production refuses planted defects ({', '.join(self.defects)})")
        return self

    def _check_numbers(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            least = _LEAST.get(each.name, 1)
            if not value >= least:
                raise SettingsProblem(f"{each.name} must be at least {least}")
            if isinstance(value, float) and value > _LONGEST_S:
                raise SettingsProblem(f"{each.name} must be at most {_LONGEST_S:g}")
        if self.port > _LARGEST_PORT:
            raise SettingsProblem(f"port must be at most {_LARGEST_PORT}")
        if self.chunk_bytes + AROUND_A_CHUNK > self.body_bytes:
            raise SettingsProblem(f"chunk_bytes must leave {AROUND_A_CHUNK} of body_bytes to what is around a chunk")


def demo_settings(**others: Any) -> Settings:
    """Return the demo's settings: cheap passwords and short waits, `others` on top."""
    values = {each.name: each.metadata["demo"] for each in fields(Settings)}
    return Settings(**(values | others))


def variable_of(name: str) -> str:
    """Return the environment variable of a setting."""
    return "DATABASE_URL" if name == "database_url" else f"TFS_{name.upper()}"


def read_settings(flags: Mapping[str, Any], environment: Mapping[str, str], *, demo: bool = False) -> Settings:
    """Return the settings from flags, environment and defaults, in that order.

    Args:
        flags: What was written on the command line, by the name of the setting; absent or None: not written.
        environment: The variables.
        demo: Take the demo's values as defaults.

    Raises:
        SettingsProblem: A value is not of its type, or the settings are refused.
    """
    values: dict[str, Any] = {}
    for each in fields(Settings):
        written = flags.get(each.name)
        variable = environment.get(variable_of(each.name))
        if written is not None:
            values[each.name] = written
        elif variable is not None:
            values[each.name] = parse_setting(each.name, variable)
        elif demo:
            values[each.name] = each.metadata["demo"]
    return Settings(**values).check()


def parse_setting(name: str, text: str) -> Any:
    """Return a setting's value from its text.

    Raises:
        SettingsProblem: The text is not of the setting's type.
    """
    default: Any = next(each.default for each in fields(Settings) if each.name == name)
    try:
        if isinstance(default, bool):
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}[
                text.lower()
            ]
        if isinstance(default, tuple):
            return tuple(part for part in text.split(",") if part)
        return type(default)(text)
    except (ValueError, KeyError):
        raise SettingsProblem(f"{name}: `{text}` is not a {type(default).__name__}") from None
