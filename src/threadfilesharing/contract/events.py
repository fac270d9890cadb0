"""Every event of the socket, both ways, with what it carries.

An event about a thing carries the thing's REST fields, its `id` named after the thing; `eventId` stands in every
lasting event and in no other.
"""

from typing import Any, Generic, Literal, TypeVar

from pydantic import Field

from threadfilesharing.contract import views
from threadfilesharing.fields import Body, EventNumber, Id, Time, View
from threadfilesharing.problems import Code
from threadfilesharing.realtime import payloads
from threadfilesharing.services.people import Role

Data = TypeVar("Data")


class Ephemeral(View):
    """An event that is not kept."""

    timestamp: Time


class Lasting(Ephemeral):
    """An event that is kept and replayed; the numbers rise within a company."""

    event_id: EventNumber


class ConnectionEstablished(Ephemeral):
    """The socket was let in."""

    user_id: Id
    company_id: Id
    socket_id: str


class AuthenticationSuccess(Ephemeral):
    """Whom the token named."""

    user: views.User


class ConnectionRecovered(Ephemeral):
    """What was missed has been sent; `lastEventId` is the newest event that the socket now has."""

    missed: int = Field(ge=0)
    last_event_id: EventNumber


class Error(Ephemeral):
    """Something was refused, or the socket is about to be closed."""

    code: Code
    message: str
    details: dict[str, Any]


class RoomJoined(Ephemeral):
    """The socket is in the room that it asked for."""

    room: Literal["company", "chatroom", "thread", "upload_session"]
    id: Id


class ChatroomCompany(Ephemeral):
    """A colleague came back to a chatroom, or left it without ceasing to be a member."""

    chatroom_id: Id
    user: views.Brief


class ThreadCompany(Ephemeral):
    """A colleague came back to a thread, or left it without ceasing to take part."""

    thread_id: Id
    user: views.Brief


class TypingIndicator(Ephemeral):
    """A colleague types, or does not any more; in a chatroom or in a thread."""

    chatroom_id: Id = Field(default="")
    thread_id: Id = Field(default="")
    user: views.Brief
    is_typing: bool


class UserStatusUpdated(views.StatusFields, Ephemeral):
    """A colleague's status from now on."""


class UserProfileUpdated(views.UserFields, Lasting):
    """A colleague's profile from now on."""

    user_id: Id


class UserRoleChanged(views.UserFields, Lasting):
    """A colleague's role from now on."""

    user_id: Id
    previous_role: Role
    changed_by: Id


class UserJoinedCompany(views.UserFields, Lasting):
    """A new colleague."""

    user_id: Id


class UserLeftCompany(Lasting):
    """A colleague who is gone."""

    user_id: Id
    company_id: Id
    removed_by: Id


class RoomAccessRevoked(Lasting):
    """A room that the user may not be in any more."""

    room: Literal["chatroom", "thread"]
    id: Id
    reason: Literal["ROLE_CHANGED", "ROOM_BECAME_PRIVATE"]


class StorageQuotaUpdated(views.Storage, Lasting):
    """What the company stores from now on."""

    company_id: Id


class ChatroomEvent(views.ChatroomFields, Lasting):
    """A chatroom as it is from now on."""

    chatroom_id: Id


class ChatroomDeleted(Lasting):
    """A chatroom that has ended."""

    chatroom_id: Id
    deleted_by: Id


class ChatroomMemberAdded(views.ChatroomMember, Lasting):
    """Somebody was let into a chatroom."""


class ChatroomMemberRemoved(Lasting):
    """Somebody was put out of a chatroom."""

    chatroom_id: Id
    user_id: Id
    removed_by: Id


class MessageEvent(views.MessageFields, Lasting):
    """A message, new or changed."""

    message_id: Id


class MessageDeleted(Lasting):
    """A message that was taken away."""

    message_id: Id
    chatroom_id: Id
    thread_id: Id | None
    deleted_by: Id


class MessageDelivered(views.Delivery, Lasting):
    """A recipient has acknowledged a message."""


class ThreadEvent(views.ThreadFields, Lasting):
    """A thread as it is from now on."""

    thread_id: Id


class ThreadDeleted(Lasting):
    """A thread that has ended."""

    thread_id: Id
    chatroom_id: Id
    deleted_by: Id


class ThreadParticipantAdded(views.Participant, Lasting):
    """Somebody was let into a thread."""


class ThreadParticipantRemoved(Lasting):
    """Somebody was put out of a thread."""

    thread_id: Id
    chatroom_id: Id
    user_id: Id
    removed_by: Id


class FileUploadProgress(views.ChunkTaken, Ephemeral):
    """How far an upload has come."""

    chatroom_id: Id
    thread_id: Id | None
    total_chunks: int = Field(ge=1)


