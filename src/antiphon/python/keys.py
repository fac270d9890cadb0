"""The keys of steps, as keyword arguments: the same words as in YAML, without those that Python itself has.

`if`, `save` and `append` are Python's own; `hear` takes users or their names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Required, TypedDict

Duration = str | float
Heard = Mapping[Any, Any]


class HeadKeys(TypedDict, total=False):
    """What a scenario says of itself."""

    description: str
    category: str
    type: str
    priority: str
    tags: Sequence[str]
    covers: Sequence[str]
    needs: Sequence[str]
    timeout: Duration
    retries: int
    inputs: Mapping[str, object]
    users: Mapping[str, Mapping[str, object]]


class ItemKeys(TypedDict, total=False):
    """What limits one event that is to be heard."""

    within: Duration
    after: Duration
    wait: Duration
    times: int | str
    rising: str
    falling: str
    first: str | Mapping[str, object]
    last: str | Mapping[str, object]
    answer: object


class StepKeys(TypedDict, total=False):
    """What every step may have."""

    name: str
    hear: Heard
    within: Duration
    wait: Duration
    retry: int
    must: bool


class CallKeys(StepKeys, total=False):
    """What a call may have."""

    body: object
    form: Mapping[str, object]
    multipart: Mapping[str, object]
    raw: str | bytes | Mapping[str, str]
    query: Mapping[str, object]
    headers: Mapping[str, object]
    token: object
    status: int | str | Sequence[int | str]
    expect: object
    expect_body: object
    expect_headers: Mapping[str, object]
    pages: str


class EmitKeys(StepKeys, total=False):
    """What an emit may have."""

    data: object
    args: Sequence[object]
    ack: object
    refused: object
    socket: str


class SendKeys(StepKeys, total=False):
    """What a raw frame may have."""

    text: str
    bytes: object
    frame: str
    code: int
    reason: str
    socket: str


class SessionKeys(TypedDict, total=False):
    """What `login`, `refresh` and `logout` may have."""

    name: str
    hear: Heard
    within: Duration
    wait: Duration
    retry: int
    must: bool
    token: object
    refused: object


class ConnectKeys(SessionKeys, total=False):
    """What `connect` and `reconnect` may have."""

    auth: object
    url: str
    socket: str


class StateKeys(TypedDict, total=False):
    """What `connected` and `disconnect` may have."""

    name: str
    hear: Heard
    within: Duration
    wait: Duration
    retry: int
    must: bool
    socket: str


class ClosedKeys(StateKeys, total=False):
    """What `closed` may have."""

    code: object
    reason: object


class RoomKeys(StepKeys, total=False):
    """What `join` and `leave` may have."""

    ack: object
    refused: object
    socket: str


class UploadKeys(StepKeys, total=False):
    """What `upload` may have; `values` is YAML's `with`."""

    size: str | int
    chunks: int
    drop_at: int
    resume: bool
    values: Mapping[str, object]


class PauseKeys(TypedDict, total=False):
    """What a pause may have."""

    because: Required[str]
    name: str
    hear: Heard
    within: Duration
    wait: Duration
    must: bool
