"""What clients may emit, and with what."""

from typing import Literal

from pydantic import Field

from threadfilesharing.fields import Body, EventNumber, Id, Text

MessageType = Literal["TEXT", "MARKDOWN", "CODE", "IMAGE", "FILE"]
Status = Literal["online", "away", "busy", "offline"]


class Authenticate(Body):
    """A newer token, before or after the present one expires."""

    token: Text = Field(max_length=4096)


class RoomId(Body):
    """The room to join or leave."""

    id: Id


class SendChatroomMessage(Body):
    """A message to a chatroom."""

    chatroom_id: Id
    content: Text
    message_type: MessageType = "TEXT"
    reply_to_id: Id | None = None
    client_message_id: Text | None = Field(default=None, min_length=1, max_length=100)


class SendThreadMessage(Body):
    """A message to a thread."""

    thread_id: Id
    content: Text
    message_type: MessageType = "TEXT"
    reply_to_id: Id | None = None
    client_message_id: Text | None = Field(default=None, min_length=1, max_length=100)


class ChatroomTyping(Body):
    """Where the user begins or ends typing."""

    chatroom_id: Id


class ThreadTyping(Body):
    """Where the user begins or ends typing."""

    thread_id: Id


class MessageAck(Body):
    """Which message has arrived."""

    message_id: Id


class UpdateUserStatus(Body):
    """The user's status from now on."""

    status: Status
    message: Text | None = Field(default=None, max_length=200)


class Sync(Body):
    """The newest lasting event that the client has; empty: those since the connection are enough."""

    since: EventNumber | None = None
