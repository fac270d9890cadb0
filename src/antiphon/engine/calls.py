"""A REST call as it is played: request built, written behind the gate, its exchange noted, its answer opened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal
from urllib.parse import parse_qsl

from msgspec import Struct, field
from msgspec.structs import replace

from antiphon.engine.doing import Cause, Doing
from antiphon.engine.exchanging import Chain, Leg, exchanged
from antiphon.engine.health import Health
from antiphon.engine.lawful import under_way
from antiphon.engine.made import note_answer
from antiphon.engine.paging import NoEnd, Pages
from antiphon.engine.play import Frame, Play
from antiphon.engine.players import Player, UserView
from antiphon.engine.requests import JsonLater, path_parameters, request_of
from antiphon.engine.stops import PlayProblem
from antiphon.engine.tokens import credentials_for
from antiphon.history.entries import Call
from antiphon.judge.envelope import Opened, opened
from antiphon.language.call import CallSpec
from antiphon.language.route import template_of_path
from antiphon.language.scope import MISSING, Scope
from antiphon.net.exchange import Exchange, Request
from antiphon.target.model import PagingRule

Purpose = Literal["step", "recipe", "cleanup", "health", "fence"]


class Answer(Struct, frozen=True, kw_only=True):
    """What became of a call.

    Attributes:
        call: Its entry in the history.
        opened: Payload and problem, without the profile's envelope.
        facts: What addresses that speak of this call see.
        first: The entry of the exchange that began it; another one where redirects were followed.
        flaw: Why the answer is none that claims can be held against, as a sentence part; empty if it is one.
        hint: What to do about that.
        remark: What a verdict about its status should say besides, as a sentence part.
    """

    call: Call
    opened: Opened | None
    facts: dict[str, object] = field(default_factory=dict)
    first: Call
    flaw: str = ""
    hint: str = ""
    remark: str = ""

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
    operations = setting.target.vocabulary.index
    root = setting.target.root(spec.service)

    def write(leg: Leg) -> Call:
        entry = call_entry(leg.done, template=spec.template, step=step, purpose=purpose, play=play.name)
        entry.led_to, entry.trace, entry.held_s = leg.led_to, leg.trace, leg.held_s
        if leg.done.request.url != request.url:
            path = leg.done.request.url.removeprefix(root.base_url.rstrip("/"))
            if path.partition("?")[0] != request.url.removeprefix(root.base_url.rstrip("/")).partition("?")[0]:
                entry.template = template_of_path(path, operations, entry.method) or path.partition("?")[0]
        entry.user = player.name
        entry.declared = entry.status is not None and spec.status.names(entry.status)
        entry.curl = setting.ways.curl_to(entry.url)
        if purpose == "step":
            play.calls += 1
            if setting.tap is not None:
                entry = setting.tap.answered(entry)
        return setting.recorder.write(entry)

    async def ask(page: Request) -> Answer:
        with under_way(setting.lawful, f"{spec.method} {spec.template}"):
            chain = await exchanged(frame, player, spec, page, scope, write)
        return await _answer_of(chain, play, player, spec, sent_data, purpose=purpose)

    answer = await ask(request)
    rule = setting.target.paging.get(spec.pages or "")
    return answer if rule is None else await _all_pages(rule, spec, request, answer, ask)


async def _all_pages(
    rule: PagingRule, spec: CallSpec, request: Request, answer: Answer, ask: Callable[[Request], Awaitable[Answer]]
) -> Answer:
    """Return the answer whose payload is the list of all items; a page that is refused is the answer itself."""
    pages, first = Pages(rule), answer.first
    while not answer.flaw and answer.status is not None and spec.status.accepts(answer.status):
        try:
            onward = pages.next(request, answer.facts)
        except NoEnd as problem:
            return replace(answer, first=first, flaw=str(problem))
        if onward is None:
            unwrapped = replace(answer.opened, payload=pages.items) if answer.opened is not None else None
            facts = {**answer.facts, "payload": pages.items}
            return replace(answer, first=first, opened=unwrapped, facts=facts)
        answer.call.led_to = "page"
        request, answer = onward, await ask(onward)
    remark = f"that is page {pages.count + 1}" if pages.count else answer.remark
    return replace(answer, first=first, remark=remark)


async def _answer_of(
    chain: Chain, play: Play, player: Player, spec: CallSpec, sent_data: object, *, purpose: Purpose
) -> Answer:
    await asked_if_unanswered(play, player, spec, chain.done)
    return _opened_answer(chain, play, player, spec, sent_data, purpose=purpose)


async def asked_if_unanswered(play: Play, player: Player, spec: CallSpec, done: Exchange) -> None:
    """Ask for the target's health if a call got no answer.

    Raises:
        PlayProblem: The target's address is not allowed.
        TargetGone: The target's health does not answer either.
    """
    if done.failure is None:
        return
    setting = play.setting
    if done.failure.kind == "not allowed":
        raise PlayProblem(
            sentence=done.failure.detail, source=setting.target.base_url_source, advice=done.failure.hint or ""
        )
    await Health(setting).ask(noticed=f"at {spec.operation} by {player.name}: {done.failure.detail}")


def _opened_answer(
    chain: Chain, play: Play, player: Player, spec: CallSpec, sent_data: object, *, purpose: Purpose
) -> Answer:
    call = chain.last
    facts, unwrapped = _facts(play, player, call, spec, sent_data, asked=chain.first.url)
    answered = Answer(
        call=call,
        opened=unwrapped,
        facts=facts,
        first=chain.first,
        flaw=chain.flaw,
        hint=chain.hint,
        remark=chain.remark,
    )
    if purpose != "cleanup":
        note_answer(play, player, call, facts)
        if chain.first is not call:  # what a redirected call has made is told by its own answer, or by the last one
            own, _ = _facts(play, player, chain.first, spec, sent_data, asked=chain.first.url)
            found = {name: value for name, value in own.items() if value is not MISSING}
            note_answer(play, player, chain.first, {**facts, **found})
    return answered


def _facts(
    play: Play, player: Player, call: Call, spec: CallSpec, sent_data: object, *, asked: str
) -> tuple[dict[str, object], Opened | None]:
    target = play.setting.target
    root = target.root(spec.service)
    facts = answer_facts(call, spec, sent_data, root.base_url, asked=asked)
    facts["caller"] = UserView(player)
    if call.status is None or call.failure:
        return facts, None
    unwrapped = opened(root.http.envelope, status=call.status, headers=call.response_headers, body=call.response_body)
    facts["payload"] = unwrapped.payload
    facts["problem"] = unwrapped.problem
    return facts, unwrapped


def call_entry(done: Exchange, *, template: str, step: str, purpose: Purpose, play: str) -> Call:
    """Return the history's entry of an exchange."""
    request, failure = done.request, done.failure
    entry = Call(
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
        status=done.status if failure is None else None,
        response_headers=done.lowered,
        response_body=done.body,
        purpose=purpose,
    )
    if failure is not None:
        entry.failure, entry.failure_detail, entry.failure_hint = failure.kind, failure.detail, failure.hint or ""
    return entry


