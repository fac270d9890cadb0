"""Reader of AsyncAPI 2.6 and 3.0: channels or messages become events, by direction; `x-ack` is what acknowledges one.

A document speaks for the application: what it *sends* (3.0), or lets others *subscribe* to (2.6), users hear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from antiphon.core.text import shortened
from antiphon.target.contracts.dialects import into_json_schema
from antiphon.target.contracts.model import ContractDocument, DocumentAt, EventAt, SchemaAt
from antiphon.target.contracts.references import Files

Direction = Literal["heard", "emitted"]
_VERSION = re.compile(r"(?:2\.[0-6]|3\.0)(?:\.\d+)?")
_FORMAT = re.compile(
    r"application/(?:vnd\.aai\.asyncapi(?:\+json|\+yaml)?|schema\+(?:json|yaml))(?:;\s*version=(?:draft-07|2\.\d\.\d|3\.0\.\d))?"
)
_DIRECTIONS: dict[str, Direction] = {"send": "heard", "receive": "emitted", "subscribe": "heard", "publish": "emitted"}


class _Message(Struct, frozen=True):
    """A message as a channel has it.

    Attributes:
        key: Its name where it says none itself.
    """

    direction: Direction
    channel: str
    key: str
    place: SchemaAt
    said: dict[str, Any]


def read_asyncapi(files: Files, at: DocumentAt) -> ContractDocument:
    """Return what an AsyncAPI document promises.

    Raises:
        BadDocument: It is none, or cannot be used.
    """
    root = files.found[files.name]
    version = root.get("asyncapi")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        said = f"it says `asyncapi: {shortened(str(version), limit=40)}`"
        raise files.bad(f"{said if 'asyncapi' in root else 'it has no `asyncapi`'}, and 2.6 and 3.0 are understood")
    for each in files.found.values():
        into_json_schema(each, nullable=False)
    files.refuse_endless_schemas()
    messages = list(_of_3(files) if version.startswith("3") else _of_2(files))
    by_channel = at.events == "channels" or (not at.events and _named_by_channels(messages))
    found: dict[Direction, dict[str, EventAt]] = {"heard": {}, "emitted": {}}
    for message in messages:
        name = message.channel if by_channel else str(message.said.get("name") or message.key or message.channel)
        event = _event(files, message)
        known = found[message.direction].get(name)
        found[message.direction][name] = event if known is None else _either(known, event)
    return ContractDocument(
        name=files.name,
        source=at.source,
        dialect="draft7",
        files=files.found,
        heard=found["heard"],
        emitted=found["emitted"],
    )


def _named_by_channels(messages: list[_Message]) -> bool:
    """Return whether each event has a channel to itself, and there are several of them."""
    channels = {message.channel for message in messages}
    is_alone = len({(message.channel, message.direction) for message in messages}) == len(messages)
    return len(channels) > 1 and is_alone and not any("{" in channel for channel in channels)


def _of_3(files: Files) -> Iterator[_Message]:
    root = SchemaAt(files.name, "")
    for name in _map(files.at(root), "operations"):
        place, operation = files.resolved(files.inside(root, "operations", name))
        direction = _DIRECTIONS.get(str(operation.get("action")))
        if direction is None or "channel" not in operation:
            raise files.bad(f"the operation `{shortened(name)}` needs `action: send` or `receive`, and a `channel`")
        channel_place, channel = files.resolved(files.inside(place, "channel"))
        address = str(channel.get("address") or channel_place.pointer.rpartition("/")[2])
        listed = operation.get("messages")
        if isinstance(listed, list):
            places = [files.inside(place, "messages", str(index)) for index in range(len(listed))]
        else:
            places = [files.inside(channel_place, "messages", key) for key in _map(channel, "messages")]
        for one in places:
            at, said = files.resolved(one)
            yield _Message(direction, address, _key(files, one), at, said)


def _key(files: Files, place: SchemaAt) -> str:
    """Return the name that the channel's `messages` have for what a place refers to."""
    value = files.at(place)
    reference = value.get("$ref") if isinstance(value, dict) else None
    pointer = place.pointer
    if isinstance(reference, str) and pointer.rpartition("/")[2].isdigit():
        pointer = reference.partition("#")[2]
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _of_2(files: Files) -> Iterator[_Message]:
    root = SchemaAt(files.name, "")
    for channel in _map(files.at(root), "channels"):
        place, item = files.resolved(files.inside(root, "channels", channel))
        for key in ("subscribe", "publish"):
            operation = item.get(key)
            if not isinstance(operation, dict) or "message" not in operation:
                continue
            at = files.inside(place, key, "message")
            said = files.at(at)
            alternatives = said.get("oneOf") if isinstance(said, dict) else None
            several = isinstance(alternatives, list)
            places = (
                [files.inside(at, "oneOf", str(index)) for index in range(len(alternatives or ()))] if several else [at]
            )
            for one in places:
                where, message = files.resolved(one)
                in_components = where.pointer.startswith("/components/messages/")
                name = where.pointer.rpartition("/")[2] if in_components else ""
                yield _Message(_DIRECTIONS[key], channel, name, where, message)


def _event(files: Files, message: _Message) -> EventAt:
    said, place = message.said, message.place
    payload: SchemaAt | None = None
    if "payload" in said:
        _understood(files, said.get("schemaFormat"), place)
        payload = files.inside(place, "payload")
        inner = said["payload"]
        if isinstance(inner, dict) and "schemaFormat" in inner and "schema" in inner:
            _understood(files, inner["schemaFormat"], payload)
            payload = files.inside(payload, "schema")
    acks = (files.inside(place, "x-ack"),) if "x-ack" in said else ()
    return EventAt(place=place, payloads=(payload,), acks=acks)


def _understood(files: Files, named: object, place: SchemaAt) -> None:
    if named is not None and not _FORMAT.fullmatch(str(named)):
        raise files.bad(f"the message at {place} has a schema in `{shortened(str(named), limit=80)}`: no JSON Schema")


def _either(first: EventAt, second: EventAt) -> EventAt:
    payloads = tuple(dict.fromkeys((*first.payloads, *second.payloads)))
    return EventAt(place=first.place, payloads=payloads, acks=tuple(dict.fromkeys((*first.acks, *second.acks))))


def _map(holder: object, key: str) -> list[str]:
    value = holder.get(key) if isinstance(holder, dict) else None
    return [str(name) for name in value] if isinstance(value, dict) else []
