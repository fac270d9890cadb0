"""The users of a scenario in Python: each verb of the language is a method, to be awaited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from antiphon.core.errors import Mistake
from antiphon.engine.play import Frame
from antiphon.engine.players import UserView
from antiphon.python.answers import Acknowledged, Answer, Heard, Step
from antiphon.python.deeds import Deed
from antiphon.python.keys import (
    CallKeys,
    ClosedKeys,
    ConnectKeys,
    EmitKeys,
    ItemKeys,
    RoomKeys,
    SendKeys,
    SessionKeys,
    StateKeys,
    UploadKeys,
)
from antiphon.python.named import Named
from antiphon.python.parts import Part, event, in_order, never, no
from antiphon.python.places import here

if TYPE_CHECKING:
    from antiphon.python.scene import Scene


class Actor(Named):
    """Somebody who acts and hears: a user or a group."""

    def __init__(self, scene: Scene, name: str) -> None:
        self._scene = scene
        self.name = name

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    # -- calls -----------------------------------------------------------------------------------

    def get(
        self, path: str, /, *, parameters: Mapping[str, object] | None = None, **keys: Unpack[CallKeys]
    ) -> Deed[Answer]:
        """Call GET; `parameters` fill in `:name` in the path."""
        return self._call("GET", path, ..., parameters, keys)

    def post(
        self,
        path: str,
        body: object = ...,
        /,
        *,
        parameters: Mapping[str, object] | None = None,
        **keys: Unpack[CallKeys],
    ) -> Deed[Answer]:
        """Call POST; `body` is JSON."""
        return self._call("POST", path, body, parameters, keys)

    def put(
        self,
        path: str,
        body: object = ...,
        /,
        *,
        parameters: Mapping[str, object] | None = None,
        **keys: Unpack[CallKeys],
    ) -> Deed[Answer]:
        """Call PUT; `body` is JSON."""
        return self._call("PUT", path, body, parameters, keys)

    def patch(
        self,
        path: str,
        body: object = ...,
        /,
        *,
        parameters: Mapping[str, object] | None = None,
        **keys: Unpack[CallKeys],
    ) -> Deed[Answer]:
        """Call PATCH; `body` is JSON."""
        return self._call("PATCH", path, body, parameters, keys)

    def delete(
        self, path: str, /, *, parameters: Mapping[str, object] | None = None, **keys: Unpack[CallKeys]
    ) -> Deed[Answer]:
        """Call DELETE."""
        return self._call("DELETE", path, ..., parameters, keys)

    def head(
        self, path: str, /, *, parameters: Mapping[str, object] | None = None, **keys: Unpack[CallKeys]
    ) -> Deed[Answer]:
        """Call HEAD."""
        return self._call("HEAD", path, ..., parameters, keys)

    def options(
        self, path: str, /, *, parameters: Mapping[str, object] | None = None, **keys: Unpack[CallKeys]
    ) -> Deed[Answer]:
        """Call OPTIONS."""
        return self._call("OPTIONS", path, ..., parameters, keys)

    # -- the socket ------------------------------------------------------------------------------

    def emit(self, name: str, data: object = ..., /, **keys: Unpack[EmitKeys]) -> Deed[Acknowledged]:
        """Emit an event and await its acknowledgement; `data` is its one argument."""
        given = {**keys} if data is ... else {**keys, "data": data}
        return self._does(f"emit {name}", given, Acknowledged)

    def send(self, **keys: Unpack[SendKeys]) -> Deed[Step]:
        """Send a raw frame: `text`, `bytes`, or `frame="ping"`, `"pong"`, `"close"`."""
        return self._does("send", keys, Step)

    def connect(self, **keys: Unpack[ConnectKeys]) -> Deed[Step]:
        """Open the socket."""
        return self._does("connect", keys, Step)

    def reconnect(self, **keys: Unpack[ConnectKeys]) -> Deed[Step]:
        """Close the socket and open it anew."""
        return self._does("reconnect", keys, Step)

    def disconnect(self, **keys: Unpack[StateKeys]) -> Deed[Step]:
        """Close the socket."""
        return self._does("disconnect", keys, Step)

    def connected(self, **keys: Unpack[StateKeys]) -> Deed[Step]:
        """Claim that the connection is the same as before."""
        return self._does("connected", keys, Step)

    def closed(self, **keys: Unpack[ClosedKeys]) -> Deed[Step]:
        """Claim that the target closed the connection."""
        return self._does("closed", keys, Step)

    def join(self, room: str, id: object, **keys: Unpack[RoomKeys]) -> Deed[Acknowledged]:  # noqa: A002 - the room's id
        """Join a room, by what the profile's `membership` names."""
        return self._does(f"join {room}", keys, Acknowledged, rest=id)

    def leave(self, room: str, id: object, **keys: Unpack[RoomKeys]) -> Deed[Acknowledged]:  # noqa: A002 - the room's id
        """Leave a room."""
        return self._does(f"leave {room}", keys, Acknowledged, rest=id)

    # -- sessions and files ----------------------------------------------------------------------

    def login(self, **keys: Unpack[SessionKeys]) -> Deed[Step]:
        """Log in, by the profile's recipe."""
        return self._does("login", keys, Step)

    def refresh(self, **keys: Unpack[SessionKeys]) -> Deed[Step]:
        """Renew the token, by the profile's recipe."""
        return self._does("refresh", keys, Step)

    def logout(self, **keys: Unpack[SessionKeys]) -> Deed[Step]:
        """Log out, by the profile's recipe."""
        return self._does("logout", keys, Step)

    def upload(self, file: str, **keys: Unpack[UploadKeys]) -> Deed[Step]:
        """Upload a file of the suite's folder, or one that is made (`size`, `chunks`)."""
        given = {("with" if key == "values" else key): one for key, one in keys.items()}
        return self._does(f"upload {file}", given, Step)

    # -- what is heard ---------------------------------------------------------------------------

    def hears(
        self, name: str, data: object = ..., /, *, since: str | None = None, **keys: Unpack[ItemKeys]
    ) -> Deed[Heard]:
        """Claim that an event was heard because of the last step that sent something; gives the event."""
        return self._scene.heard({self._hearing: [event(name, data, **keys)]}, since)

    def hears_in_order(self, *events: Part | str, since: str | None = None) -> Deed[Heard]:
        """Claim that events were heard in this order."""
        return self._scene.heard({self._hearing: [in_order(*events)]}, since)

    def hears_nothing(self, *, since: str | None = None) -> Deed[Heard]:
        """Claim that no event at all was heard."""
        return self._scene.heard({self._hearing: ["nothing"]}, since)

    def hears_no(self, name: str, data: object = ..., /, *, since: str | None = None) -> Deed[Heard]:
        """Claim that an event was not heard."""
        return self._scene.heard({self._hearing: [no(name, data)]}, since)

    def never_hears(self, name: str, data: object = ..., /, *, since: str | None = None) -> Deed[Heard]:
        """Claim that an event is not heard, now or until the scenario's end."""
        return self._scene.heard({self._hearing: [never(name, data)]}, since)

    def _call(
        self, method: str, path: str, body: object, parameters: Mapping[str, object] | None, keys: Mapping[str, Any]
    ) -> Deed[Answer]:
        given: dict[str, object] = {**keys} if body is ... else {"body": body, **keys}
        return self._does(f"{method} {path}", given, Answer, names=parameters)

    def _does(self, line: str, keys: Any, gives: Any, *, rest: object = ..., names: Any = None) -> Deed[Any]:
        return self._scene.does(self.name, line, dict(keys), self._giving(gives), rest=rest, names=names)

    def _giving(self, gives: Any) -> Any:
        return gives

    @property
    def _hearing(self) -> str:
        return self.name


