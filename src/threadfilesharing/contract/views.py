"""What goes out, described once for both documents.

The services build these as plain dictionaries, which is faster; the tests hold every real answer and event against the
schemas made here.
"""

from typing import Any, Generic, Literal, TypeVar

from pydantic import Field

from threadfilesharing.fields import Id, Time, View
from threadfilesharing.problems import Code
from threadfilesharing.realtime.payloads import MessageType, Status
from threadfilesharing.services.people import Role

Data = TypeVar("Data")
Item = TypeVar("Item")


class Success(View, Generic[Data]):
    """The envelope of an answer that succeeded."""

    status: Literal["success"]
    data: Data
    timestamp: Time


class Refusal(View):
    """The envelope of an answer that refuses."""

    status: Literal["error"]
    message: str
    code: Code
    details: dict[str, Any]
    timestamp: Time


class Page(View, Generic[Item]):
    """A part of a list; `nextCursor` asks for the next one."""

    items: list[Item]
    next_cursor: str | None
    has_next: bool


class UserFields(View):
    """What colleagues see of a user, its id aside."""

    company_id: Id
    email: str
    full_name: str
    title: str | None
    bio: str | None
    role: Role
    status: Status
    status_message: str | None
    created_at: Time
    updated_at: Time


class User(UserFields):
    """A user."""

    id: Id


class Brief(View):
    """A user where only its name matters."""

    id: Id
    full_name: str


class StatusFields(View):
    """A user's status."""

    user_id: Id
    status: Status
    message: str | None
    changed_at: Time


class Company(View):
    """A company."""

    id: Id
    name: str
    created_at: Time


class Tokens(View):
    """A pair of tokens."""

    access_token: str
    refresh_token: str


class LoggedIn(Tokens):
    """Who logged in, and its tokens."""

    user: User


class Registered(LoggedIn):
    """Who registered, where, and its tokens."""

    company: Company


class Storage(View):
    """What a company stores, and what it may."""

    used_bytes: int = Field(ge=0)
    limit_bytes: int = Field(ge=0)


class Invitation(View):
    """What an invited person registers with, once."""

    invitation_token: str


class ChatroomFields(View):
    """A chatroom, its id aside."""

    name: str
    is_private: bool
    created_by: Id
    member_ids: list[Id]
    created_at: Time
    updated_at: Time


class Chatroom(ChatroomFields):
    """A chatroom."""

    id: Id


class ChatroomMember(View):
    """Somebody who was let into a chatroom."""

    chatroom_id: Id
    user_id: Id
    user: Brief
    added_by: Id


class MessageFields(View):
    """A message, its id aside."""

    chatroom_id: Id
    thread_id: Id | None
    content: str = Field(min_length=1, max_length=10_000)
    message_type: MessageType
    sender: Brief
    reply_to_id: Id | None
    client_message_id: str | None
    version: int = Field(ge=1)
    created_at: Time
    edited_at: Time | None


class Message(MessageFields):
    """A message."""

    id: Id


class Delivery(View):
    """That a recipient has a message."""

    message_id: Id
    chatroom_id: Id
    thread_id: Id | None
    user_id: Id
    delivered_at: Time


class ThreadFields(View):
    """A thread, its id aside."""

    chatroom_id: Id
    title: str
    parent_message_id: Id | None
    is_archived: bool
    created_by: Id
    participant_ids: list[Id]
    created_at: Time
    updated_at: Time


class Thread(ThreadFields):
    """A thread."""

    id: Id


class Participant(View):
    """Somebody who was let into a thread."""

    thread_id: Id
    chatroom_id: Id
    user_id: Id
    user: Brief
    added_by: Id


class UploadBegun(View):
    """How to send the chunks of an upload."""

    session_id: Id
    chunk_size: int = Field(ge=1)
    total_chunks: int = Field(ge=1)


class ChunkTaken(View):
    """How far an upload has come."""

    session_id: Id
    received_chunks: int = Field(ge=0)
    uploaded_bytes: int = Field(ge=0)
    progress: int = Field(ge=0, le=100)


class UploadState(ChunkTaken):
    """An upload and how far it has come."""

    status: Literal["uploading", "assembling", "completed", "failed"]
    total_chunks: int = Field(ge=1)
    file_id: Id | None


class FileFields(View):
    """A file, its id aside."""

    chatroom_id: Id
    thread_id: Id | None
    session_id: Id
    uploaded_by: Id
    file_name: str
    file_size: int = Field(ge=1)
    mime_type: str
    detected_type: str | None
    sha256: str
    status: Literal["processing", "ready", "failed"]
    has_preview: bool
    created_at: Time
    updated_at: Time


class File(FileFields):
    """A file."""

    id: Id


class Part(View):
    """The state of one part of the application."""

    state: Literal["up", "down"]


class Health(View):
    """The state of the application, part by part."""

    state: Literal["up"]
    parts: dict[str, Part]
