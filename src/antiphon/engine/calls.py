"""A REST call as it is played: request built, written behind the gate, its exchange noted, its answer opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

from antiphon.engine.doing import Cause, Doing
from antiphon.engine.health import Health
from antiphon.engine.play import Frame, Made, Play
from antiphon.engine.players import Player, UserView
from antiphon.engine.requests import JsonLater, path_parameters, request_of
from antiphon.engine.stops import PlayProblem
from antiphon.engine.tokens import credentials_for
from antiphon.history.entries import Call
from antiphon.judge.envelope import Opened, opened
from antiphon.language.call import CallSpec
from antiphon.language.scope import MISSING, Names, Scope
from antiphon.net.errors import UnsendableRequest
from antiphon.net.exchange import Exchange, Failure, Request
from antiphon.target.model import ResourceRule, Target

Purpose = Literal["step", "recipe", "cleanup", "health", "fence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a call.

    Attributes:
        call: Its entry in the history.
        opened: Payload and problem, without the profile's envelope.
        facts: What addresses that speak of this call see.
    """

    call: Call
    opened: Opened | None
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def status(self) -> int | None:
        """The answer's status; None if no complete answer came."""
        return self.call.status


async def exchange(
    frame: Frame, player: Player, spec: CallSpec, scope: Scope, *, step: str, purpose: Purpose = "step"
) -> Answer:
    """Send a call, wait for its answer, and note both in the history.

    Raises:
        MissingValue: A template names what has no value.
        UnsendableRequest: It cannot be put on a wire.
        PlayProblem: The target's address is not allowed.
        TargetGone: There was no answer, and the target's health does not answer either.
    """
    play = frame.play
    setting = play.setting
    credentials = credentials_for(spec.token, player if player is not play.nobody else None, scope, setting)
    request, sent_data = request_of(spec, scope, setting=setting, credentials=credentials, dice=play.dice)
    lease = await player.http.lease(request.url)
    if frame.gate is not None:
        await frame.gate.arrive()
    if isinstance(lease, Failure):
        gone = Exchange.failed(request, lease, at_s=setting.clock.now_s())
        return await _noted(play, player, spec, gone, sent_data, step=step, purpose=purpose)
    try:
        pending = lease.send(request)
    except UnsendableRequest:
        lease.release()
        raise
    return await _noted(play, player, spec, await pending.answered(), sent_data, step=step, purpose=purpose)


async def _noted(
    play: Play, player: Player, spec: CallSpec, done: Exchange, sent_data: object, *, step: str, purpose: Purpose
) -> Answer:
    setting = play.setting
    call = setting.recorder.write(call_entry(done, template=spec.template, step=step, purpose=purpose, play=play.name))
    call.user = player.name
    if purpose == "step":
        play.calls += 1
    if done.failure is not None:
        if done.failure.kind == "not allowed":
            raise PlayProblem(
                sentence=done.failure.detail, source=setting.target.base_url_source, advice=done.failure.hint or ""
            )
        await Health(setting).ask(noticed=f"at {spec.operation} by {player.name}: {done.failure.detail}")
    facts = answer_facts(call, spec, sent_data, setting.target.base_url)
    facts["caller"] = UserView(player)
    unwrapped = None
    if call.status is not None and not call.failure:
        unwrapped = opened(
            setting.target.http.envelope, status=call.status, headers=call.response_headers, body=call.response_body
        )
        facts["payload"] = unwrapped.payload
        facts["problem"] = unwrapped.problem
    answered = Answer(call=call, opened=unwrapped, facts=facts)
    if purpose != "cleanup":
        _remember_resources(play, player, answered)
    return answered


def call_entry(done: Exchange, *, template: str, step: str, purpose: Purpose, play: str) -> Call:
    """Return the history's entry of an exchange."""
    request: Request = done.request
    return Call(
        at_s=done.answered_s if done.answered_s is not None else done.sent_s or 0.0,
        play=play,
        step=step,
        method=request.method,
        template=template,
        url=request.url,
        request_headers=request.headers,
        request_body=request.body or b"",
        sent_s=done.sent_s,
        first_byte_s=done.first_byte_s,
        status=done.status if done.failure is None else None,
        response_headers=tuple((name.lower(), value) for name, value in done.headers),
        response_body=done.body,
        failure=done.failure.kind if done.failure is not None else "",
        failure_detail=done.failure.detail if done.failure is not None else "",
        purpose=purpose,
    )


def answer_facts(call: Call, spec: CallSpec, sent_data: object, base_url: str) -> dict[str, object]:
    """Return what addresses that speak of this call see, but for payload and problem."""
    body = JsonLater(call.response_body) if call.response_body else MISSING
    headers: dict[str, object] = {}
    for name, value in call.response_headers:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    path, _, query = call.url.partition("?")
    return {
        "request": sent_data,
        "response": body,
        "body": body,
        "status": call.status if call.status is not None else MISSING,
        "headers": headers,
        "path": path_parameters(spec.template, path.removeprefix(base_url.rstrip("/"))),
        "query": dict(parse_qsl(query, keep_blank_values=True)),
    }


def note_cause(play: Play, doing: Doing, call: Call) -> None:
    """Let the step's window and the play's causes know of an exchange."""
    if call.sent_s is None:
        return
    doing.sent(opened_s=call.sent_s, answered_s=call.at_s, cause=call)
    doing.calls.append(call)
    play.causes.append(
        Cause(
            seq=call.seq,
            sent_s=call.sent_s,
            answered_s=call.at_s,
            name=f"{call.method} {call.template}",
            step=doing.number,
            done=call.status is not None and call.status < 300,
        )
    )


def _remember_resources(play: Play, player: Player, answer: Answer) -> None:
    call = answer.call
    for rule in rules_for(play.setting.target, call):
        key = rule.key(Names(answer.facts))
        if key is not MISSING and key is not None and rule.cleanup is not None:
            play.made.append(Made(rule=rule, key=key, by=player, cleanup=rule.cleanup))


def rules_for(target: Target, call: Call) -> list[ResourceRule]:
    """Return the profile's rules that say what this call has made."""
    return [
        rule
        for rule in target.resources
        if rule.method == call.method and rule.template == call.template and call.status in rule.statuses
    ]