class FileEvent(views.FileFields, Lasting):
    """A file as it is from now on."""

    file_id: Id


class FileUploadFailed(Lasting):
    """An upload that was given up, or whose content was not what was announced."""

    session_id: Id
    chatroom_id: Id
    thread_id: Id | None
    file_name: str
    reason: Literal["CANCELLED", "CHECKSUM_MISMATCH"]


class RetryAttempt(Lasting):
    """A step of a file's processing is tried again."""

    file_id: Id
    session_id: Id
    chatroom_id: Id
    thread_id: Id | None
    attempt: int = Field(ge=2)
    of: int = Field(ge=2)


class FileDeleted(Lasting):
    """A file that is gone."""

    file_id: Id
    chatroom_id: Id
    thread_id: Id | None
    deleted_by: Id


HEARD: dict[str, type[View]] = {
    "connection_established": ConnectionEstablished,
    "authentication_success": AuthenticationSuccess,
    "connection_recovered": ConnectionRecovered,
    "error": Error,
    "room_joined": RoomJoined,
    "user_joined_chatroom": ChatroomCompany,
    "user_left_chatroom": ChatroomCompany,
    "user_joined_thread": ThreadCompany,
    "user_left_thread": ThreadCompany,
    "typing_indicator": TypingIndicator,
    "user_profile_updated": UserProfileUpdated,
    "user_status_updated": UserStatusUpdated,
    "user_role_changed": UserRoleChanged,
    "user_joined_company": UserJoinedCompany,
    "user_left_company": UserLeftCompany,
    "room_access_revoked": RoomAccessRevoked,
    "storage_quota_updated": StorageQuotaUpdated,
    "chatroom_created": ChatroomEvent,
    "chatroom_updated": ChatroomEvent,
    "chatroom_deleted": ChatroomDeleted,
    "chatroom_member_added": ChatroomMemberAdded,
    "chatroom_member_removed": ChatroomMemberRemoved,
    "message_received": MessageEvent,
    "message_edited": MessageEvent,
    "message_deleted": MessageDeleted,
    "message_delivered": MessageDelivered,
    "thread_created": ThreadEvent,
    "thread_updated": ThreadEvent,
    "thread_archived": ThreadEvent,
    "thread_deleted": ThreadDeleted,
    "thread_participant_added": ThreadParticipantAdded,
    "thread_participant_removed": ThreadParticipantRemoved,
    "file_upload_progress": FileUploadProgress,
    "file_upload_completed": FileEvent,
    "file_upload_failed": FileUploadFailed,
    "file_processed": FileEvent,
    "retry_attempt": RetryAttempt,
    "file_deleted": FileDeleted,
}
"""What the server sends."""


class Refused(View):
    """Why an emit was refused."""

    code: Code
    message: str
    details: dict[str, Any]


class Done(View, Generic[Data]):
    """The acknowledgement of an emit that was done."""

    ok: Literal[True]
    data: Data


class NotDone(View):
    """The acknowledgement of an emit that was refused."""

    ok: Literal[False]
    error: Refused


class Authenticated(View):
    """Until when the new token holds."""

    user_id: Id
    expires_at: Time


class RoomNamed(View):
    """The room that was joined or left."""

    room: Literal["company", "chatroom", "thread", "upload_session"]
    id: Id


class IsTyping(View):
    """Whether the user types."""

    is_typing: bool


class Synced(View):
    """Everything up to this event that is owed to the socket has been written to it."""

    last_event_id: EventNumber


EMITTED: dict[str, tuple[type[Body], type[View]]] = {
    "authenticate": (payloads.Authenticate, Authenticated),
    "join_company": (payloads.RoomId, RoomNamed),
    "join_chatroom": (payloads.RoomId, RoomNamed),
    "join_thread": (payloads.RoomId, RoomNamed),
    "join_upload_session": (payloads.RoomId, RoomNamed),
    "leave_company": (payloads.RoomId, RoomNamed),
    "leave_chatroom": (payloads.RoomId, RoomNamed),
    "leave_thread": (payloads.RoomId, RoomNamed),
    "leave_upload_session": (payloads.RoomId, RoomNamed),
    "send_chatroom_message": (payloads.SendChatroomMessage, views.Message),
    "send_thread_message": (payloads.SendThreadMessage, views.Message),
    "chatroom_typing_start": (payloads.ChatroomTyping, IsTyping),
    "chatroom_typing_stop": (payloads.ChatroomTyping, IsTyping),
    "thread_typing_start": (payloads.ThreadTyping, IsTyping),
    "thread_typing_stop": (payloads.ThreadTyping, IsTyping),
    "message_ack": (payloads.MessageAck, views.Delivery),
    "update_user_status": (payloads.UpdateUserStatus, views.StatusFields),
    "sync": (payloads.Sync, Synced),
}
"""What clients emit, and the data of its acknowledgement."""
