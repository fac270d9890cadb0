"""Whether the target lives: the profile's `health` calls, or a TCP connect where it names none."""

from __future__ import annotations

from antiphon.engine.requests import request_of
from antiphon.engine.setting import Setting
from antiphon.engine.stops import TargetGone, Unreachable
from antiphon.language.scope import Names
from antiphon.net.exchange import Exchange, Failure, Request
from antiphon.net.http import HttpClient, Timeouts

_TIMEOUTS = Timeouts(connect_s=2.0, first_byte_s=5.0, total_s=5.0)


class Health:
    """Asks the target whether it lives, on a connection of its own."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    async def trouble(self) -> Unreachable | None:
        """Return why the target does not count as living; None if it does."""
        setting = self._setting
        client = HttpClient(clock=setting.clock, allow=setting.allow, timeouts=_TIMEOUTS)
        try:
            if not setting.target.health:
                lease = await client.lease(setting.target.base_url)
                if isinstance(lease, Failure):
                    return self._unreachable(lease)
                lease.release()
                return None
            for call in setting.target.health:
                request, _ = request_of(
                    call, Names({"env": setting.environment}), setting=setting, credentials=None, dice=setting.dice
                )
                done = await client.exchange(request)
                if (problem := self._judged(done, request, call.status.accepts)) is not None:
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
        trouble = await self.trouble()
        if trouble is not None:
            raise TargetGone(
                sentence=f"the target no longer answers: {trouble.sentence}",
                source=self._setting.target.base_url_source,
                advice="what was found before that is in the report",
                details=(f"noticed {noticed}",),
            )

    def _judged(self, done: Exchange, request: Request, accepts: object) -> Unreachable | None:
        if done.failure is not None:
            return self._unreachable(done.failure)
        if callable(accepts) and done.status is not None and accepts(done.status):
            return None
        return Unreachable(
            sentence=f"the target is not healthy: {request.method} {request.url} answered {done.status}",
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