class User(Actor):
    """One person: `bob.id`, `bob.email`, `bob.token`, and whatever the profile's recipe saved as `bob["name"]`."""

    @property
    def id(self) -> Any:
        """The id at the target."""
        return self["id"]

    @property
    def email(self) -> str:
        """The address."""
        return str(self["email"])

    @property
    def token(self) -> str:
        """The token that opens calls and sockets."""
        return str(self["token"])

    @property
    def role(self) -> str:
        """The role, in the target's words."""
        return str(self["role"])

    def __getitem__(self, key: str) -> Any:
        found = fact_of(self._scene.frame, self.name, key)
        if found is None:
            raise Mistake(
                sentence=f"nothing is known of {self.name}'s `{key}`",
                source=here(self._scene.root),
                advice="the profile's recipe saves what is known of a user",
            )
        return found


class Group(Actor):
    """Several people of one name: a step of the group is done by each, at once, and gives a list of all answers.

    What the group hears, each of them hears; `crowd[3]` is one of them.
    """

    def _giving(self, gives: Any) -> Any:
        return lambda doing: [gives(inner) for inner in doing.inside]

    @property
    def _hearing(self) -> str:
        return f"each {self.name}"

    def __getitem__(self, index: int) -> User:
        if not 0 <= index < len(self):
            raise IndexError(f"{self.name} has {len(self)} users")
        return User(self._scene, f"{self.name}[{index}]")

    def __len__(self) -> int:
        return len(self._scene.frame.users(self.name))

    def __iter__(self) -> Iterator[User]:
        return (self[index] for index in range(len(self)))


def fact_of(frame: Frame, name: str, key: str) -> object | None:
    """Return something that is known of a user, or None."""
    base, bracket, index = name.partition("[")
    view = frame.names.lookup(base)
    if bracket and isinstance(view, list | tuple):
        view = view[int(index.rstrip("]"))]
    return view.get(key) if isinstance(view, UserView) else None
