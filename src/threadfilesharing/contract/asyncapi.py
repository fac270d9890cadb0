"""The AsyncAPI document, made from the table of events."""

from typing import Any

import orjson
from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from threadfilesharing.contract.events import EMITTED, HEARD, Done, NotDone
from threadfilesharing.fields import Body, Id, View
from threadfilesharing.problems import Code

REF = "#/components/schemas/{model}"


class Auth(Body):
    """What a socket connects with."""

    token: str
    last_event_id: int | None = None


class ConnectError(View):
    """Why a socket was not let in."""

    code: Code
    message: str


def asyncapi_document() -> bytes:
    """Return the document of all events, both ways, as JSON.

    An emit's acknowledgement is described by `x-ack` at its message. `connect_error` is the Socket.IO packet of that
    name, and `x-connect-auth` is the data of the connect packet.
    """
    acknowledgements = {name: Done[data] for name, (_payload, data) in EMITTED.items()}  # type: ignore[valid-type]
    payloads = {name: payload for name, (payload, _data) in EMITTED.items()}
    models = {model for table in (HEARD, payloads, acknowledgements) for model in table.values()}
    every = sorted([*models, NotDone, Auth, ConnectError], key=lambda model: model.__name__)
    names, definitions = models_json_schema([(model, "validation") for model in every], ref_template=REF)
    schema_of = {model: names[model, "validation"] for model in every}

    def message(name: str, model: Any, summary: str | None) -> dict[str, Any]:
        return {"name": name, "title": name, "summary": summary or "", "payload": schema_of[model]}

    messages = {name: message(name, model, model.__doc__) for name, model in HEARD.items()}
    messages["connect_error"] = message("connect_error", ConnectError, ConnectError.__doc__)
    for name, payload in payloads.items():
        messages[name] = {
            **message(name, payload, payload.__doc__),
            "x-ack": {"oneOf": [schema_of[acknowledgements[name]], schema_of[NotDone]]},
        }
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "ThreadFileSharing",
            "version": "1.0.0",
            "description": "The events of ThreadFileSharing: Socket.IO 5 over Engine.IO 4, namespace `/`.",
        },
        "servers": {"main": {"host": "127.0.0.1:3001", "pathname": "/socket.io", "protocol": "socketio"}},
        "channels": {
            "main": {
                "address": "/",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "x-connect-auth": schema_of[Auth],
            }
        },
        "operations": {
            name: {
                "action": "receive" if name in EMITTED else "send",
                "channel": {"$ref": "#/channels/main"},
                "messages": [{"$ref": f"#/channels/main/messages/{name}"}],
            }
            for name in messages
        },
        "components": {"messages": messages, "schemas": definitions.get("$defs", {})},
    }
    _typing_has_one_place(document)
    return orjson.dumps(document)


def _typing_has_one_place(document: dict[str, Any]) -> None:
    """Say what pydantic cannot: a typing indicator names either a chatroom or a thread."""
    place = TypeAdapter(Id).json_schema()
    schema = document["components"]["schemas"]["TypingIndicator"]
    for key in ("chatroomId", "threadId"):
        schema["properties"][key] = place
    schema["oneOf"] = [{"required": ["chatroomId"]}, {"required": ["threadId"]}]