def answer_facts(call: Call, spec: CallSpec, sent_data: object, base_url: str, *, asked: str) -> dict[str, object]:
    """Return what addresses that speak of this call see, but for payload and problem.

    Args:
        call: The exchange whose answer counts.
        spec: The call as it was written.
        sent_data: Its body.
        base_url: The root that its path is relative to.
        asked: The URL that it began with.
    """
    body = JsonLater(call.response_body) if call.response_body else MISSING
    headers: dict[str, object] = {}
    for name, value in call.response_headers:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    path, _, query = asked.partition("?")
    template = spec.template.removeprefix(f"{spec.service}:")
    return {
        "request": sent_data,
        "response": body,
        "body": body,
        "status": call.status if call.status is not None else MISSING,
        "headers": headers,
        "path": path_parameters(template, path.removeprefix(base_url.rstrip("/"))),
        "query": dict(parse_qsl(query, keep_blank_values=True)),
    }


def note_cause(play: Play, doing: Doing, answer: Answer) -> None:
    """Let the step's window and the play's causes know of a call: from its first exchange to its last answer."""
    call, first = answer.call, answer.first
    if first.sent_s is None:
        return
    doing.sent(opened_s=first.sent_s, answered_s=call.at_s, cause=call)
    doing.calls.append(call)
    play.causes.append(
        Cause(
            seq=call.seq,
            sent_s=first.sent_s,
            answered_s=call.at_s,
            name=f"{first.method} {first.template}",
            step=doing.number,
            done=call.status is not None and call.status < 300,
        )
    )
