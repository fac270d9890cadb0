"""What REST requests carry."""

from typing import Annotated

from fastapi import Query
from pydantic import Field, StringConstraints

from threadfilesharing.fields import LARGEST, Body, Email, Id, Name, Password, Text
from threadfilesharing.realtime.payloads import MessageType, Status
from threadfilesharing.services.people import Role

Limit = Annotated[int, Query(ge=1, le=100, description="how many at most")]
Cursor = Annotated[int | None, Query(ge=0, le=LARGEST, description="`nextCursor` of the page before")]
After = Annotated[int | None, Query(ge=0, le=LARGEST, description="only what came after this event")]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-fA-F]{64}$", to_lower=True)]
RoleGiven = Annotated[Role, Field(strict=False)]


class Register(Body):
    """A new user, with a company of its own or invited into one."""

    email: Email
    password: Password
    full_name: Name
    company_name: Name | None = None
    invitation_token: Text | None = Field(default=None, max_length=200)


class Login(Body):
    """Who wants in."""

    email: Annotated[Text, StringConstraints(to_lower=True, max_length=254)]
    password: Password


class Refresh(Body):
    """The token to spend."""

    refresh_token: Text = Field(max_length=4096)


class ChangeProfile(Body):
    """What changes of a profile; what is left out stays."""

    full_name: Name | None = None
    title: Text | None = Field(default=None, max_length=200)
    bio: Text | None = Field(default=None, max_length=2000)


class ChangeStatus(Body):
    """The status from now on."""

    status: Status
    message: Text | None = Field(default=None, max_length=200)


class ChangeRole(Body):
    """The role from now on."""

    role: RoleGiven


class AddMember(Body):
    """A new user of the caller's company."""

    email: Email
    full_name: Name
    password: Password
    role: RoleGiven


class Invite(Body):
    """Who may register into the company, and as what."""

    email: Email
    role: RoleGiven


class CreateChatroom(Body):
    """A new chatroom."""

    name: Name
    member_ids: list[Id] = Field(default=[], max_length=1000)
    is_private: bool = False


class ChangeChatroom(Body):
    """What changes of a chatroom; what is left out stays."""

    name: Name | None = None
    is_private: bool | None = None


class SendMessage(Body):
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


class EditMessage(Body):
    """What a message says from now on."""

    content: Text


class CreateThread(Body):
    """A new thread."""

    chatroom_id: Id
    title: Name
    parent_message_id: Id | None = None


class ChangeThread(Body):
    """A thread's title from now on."""

    title: Name


class InitiateUpload(Body):
    """A file that is about to come."""

    file_name: Annotated[Name, Field(max_length=255)]
    file_size: int = Field(ge=1, le=LARGEST)
    mime_type: Annotated[str, StringConstraints(pattern=r"^[\w.+-]{1,60}/[\w.+-]{1,60}$", to_lower=True)]
    chatroom_id: Id | None = None
    thread_id: Id | None = None
    sha256: Sha256 | None = None


class CompleteUpload(Body):
    """The upload whose chunks have all come."""

    session_id: Id
