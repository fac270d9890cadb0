"""Whether the target lives: the profile's `health` calls, or a TCP connect where it names none."""

from __future__ import annotations

from antiphon.engine.requests import request_of
from antiphon.engine.setting import Setting
from antiphon.engine.stops import TargetGone, Unreachable
from antiphon.history.entries import Call
from antiphon.judge.answers import About, answer_verdicts
from antiphon.judge.envelope import opened
from antiphon.judge.verdicts import Kind, Outcome
from antiphon.language.call import CallSpec
from antiphon.language.scope import Names, Scope
from antiphon.net.exchange import Exchange, Failure
from antiphon.net.http import HttpClient, Timeouts

_TIMEOUTS = Timeouts(connect_s=2.0, first_byte_s=5.0, total_s=5.0)


class Health:
    """Asks the target whether it lives, on a connection of its own."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    async def trouble(self) -> Unreachable | None:
        """Return why the target does not count as living; None if it does."""
        setting = self._setting
        client = HttpClient(clock=setting.clock, allow=setting.allow, timeouts=_TIMEOUTS, ways=setting.ways)
        try:
            if not setting.target.health:
                lease = await client.lease(setting.target.base_url)
                if isinstance(lease, Failure):
                    return self._unreachable(lease)
                lease.release()
                return None
            scope = Names({"env": setting.environment})
            for call in setting.target.health:
                request, _ = request_of(call, scope, setting=setting, credentials=None, dice=setting.dice)
                done = await client.exchange(request)
                if (problem := self._judged(done, call, scope)) is not None:
                    return problem
            return None
        finally:
            await client.close()

    async def ask(self, *, noticed: str) -> None:
        """Ask after something was not answered, or was cut.

        Args:
            noticed: At what, for the details.

        Raises:
            TargetGone: It no longer answers.
        """
        outage = self._setting.outage
        if outage is not None and outage.state != "running":
            return  # what is not answered now is not answered because a scenario wanted it so
        trouble = await self.trouble()
        if trouble is not None:
            raise TargetGone(
                sentence=f"the target no longer answers: {trouble.sentence}",
                source=self._setting.target.base_url_source,
                advice="what was found before that is in the report",
                details=(f"noticed {noticed}",),
            )

    def _judged(self, done: Exchange, spec: CallSpec, scope: Scope) -> Unreachable | None:
        if done.failure is not None:
            return self._unreachable(done.failure)
        method, url, status = done.request.method, done.request.url, done.status or 0
        call = Call(method=method, template=spec.template, url=url, status=status, response_headers=done.headers)
        answer = opened(self._setting.target.http.envelope, status=status, headers=done.headers, body=done.body)
        judged = answer_verdicts(spec, call, answer, scope, About())
        wrong = [one for one in judged if one.outcome is Outcome.FAILED and one.kind is not Kind.PROFILE]
        if not wrong:
            return None
        said = f"{method} {url} answered {status}" if wrong[0].kind is Kind.STATUS else wrong[0].sentence
        return Unreachable(
            sentence=f"the target is not healthy: {said}",
            source=self._setting.target.base_url_source,
            note=self._setting.target.base_url_note,
            advice="is it still starting, or is `health` of the profile another call?",
        )

    def _unreachable(self, failure: Failure) -> Unreachable:
        return Unreachable(
            sentence=f"cannot reach the target: {failure.detail}",
            source=self._setting.target.base_url_source,
            note=self._setting.target.base_url_note,
            advice=failure.hint or "is it running? `antiphon demo` starts one to try",
        )
