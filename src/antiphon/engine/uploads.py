"""The verb `upload`: the profile's calls that start an upload, send its chunks and finish it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from antiphon.core.errors import Mistake
from antiphon.data.files import SampleFile, content_type_of, make_file
from antiphon.engine.calls import Answer, exchange, note_cause
from antiphon.engine.doing import Doing
from antiphon.engine.judging import answer_verdicts, failed_answer
from antiphon.engine.play import Frame
from antiphon.engine.players import Player, UserView
from antiphon.engine.recipes import answer_line
from antiphon.engine.renewal import keep_fresh
from antiphon.engine.requests import text_of
from antiphon.engine.scopes import NameSpace
from antiphon.engine.stops import PlayProblem
from antiphon.language.call import CallSpec
from antiphon.language.scope import MISSING, Names
from antiphon.scenario.step_model import UploadStep
from antiphon.target.model import UploadProfile


async def upload(frame: Frame, step: UploadStep, player: Player, doing: Doing) -> None:
    """Play an upload; stops at the first call that is not answered as it must be."""
    profile = frame.play.setting.target.upload
    if profile is None:
        raise PlayProblem(
            sentence="the profile does not say how a file is uploaded",
            source=step.source,
            advice="add `upload` to the profile",
        )
    if step.resume:
        state = player.upload
        if state is None:
            raise Mistake(
                sentence=f"{player.name} has no dropped upload to resume",
                source=step.source,
                advice="drop one first: `upload FILE` with `drop_at: N`",
            )
    else:
        state = _begun(frame, step, player, profile)
        if not await _call(frame, profile.start, player, doing, state):
            return
    await _send_chunks(frame, step, player, doing, profile, state)


async def _send_chunks(
    frame: Frame, step: UploadStep, player: Player, doing: Doing, profile: UploadProfile, state: dict[str, object]
) -> None:
    data = state["_data"]
    if not isinstance(data, bytes):
        raise TypeError("an upload's state holds its bytes")
    size = _chunk_bytes(state, profile)
    pieces = [data[start : start + size] for start in range(0, len(data), size)] or [b""]
    there: set[int] = set()
    if step.resume and profile.received is not None:
        if not await _call(frame, profile.received, player, doing, state):
            return
        there = _indices(state)
    for index, piece in enumerate(pieces):
        if index in there:
            continue
        if step.drop_at is not None and index >= step.drop_at:
            player.upload = state
            await player.http.close()
            player.http = frame.play.new_http()
            doing.note = f"dropped before chunk {index} of {len(pieces)}, its connection cut"
            return
        state["chunk"] = {"index": index, "bytes": piece, "count": len(pieces), "size": len(piece)}
        if not await _call(frame, profile.chunk, player, doing, state):
            return
    if await _call(frame, profile.finish, player, doing, state):
        player.upload = None


def _begun(frame: Frame, step: UploadStep, player: Player, profile: UploadProfile) -> dict[str, object]:
    setting = frame.play.setting
    name = text_of(step.file(frame.scope()))
    if step.size_bytes is not None or step.chunks is not None:
        size = step.size_bytes
        if size is None:
            if profile.chunk_bytes is None:
                raise Mistake(
                    sentence="`chunks` needs the size of one",
                    source=step.source,
                    advice="add `chunk_size` to `upload` of the profile, or write `size`",
                )
            size = profile.chunk_bytes * (step.chunks or 1)
        try:
            file = make_file(name, frame.play.dice.child(f"file {name}"), size)
        except ValueError as error:
            raise Mistake(sentence=f"{name} cannot be made: {error}", source=step.source) from None
    elif (drawn := frame.play.supply.drawn(name)) is not None:
        file = drawn
    else:
        data = setting.read_file(name)
        file = SampleFile(name.rsplit("/", 1)[-1], content_type_of(name), data)
    scope = Names({"self": UserView(player)}, frame.names)
    return {
        "_data": file.data,
        "file": {
            "name": file.name,
            "size": len(file.data),
            "type": file.content_type,
            "sha256": hashlib.sha256(file.data).hexdigest(),
            "bytes": file.data,
        },
        "with": {key: value(scope) for key, value in step.values.items()},
        "upload": {},
    }


async def _call(frame: Frame, spec: CallSpec, player: Player, doing: Doing, state: dict[str, object]) -> bool:
    visible = {name: value for name, value in state.items() if not name.startswith("_")}
    scope = Names({**visible, "self": UserView(player)}, frame.names)
    await keep_fresh(frame, player, spec.token)
    answer = await exchange(frame, player, spec, scope, step=doing.number)
    note_cause(frame.play, doing, answer)
    doing.facts.update(answer.facts)
    verdicts = answer_verdicts(frame, doing, spec, answer, player)
    doing.verdicts.extend(verdicts)
    if failed_answer(verdicts):
        return False
    _save(spec, answer, state)
    doing.facts["upload"] = state["upload"]
    return True


def _save(spec: CallSpec, answer: Answer, state: dict[str, object]) -> None:
    visible = {name: value for name, value in state.items() if not name.startswith("_")}
    names = NameSpace(visible)
    for save in spec.save:
        value = save.address(Names(answer.facts, names))
        if value is MISSING:
            raise PlayProblem(
                sentence=f"`{save.address.text}` finds nothing in the answer to {spec.operation}",
                source=save.source,
                advice="look at the answer: is the envelope declared, and the address right?",
                details=(answer_line(answer),),
            )
        names.set(save.name, value)
    state["upload"] = names.known["upload"]


def _chunk_bytes(state: Mapping[str, object], profile: UploadProfile) -> int:
    answered = state["upload"]
    told = answered.get("chunk_size") if isinstance(answered, Mapping) else None
    if isinstance(told, int) and told > 0:
        return told
    if profile.chunk_bytes is not None:
        return profile.chunk_bytes
    raise PlayProblem(
        sentence="nobody says how large a chunk is",
        source=profile.source,
        advice="save `upload.chunk_size` from the start's answer, or add `chunk_size` to `upload`",
    )


def _indices(state: Mapping[str, object]) -> set[int]:
    answered = state["upload"]
    told = answered.get("received") if isinstance(answered, Mapping) else None
    if isinstance(told, list):
        return {index for index in told if isinstance(index, int)}
    return set(range(told)) if isinstance(told, int) else set()
