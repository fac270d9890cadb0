"""Requests of a light call: what is the same each time is made once, and only the body anew."""

from __future__ import annotations

from antiphon.engine.play import Play
from antiphon.engine.players import Player
from antiphon.engine.requests import JsonLater, request_of, token_text
from antiphon.engine.stepper.rounds import Round
from antiphon.language.call import CallSpec
from antiphon.language.scope import MISSING
from antiphon.net.exchange import Request

_MOST_KEPT = 10_000


class RequestMaker:
    """Makes the requests of one call (2 µs, where the ordinary way takes 12)."""

    __slots__ = ("_body", "_is_fixed", "_kept", "_play", "_spec", "_ways")

    def __init__(self, spec: CallSpec, play: Play) -> None:
        self._spec = spec
        self._play = play
        self._body = spec.body.json if spec.body is not None else None
        self._ways = play.setting.target.http.token[:1]
        self._is_fixed = spec.path.is_constant and spec.query is None and spec.headers is None
        self._kept: dict[tuple[Player, str | None], Request] = {}

    def __call__(self, round_: Round, player: Player) -> tuple[Request, object]:
        """Return the request, and its body as plain data for addresses that speak of it.

        Raises:
            MissingValue: A template names what has no value.
            UnsendableRequest: It cannot be put on a wire.
        """
        play, spec = self._play, self._spec
        credentials = None if player is play.nobody else player.facts
        if not self._is_fixed:
            return request_of(spec, round_, setting=play.setting, credentials=credentials, dice=play.dice)
        token = None
        if credentials is not None:
            for way in self._ways:
                token = token_text(way, credentials, round_)
        key = (player, token)
        kept = self._kept.get(key)
        if kept is None:
            kept, sent_data = request_of(spec, round_, setting=play.setting, credentials=credentials, dice=play.dice)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = kept
            return kept, sent_data
        if self._body is None:
            return kept, MISSING
        body = self._body(round_)
        return Request(kept.method, kept.url, kept.headers, body), JsonLater(body)
