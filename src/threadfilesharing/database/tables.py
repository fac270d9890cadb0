"""The tables; plain SQL that SQLite and PostgreSQL both speak.

Times are ISO 8601 text, identifiers UUID text. An event number (`event_id`, `since_event`, `until_event`) counts the
lasting events of one company.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()


def _id(name: str = "id", *, key: bool = True) -> Column[str]:
    return Column(name, String(36), primary_key=key, nullable=False)


def _ref(name: str, *, nullable: bool = False, index: bool = False) -> Column[str]:
    return Column(name, String(36), nullable=nullable, index=index)


def _time(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(24), nullable=nullable)


def _number(name: str, default: int | None = 0) -> Column[int]:
    return Column(name, BigInteger, nullable=default is None, default=default)


companies = Table(
    "companies",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),
    _number("used_bytes"),
    _number("limit_bytes"),
    _number("last_event_id"),
    _time("created_at"),
)

users = Table(
    "users",
    metadata,
    _id(),
    _ref("company_id", index=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("full_name", String(200), nullable=False),
    Column("title", String(200)),
    Column("bio", Text),
    Column("password_hash", String(200), nullable=False),
    Column("role", String(10), nullable=False),
    Column("status", String(10), nullable=False),
    Column("status_message", String(200)),
    _time("status_changed_at"),
    _number("status_event"),
    _number("since_event"),
    _time("created_at"),
    _time("updated_at"),
)

token_families = Table(
    "token_families",
    metadata,
    _id(),
    _ref("user_id", index=True),
    Column("current_refresh", String(36), nullable=False),
    Column("revoked", Boolean, nullable=False, default=False),
    _time("created_at"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _ref("company_id", index=True),
    Column("email", String(254), nullable=False),
    Column("role", String(10), nullable=False),
    _time("created_at"),
)

chatrooms = Table(
    "chatrooms",
    metadata,
    _id(),
    _ref("company_id", index=True),
    Column("name", String(200), nullable=False),
    Column("is_private", Boolean, nullable=False),
    _ref("created_by"),
    _number("event_id"),
    _time("created_at"),
    _time("updated_at"),
)

threads = Table(
    "threads",
    metadata,
    _id(),
    _ref("company_id", index=True),
    _ref("chatroom_id", index=True),
    Column("title", String(200), nullable=False),
    _ref("parent_message_id", nullable=True),
    Column("is_archived", Boolean, nullable=False, default=False),
    _ref("created_by"),
    _number("event_id"),
    _time("created_at"),
    _time("updated_at"),
)

# Who is, and who was, in a chatroom or a thread: `until_event` is empty while the membership lasts. What was is kept,
# because a replay owes a former member what happened before it left.
memberships = Table(
    "memberships",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("room", String(60), nullable=False),
    _ref("user_id"),
    _number("since_event"),
    _number("until_event", None),
    _time("joined_at"),
    Index("memberships_room", "room", "user_id"),
    Index("memberships_user", "user_id", "until_event"),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _ref("company_id", index=True),
    _ref("chatroom_id"),
    _ref("thread_id", nullable=True),
    Column("room", String(60), nullable=False),
    _ref("sender_id"),
    Column("content", Text, nullable=False),
    Column("message_type", String(10), nullable=False),
    _ref("reply_to_id", nullable=True),
    Column("client_message_id", String(100)),
    _number("version", 1),
    _number("event_id"),
    _time("created_at"),
    _time("edited_at", nullable=True),
    Index("messages_listed", "room", "event_id"),
    UniqueConstraint("room", "sender_id", "client_message_id", name="messages_once"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("message_id", String(36), primary_key=True),
    Column("user_id", String(36), primary_key=True),
    _time("delivered_at"),
    Index("deliveries_user", "user_id"),
)

upload_sessions = Table(
    "upload_sessions",
    metadata,
    _id(),
    _ref("company_id", index=True),
    _ref("owner_id"),
    _ref("chatroom_id"),
    _ref("thread_id", nullable=True),
    Column("file_name", String(255), nullable=False),
    _number("file_size"),
    Column("mime_type", String(100), nullable=False),
    Column("sha256", String(64)),
    _number("chunk_size"),
    _number("total_chunks"),
    Column("status", String(12), nullable=False),
    _ref("file_id", nullable=True),
    _time("created_at"),
)

upload_chunks = Table(
    "upload_chunks",
    metadata,
    Column("session_id", String(36), primary_key=True),
    Column("chunk_index", Integer, primary_key=True),
    _number("size_bytes"),
)

files = Table(
    "files",
    metadata,
    _id(),
    _ref("company_id", index=True),
    _ref("chatroom_id"),
    _ref("thread_id", nullable=True),
    Column("room", String(60), nullable=False),
    _ref("session_id"),
    _ref("uploaded_by"),
    Column("file_name", String(255), nullable=False),
    _number("file_size"),
    Column("mime_type", String(100), nullable=False),
    Column("detected_type", String(100)),
    Column("sha256", String(64), nullable=False),
    Column("status", String(12), nullable=False),
    Column("has_preview", Boolean, nullable=False, default=False),
    _number("attempts"),
    _number("event_id"),
    _time("created_at"),
    _time("updated_at"),
    Index("files_listed", "room", "event_id"),
)

# The outbox: a lasting event stands here if, and only if, the change that caused it was committed.
outbox = Table(
    "outbox",
    metadata,
    Column("company_id", String(36), primary_key=True),
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(60), nullable=False),
    Column("rooms", Text, nullable=False),
    Column("data", Text, nullable=False),
    _time("created_at"),
)
