"""Every row of the table of laws, in both directions: a history that trips it, and one that must not."""

from __future__ import annotations

import msgspec
from tests.judge.laws.histories import (
    JOINED,
    ROOM,
    SENT,
    Script,
    at,
    cause,
    change,
    checker,
    claim,
    judged,
    law,
    matcher,
    membership,
    session_end,
    told,
)

from antiphon.core.errors import Problems
from antiphon.core.source import NOWHERE
from antiphon.judge.laws.grouping import grouped
from antiphon.language.call import statuses
from antiphon.language.route import Operation
from antiphon.target.laws.membership import RoomKind, Session
from antiphon.target.laws.model import Law, Never, NeverCall, Order, Owed, SeriesLaw
from antiphon.target.laws.phrase import Phrase
from antiphon.target.laws.resource_address import parse_resource
from antiphon.target.model import ResourceRule
from antiphon.target.socket_model import AnswerRule, EventPattern

TYPING = law(
    "typing is seen", "emit typing -> ok", "typing", "members of room data.room", agree={"event.by": "caller.id"}
)


def talk(*more: str) -> Script:
    return Script().users("alice", "bob", "carol", *more).room("alice", "r", "bob")


# --- an event before its response


def test_an_event_that_came_before_the_request_was_sent_is_not_of_it() -> None:
    script = talk().message("alice, bob", 9).send("alice", 10, 20).message("alice, bob", 15)
    assert told(judged(checker(SENT), script)) == ["unexplained alice message", "unexplained bob message"]


def test_an_event_in_time_for_its_slow_call_is_no_stranger() -> None:
    script = talk().send("alice", 10, 9_000).message("alice, bob", 15).tick(8_000, POST__messages=10)
    assert judged(checker(SENT), script) == []


def test_a_stranger_that_names_a_room_its_hearer_must_not_know_is_leaked() -> None:
    script = talk().message("carol", 50, id="m9", room="r")
    assert told(judged(checker(SENT), script)) == ["leaked carol message"]
    script = talk().message("bob", 50, id="m9", room="r")
    assert told(judged(checker(SENT), script)) == ["unexplained bob message"]


# --- equal messages

PING = law("a ping is answered", "POST /ping -> 201", "pong", "caller", agree={"event.n": "request.n"})


def ping(script: Script, sent_ms: float, answered_ms: float) -> Script:
    return script.call("alice", "POST /ping", sent_ms, answered_ms, request={"n": 1})


def test_equal_causes_owe_as_many_equal_events() -> None:
    script = ping(ping(talk(), 10, 20), 12, 22).hear("alice", 15, "pong", {"n": 1}).hear("alice", 16, "pong", {"n": 1})
    assert judged(checker(PING), script) == []


def test_one_more_than_equal_causes_owe_is_doubled_and_names_the_group() -> None:
    script = ping(ping(talk(), 10, 20), 12, 22)
    for at_ms in (15, 16, 17):
        script.hear("alice", at_ms, "pong", {"n": 1})
    found = judged(checker(PING), script)
    assert told(found) == ["doubled alice pong"]
    assert found[0].details[0].startswith("2 causes of equal content owe 2 of it: alice's POST /ping (entry ")


def test_one_less_than_equal_causes_owe_is_lost() -> None:
    script = ping(ping(talk(), 10, 20), 12, 22).hear("alice", 15, "pong", {"n": 1})
    assert told(judged(checker(PING), script)) == ["lost alice pong"]


def test_equal_causes_take_their_events_in_order_so_that_none_is_late() -> None:
    limited = msgspec.structs.replace(PING, within_s=0.1)
    script = ping(ping(talk(), 0, 500), 2, 10).hear("alice", 105, "pong", {"n": 1}).hear("alice", 590, "pong", {"n": 1})
    assert judged(checker(limited), script) == []


def test_what_may_be_heard_takes_nothing_from_what_must_be() -> None:
    script = talk().call("alice", "POST /ping", 10, 20, request={"n": 1}, status=None)
    assert judged(checker(PING), ping(script, 30, 40).hear("alice", 35, "pong", {"n": 1})) == []


# --- echo


def test_whoever_emits_must_not_hear_it_on_the_same_connection() -> None:
    script = talk().connect("alice.phone", 5).emit("alice", "typing", 10, 20, data={"room": "r"})
    script.hear("bob, alice.phone", 15, "typing", {"by": "u-alice"})
    assert judged(checker(TYPING), script) == []
    assert told(judged(checker(TYPING), script.hear("alice", 15, "typing", {"by": "u-alice"}))) == [
        "leaked alice typing"
    ]


def test_with_echo_all_whoever_emits_must_hear_it() -> None:
    script = talk().emit("alice", "typing", 10, 20, data={"room": "r"}).hear("bob", 15, "typing", {"by": "u-alice"})
    everybody = msgspec.structs.replace(TYPING, echo="all")
    assert told(judged(checker(everybody), script)) == ["lost alice typing"]
    assert judged(checker(everybody), script.hear("alice", 15, "typing", {"by": "u-alice"})) == []


def test_with_echo_none_none_of_the_callers_connections_may_hear_it() -> None:
    script = talk().connect("alice.phone", 5).emit("alice", "typing", 10, 20, data={"room": "r"})
    script.hear("bob", 15, "typing", {"by": "u-alice"})
    nobody = msgspec.structs.replace(TYPING, echo="none")
    assert judged(checker(nobody), script) == []
    script.hear("alice.phone", 15, "typing", {"by": "u-alice"})
    assert told(judged(checker(nobody), script)) == ["leaked alice.phone typing"]


# --- events without id: latest

STATUS = law(
    "the latest status is heard",
    "PUT /status -> 200",
    "status",
    "members of room request.room",
    within=100,
    agree={"event.user": "caller.id", "event.status": "request.status"},
    latest=True,
)


def status(script: Script, value: str, sent_ms: float) -> Script:
    request = {"room": "r", "status": value}
    return script.call("alice", "PUT /status", sent_ms, sent_ms + 10, status=200, request=request)


def is_now(script: Script, value: str, at_ms: float, who: str = "alice, bob") -> Script:
    return script.hear(who, at_ms, "status", {"user": "u-alice", "status": value})


def test_of_values_that_follow_at_once_only_the_last_must_be_heard() -> None:
    script = is_now(status(status(talk(), "away", 10), "busy", 30), "busy", 45)
    assert judged(checker(STATUS, identity={}), script) == []


def test_the_last_value_must_be_heard() -> None:
    script = is_now(status(status(talk(), "away", 10), "busy", 30), "away", 15)
    assert told(judged(checker(STATUS, identity={}), script)) == ["lost alice status", "lost bob status"]


def test_a_value_that_came_again_is_that_of_its_newest_cause() -> None:
    script = status(status(status(talk(), "on", 10), "off", 30), "on", 50)
    script = is_now(is_now(script, "off", 35), "on", 155)
    assert judged(checker(STATUS, identity={}), script) == []


def test_values_that_go_back_are_reordered() -> None:
    script = status(status(talk(), "away", 10), "busy", 30)
    script = is_now(is_now(is_now(script, "busy", 35), "away", 50, "bob"), "away", 15, "alice")
    assert told(judged(checker(STATUS, identity={}), script)) == ["reordered bob status"]


# --- recovery


def test_who_was_cut_off_may_hear_it_after_coming_back_and_need_not() -> None:
    script = talk().close("bob", 5, by="network").send("alice", 10, 20).message("alice", 15).connect("bob", 4_000)
    assert judged(checker(SENT), script) == []
    assert judged(checker(SENT), script.message("bob", 4_010)) == []


def test_what_is_told_long_after_is_known_to_whoever_was_cut_off() -> None:
    script = talk().close("bob", 5, by="network").send("alice", 10, 20).message("alice", 15)
    for at_ms in range(1_000, 60_000, 1_000):
        script.tick(at_ms)
    script.connect("bob", 60_100).message("bob", 60_200).tick(90_000)
    assert judged(checker(SENT), script) == []


def test_what_was_missed_before_what_is_kept_is_not_judged_and_counted() -> None:
    def away(back_ms: int) -> tuple[list[str], int]:
        script = talk().send("alice", 10, 20).message("alice", 15).close("bob", 5, by="network")
        for at_ms in range(2_000, back_ms, 2_000):
            script.tick(at_ms)
        script.connect("bob", back_ms).message("bob", back_ms + 10).message("bob", back_ms + 20, id="m7").tick(
            back_ms + 9_000
        )
        laws = checker(SENT)
        return told(judged(laws, script)), laws.too_late

    assert away(60_000) == (["unexplained bob message"], 0)
    assert away(400_000) == ([], 2)
    late = talk().close("bob", 5, by="network")
    for at_ms in range(2_000, 400_000, 2_000):
        late.tick(at_ms)
    late.connect("bob", 400_000).message("bob", 440_000, id="m7").tick(450_000)
    assert told(judged(checker(SENT), late)) == ["unexplained bob message"]


def test_heard_before_and_again_after_coming_back_is_doubled_unless_replay_allows_it() -> None:
    script = talk().send("alice", 10, 20).message("alice, bob", 15).close("bob", 300).connect("bob", 400)
    script.message("bob", 410)
    assert told(judged(checker(SENT), script)) == ["doubled bob message"]
    assert judged(checker(msgspec.structs.replace(SENT, replay_at_least_once=True)), script) == []


# --- then: none

QUIET = law(
    "nobody is told of a visit",
    "POST /visits -> 201",
    "visited",
    agree={"event.id": "payload.id"},
    kind="none",
)


def test_what_belongs_to_a_cause_of_which_nothing_may_be_heard_is_leaked() -> None:
    script = talk().call("alice", "POST /visits", 10, 20, payload={"id": "v1"})
    assert judged(checker(QUIET, identity={}), script) == []
    found = judged(checker(QUIET, identity={}), script.hear("bob", 15, "visited", {"id": "v1"}))
    assert told(found) == ["leaked bob visited"]
    assert found[0].sentence == "bob heard visited of alice's POST /visits, of which nothing may be heard"


def test_what_does_not_belong_to_it_may_be_heard() -> None:
    script = talk().call("alice", "POST /visits", 10, 20, payload={"id": "v1"}).hear("bob", 15, "visited", {"id": "v2"})
    assert judged(checker(QUIET, identity={}), script) == []


def test_without_a_name_whatever_belongs_to_the_cause_is_leaked() -> None:
    quiet = msgspec.structs.replace(QUIET, then=())
    script = talk().call("alice", "POST /visits", 10, 20, payload={"id": "v1"})
    assert judged(checker(quiet, identity={}), script.hear("bob", 15, "other", {"id": "v2"})) == []
    script.hear("bob", 16, "another", {"id": "v1"})
    assert told(judged(checker(quiet, identity={}), script)) == ["leaked bob another"]


# --- order

ORDERED = msgspec.structs.replace(SENT, order=Order(by=at("event.room")))


def two(first: tuple[float, float], second: tuple[float, float]) -> Script:
    return talk().send("alice", *first).send("alice", *second, id="m2")


def test_what_was_answered_before_the_next_was_sent_must_come_before_it() -> None:
    script = two((10, 20), (30, 40)).message("alice, bob", 15, room="r").message("alice", 35, id="m2", room="r")
    assert judged(checker(ORDERED), script.message("bob", 36, id="m2", room="r")) == []
    script = two((10, 20), (30, 40)).message("alice", 15, room="r").message("alice, bob", 35, id="m2", room="r")
    found = judged(checker(ORDERED), script.message("bob", 50, room="r"))
    assert told(found) == ["reordered bob message"]
    assert found[0].sentence == (
        "bob heard message of alice's POST /messages before that of an earlier POST /messages, which came first"
    )


def test_overlapping_calls_may_be_heard_either_way() -> None:
    script = two((10, 40), (20, 30)).message("alice", 15, room="r").message("alice, bob", 25, id="m2", room="r")
    assert judged(checker(ORDERED), script.message("bob", 35, room="r")) == []


def test_only_what_agrees_where_it_is_ordered_by_is_ordered() -> None:
    script = two((10, 20), (30, 40)).message("alice", 15, room="a").message("alice, bob", 35, id="m2", room="b")
    assert judged(checker(ORDERED), script.message("bob", 50, room="a")) == []


def test_what_left_on_one_connection_must_come_in_that_order() -> None:
    sent = law(
        "said in order",
        "emit say -> ok",
        "said",
        "members of room data.room",
        agree={"event.n": "data.n"},
        order=Order(as_="sent"),
    )
    script = talk().emit("alice", "say", 10, 40, data={"room": "r", "n": 1})
    script.emit("alice", "say", 20, 30, data={"room": "r", "n": 2})
    for_one = script.hear("bob", 35, "said", {"n": 2})
    assert told(judged(checker(sent), for_one.hear("bob", 36, "said", {"n": 1}))) == ["reordered bob said"]
    answered = msgspec.structs.replace(sent, order=Order(as_="answered"))
    assert judged(checker(answered), for_one) == []


def test_with_total_all_hearers_must_agree() -> None:
    total = msgspec.structs.replace(SENT, order=Order(as_="total"))
    script = two((10, 40), (20, 40)).message("alice", 25).message("alice", 26, id="m2").message("bob", 25, id="m2")
    found = judged(checker(total), script.message("bob", 26))
    assert [one.kind.value for one in found] == ["reordered"]
    script = two((10, 40), (20, 40)).message("alice, bob", 25, id="m2").message("alice, bob", 26)
    assert judged(checker(total), script) == []


def test_a_field_that_must_rise_must_rise_on_each_connection() -> None:
    rising = msgspec.structs.replace(SENT, order=Order(by=at("event.room"), as_="rising", rising=at("event.n")))
    script = two((10, 40), (20, 40)).message("alice, bob", 25, n=1, room="r")
    script.message("alice, bob", 26, id="m2", n=2, room="r")
    assert judged(checker(rising), script) == []
    script = two((10, 40), (20, 40)).message("alice, bob", 25, n=2, room="r")
    found = judged(checker(rising), script.message("alice, bob", 26, id="m2", n=1, room="r"))
    assert told(found) == ["reordered alice message", "reordered bob message"]
    assert found[0].sentence == "`event.n` of message does not rise for alice: 1 came after 2"


# --- series

PRINT = Law(
    name="pages come one after the other",
    kind="series",
    series=SeriesLaw(
        event="printed",
        each=at("event.job"),
        field=at("event.page"),
        starts=claim({"event.page": 1}),
        ends=claim({"event.page": 3}),
        owed=True,
        steps_at_most=1,
    ),
)


def pages(*numbers: int, job: str = "j") -> Script:
    script = talk()
    for position, number in enumerate(numbers):
        script.hear("bob", 10 + position, "printed", {"job": job, "page": number})
    return script


def test_a_series_that_is_as_it_must_be_is_not_spoken_of() -> None:
    assert judged(checker(PRINT), pages(1, 2, 3)) == []


def test_a_series_must_begin_go_on_and_end_as_it_is_told() -> None:
    assert told(judged(checker(PRINT), pages(2, 3))) == ["disagreeing bob printed"]
    assert told(judged(checker(PRINT), pages(1, 2, 1, 3))) == ["reordered bob printed", "lost bob printed"]
    assert told(judged(checker(PRINT), pages(1, 3))) == ["lost bob printed"]
    assert told(judged(checker(PRINT), pages(1, 2))) == ["lost bob printed"]
    assert told(judged(checker(PRINT), pages(1, 2, 3, 3))) == ["doubled bob printed"]
    assert told(judged(checker(PRINT), pages(1, 2, 3, 2))) == ["reordered bob printed"]


def test_rows_with_another_key_are_other_rows() -> None:
    script = pages(1, 2, 3).hear("bob", 50, "printed", {"job": "k", "page": 1})
    assert told(judged(checker(PRINT), script)) == ["lost bob printed"]
    series = msgspec.structs.replace(PRINT.series, owed=False)
    assert judged(checker(msgspec.structs.replace(PRINT, series=series)), script) == []


def test_what_never_falls_may_stay() -> None:
    series = SeriesLaw(event="printed", each=at("event.job"), field=at("event.page"), strictly=False)
    stays = Law(name="progress", kind="series", series=series)
    assert judged(checker(stays), pages(1, 1, 2)) == []
    assert told(judged(checker(stays), pages(1, 2, 1))) == ["reordered bob printed"]


def test_who_must_hear_a_series_and_hears_nothing_of_it_lost_it() -> None:
    caused = law("pages", "POST /prints -> 201", to="members of room request.room", kind="series", series=PRINT.series)
    script = pages(1, 2, 3).call("alice", "POST /prints", 5, 9, request={"room": "r"})
    assert told(judged(checker(caused), script)) == ["lost alice printed"]


# --- any_event

SURPRISE = law("a surprise is something", "POST /surprises -> 204", to="caller", kind="any_event")
SURPRISE = msgspec.structs.replace(SURPRISE, then=(Owed(event=""),))


def test_any_event_is_fulfilled_by_one_that_nothing_else_explains() -> None:
    script = talk().call("alice", "POST /surprises", 100, 110, status=204)
    assert told(judged(checker(SURPRISE, SENT), script)) == ["lost alice"]
    assert judged(checker(SURPRISE, SENT), script.hear("alice", 120, "gift", {})) == []


def test_an_event_that_another_cause_explains_does_not_fulfil_any_event() -> None:
    script = talk().call("alice", "POST /surprises", 100, 110, status=204).send("alice", 105, 115)
    assert told(judged(checker(SURPRISE, SENT), script.message("alice, bob", 112))) == ["lost alice"]


def test_a_stranger_fulfils_any_event() -> None:
    script = talk().call("alice", "POST /surprises", 100, 110, status=204).message("alice", 120, id="m9")
    assert judged(checker(SURPRISE, SENT), script) == []


# --- a cause that owes many, agree, unexplained

INVITED = law(
    "who is asked in hears of it",
    "POST /rooms -> 201",
    "invited",
    "user item",
    agree={"event.room": "payload.id"},
    each=at("request.members"),
)


def test_each_member_of_a_list_is_an_obligation_of_its_own() -> None:
    script = Script().users("alice", "bob", "carol").room("alice", "r", "bob", "carol", at_ms=10)
    script.hear("bob", 11, "invited", {"room": "r"})
    judge = checker(INVITED)
    assert told(judged(judge, script)) == ["lost carol invited"]
    assert judge.summary()[0].tally.obligations == 2
    assert judged(checker(INVITED), script.hear("carol", 11, "invited", {"room": "r"})) == []


def test_what_the_causes_side_lacks_is_not_compared() -> None:
    free = law(
        "sent",
        "POST /messages -> 201",
        "message",
        "members of room request.room",
        agree={"event.id": "payload.id", "event.mood": "request.mood"},
    )
    script = talk().send("alice", 10, 20).message("alice, bob", 15, mood="fine")
    assert judged(checker(free), script) == []


def test_what_lacks_all_that_must_agree_is_not_judged_and_counted() -> None:
    nothing = law(
        "sent", "POST /messages -> 201", "message", "members of room request.room", agree={"event.mood": "request.mood"}
    )
    judge = checker(nothing)
    assert judged(judge, talk().send("alice", 10, 20)) == []
    assert judge.summary()[0].tally.not_judged == 1
    assert judge.summary()[0].warning.startswith("was never judged: nothing of what must agree")


def test_only_an_event_whose_name_some_law_owes_can_be_unexplained() -> None:
    assert judged(checker(SENT), talk().hear("bob", 15, "weather", {"id": "w"})) == []
    assert told(judged(checker(SENT), talk().hear("bob", 15, "message", {"id": "w"}))) == ["unexplained bob message"]


# --- response alone, never

ANSWERED = law("profiles tell who it is", "GET /me -> 200", kind="answer", answer=claim({"payload.name": "alice"}))


def test_an_answer_that_is_not_as_a_law_says_is_a_wrong_answer() -> None:
    script = talk().call("alice", "GET /me", 10, 20, status=200, payload={"name": "alice"})
    assert judged(checker(ANSWERED), script) == []
    script.call("alice", "GET /me", 30, 40, status=200, payload={"name": "bob"})
    found = judged(checker(ANSWERED), script)
    assert [one.kind.value for one in found] == ["wrong answer"]
    assert 'differs in `payload.name`: "bob" is not "alice"' in found[0].sentence


def test_what_must_never_be_answered_is_forbidden_unless_the_step_declares_it() -> None:
    found = statuses(["5xx"])
    never = Law(name="no 5xx", kind="never", never=Never(call=NeverCall(statuses=found)))
    script = talk().call("alice", "GET /me", 10, 20, status=503, payload={"oops": 1})
    assert [one.sentence for one in judged(checker(never), script)] == [
        "alice's GET /me answered 503, which must never be"
    ]
    assert judged(checker(never, declared=lambda call: call.status == 503), script) == []
    assert judged(checker(never), talk().call("alice", "GET /me", 10, 20, status=200)) == []


def test_what_must_never_be_heard_or_acknowledged_is_forbidden() -> None:
    secret = matcher({"secret": 1})
    never = Law(name="secrets", kind="never", never=Never(events=(("note", secret),), ack=secret))
    script = talk().hear("bob", 10, "note", {"plain": 1}).emit("bob", "ask", 11, 12)
    assert judged(checker(never), script) == []
    script.hear("bob", 20, "note", {"secret": 1}).emit("bob", "ask", 21, 22, ack={"secret": 1})
    assert told(judged(checker(never), script)) == ["forbidden bob note", "forbidden bob"]


def test_a_body_that_must_never_be_answered_is_forbidden() -> None:
    body = NeverCall(operation=Operation("GET", "/me"), body=matcher({"hash": "x"}))
    never = Law(name="no hashes", kind="never", never=Never(call=body))
    script = talk().call("alice", "GET /me", 10, 20, status=200, payload={"hash": "x"})
    assert [one.kind.value for one in judged(checker(never), script)] == ["forbidden"]
    script = talk().call("alice", "GET /you", 10, 20, status=200, payload={"hash": "x"})
    assert judged(checker(never), script) == []


# --- resources


def rule(name: str) -> ResourceRule:
    return ResourceRule(
        name=name, method="POST", template="/messages", statuses=(201,), key=at("payload.id"), source=NOWHERE
    )


def test_an_answer_that_lacks_the_rooms_id_finds_it_in_what_was_made_before() -> None:
    problems = Problems()
    phrase = Phrase("resources.message[path.id].room", lambda _index: NOWHERE)
    place = parse_resource(phrase, problems, {"message"}, lambda inner: at(inner.text))
    assert place is not None
    deleted = law(
        "a deleted message is told",
        "DELETE /messages/:id -> 204",
        "deleted",
        "members of room request.x",
        agree={"event.id": "path.id"},
    )
    to = deleted.to
    assert to is not None
    term = msgspec.structs.replace(to.terms[0], at=place)
    deleted = msgspec.structs.replace(deleted, to=msgspec.structs.replace(to, terms=(term,)))
    script = (
        talk().send("alice", 10, 20).call("alice", "DELETE /messages/m1", 30, 40, status=204, template="/messages/:id")
    )
    script.hear("alice", 35, "deleted", {"id": "m1"})
    assert told(judged(checker(deleted, identity={}, resources=[rule("message")]), script)) == ["lost bob deleted"]
    judge = checker(deleted, identity={}, resources=[rule("message")])
    script = talk().call("alice", "DELETE /messages/m7", 30, 40, status=204, template="/messages/:id")
    assert judged(judge, script) == []
    assert judge.summary()[0].warning.startswith("never had an audience")


# --- retries, recipes, others, the end


def test_a_retried_step_is_a_new_cause_and_the_first_keeps_its_obligations() -> None:
    script = talk().send("alice", 10, 20).send("alice", 30, 40, id="m2").message("alice, bob", 35, id="m2")
    assert told(judged(checker(SENT), script)) == ["lost alice message", "lost bob message"]
    assert judged(checker(SENT), script.message("alice, bob", 36)) == []


def test_recipes_and_clean_up_feed_membership_and_owe_nothing() -> None:
    script = talk().send("alice", 10, 20, purpose="recipe")
    judge = checker(SENT)
    assert judged(judge, script) == []
    assert judge.summary()[0].tally.triggered == 0
    assert judged(checker(SENT), script.message("alice, bob", 15)) == []


def test_in_a_shared_environment_what_is_of_others_is_foreign() -> None:
    script = talk().message("bob", 15, id="m9", by="stranger")
    judge = checker(SENT, shared=True)
    assert judged(judge, script) == []
    assert judge.foreign == 1
    script = talk().message("bob", 15, id="m9", by="carol")
    assert told(judged(checker(SENT, shared=True), script)) == ["unexplained bob message"]


def test_what_would_have_been_waited_for_after_the_end_is_cut_short() -> None:
    judge = checker(SENT)
    assert judged(judge, talk().send("alice", 10, 20), end_ms=1_000) == []
    assert judge.summary()[0].tally.cut_short == 2
    assert told(judged(checker(SENT), talk().send("alice", 10, 20), end_ms=6_000)) == [
        "lost alice message",
        "lost bob message",
    ]


def test_while_something_owed_was_not_heard_it_is_waited_for() -> None:
    judge = checker(SENT)
    for entry in talk().send("alice", 10, 20).message("alice", 15).entries:
        judge.feed(entry)
    assert judge.awaited_until() == 5.02
    judge = checker(SENT)
    for entry in talk().send("alice", 10, 20).message("alice, bob", 15).entries:
        judge.feed(entry)
    assert judge.awaited_until() is None


# --- by, refused: open, other statuses


def test_who_may_not_cause_it_and_is_allowed_to_gets_a_wrong_answer_and_makes_ghosts() -> None:
    guarded = msgspec.structs.replace(SENT, by=law("", "connect", to="members of room request.room").to)
    assert judged(checker(guarded), talk().send("alice", 10, 20).message("alice, bob", 15)) == []
    script = talk().send("carol", 10, 20)
    found = judged(checker(guarded), script)
    assert [one.sentence for one in found] == [
        "carol's POST /messages was answered 201, though carol may not: only members of room request.room may"
    ]
    found = judged(checker(guarded), script.message("bob", 15, by="carol"))
    assert sorted(one.kind.value for one in found) == ["ghost", "wrong answer"]


def test_who_came_or_went_while_it_was_sent_may_cause_it_or_not() -> None:
    guarded = msgspec.structs.replace(SENT, by=law("", "connect", to="members of room request.room").to)
    script = talk().add("alice", "r", "carol", 5, 12).send("carol", 10, 20)
    assert judged(checker(guarded), script) == []
    assert judged(checker(guarded), script.message("alice, bob, carol", 15, by="carol")) == []


def test_with_refused_open_a_refused_cause_may_be_heard_of() -> None:
    script = talk().send("carol", 10, 20, status=403).message("bob", 15, by="carol")
    assert judged(checker(msgspec.structs.replace(SENT, refused_open=True)), script) == []


def test_an_answer_that_another_law_of_the_event_names_refuses_nothing() -> None:
    again = law(
        "sent before",
        "POST /messages -> 200",
        "message",
        "members of room request.room",
        agree={"event.id": "payload.id"},
    )
    script = talk().send("alice", 10, 20, status=200).message("alice, bob", 15)
    assert judged(checker(SENT, again), script) == []
    assert told(judged(checker(SENT), script)) == ["ghost alice message", "ghost bob message"]


def test_a_condition_that_does_not_hold_owes_nothing() -> None:
    only = msgspec.structs.replace(SENT, condition=claim({"request.text": "hello"}))
    assert judged(checker(only), talk().send("alice", 10, 20, text="?")) == []
    assert told(judged(checker(only), talk().send("alice", 10, 20))) == ["lost alice message", "lost bob message"]


# --- any_of, times, per


def test_one_of_several_events_is_enough() -> None:
    either = law(
        "changed or cleared",
        "PUT /notes -> 200",
        {"changed": 1, "cleared": 1},
        "members of room request.room",
        agree={"event.id": "request.id"},
        kind="any_of",
    )
    script = talk().call("alice", "PUT /notes", 10, 20, status=200, request={"room": "r", "id": "n"})
    script.hear("alice", 15, "changed", {"id": "n"}).hear("bob", 15, "cleared", {"id": "n"})
    assert judged(checker(either, identity={}), script) == []
    script = talk().call("alice", "PUT /notes", 10, 20, status=200, request={"room": "r", "id": "n"})
    script.hear("alice", 15, "changed", {"id": "n"})
    found = judged(checker(either, identity={}), script)
    assert told(found) == ["lost bob changed or cleared"]


def test_times_are_how_often_it_must_and_may_be_heard() -> None:
    often = law("rings", "POST /rings -> 201", {"ring": (2, 3)}, "caller", agree={"event.id": "request.id"})
    script = talk().call("alice", "POST /rings", 10, 20, request={"id": "x"}).hear("alice", 15, "ring", {"id": "x"})
    assert told(judged(checker(often, identity={}), script)) == ["lost alice ring"]
    script.hear("alice", 16, "ring", {"id": "x"})
    assert judged(checker(often, identity={}), script) == []
    script.hear("alice", 17, "ring", {"id": "x"}).hear("alice", 18, "ring", {"id": "x"})
    assert told(judged(checker(often, identity={}), script)) == ["doubled alice ring"]


def test_per_user_one_connection_is_enough_and_each_may_hear_it_once() -> None:
    once = msgspec.structs.replace(SENT, per="user")
    script = talk().connect("bob.phone", 5).send("alice", 10, 20).message("alice", 15)
    assert told(judged(checker(once), script)) == ["lost bob message"]
    assert judged(checker(once), script.message("bob.phone", 15)) == []
    assert judged(checker(once), script.message("bob", 15)) == []
    assert told(judged(checker(once), script.message("bob", 16))) == ["doubled bob message"]


DESK = RoomKind(
    name="desk",
    granted=(change("POST /desks -> 201", room="payload.id", who="caller"),),
    joined=(change("emit open -> ok", room="data.id", as_="data.window"),),
    left=(change("emit shut -> ok", room="data.id", as_="data.window"),),
)


def test_per_join_each_named_join_is_owed_it() -> None:
    turned = law(
        "turned",
        "POST /turns -> 201",
        "turned",
        "members of desk request.desk",
        agree={"event.n": "request.n"},
        per="join",
    )
    script = talk().call("alice", "POST /desks", 3, 4, payload={"id": "d"})
    script.emit("alice", "open", 5, 6, data={"id": "d", "window": 1}).emit(
        "alice", "open", 5, 6, data={"id": "d", "window": 2}
    )
    script.call("alice", "POST /turns", 10, 20, request={"desk": "d", "n": 1}).hear("alice", 15, "turned", {"n": 1})
    rooms = membership(ROOM, DESK)
    assert told(judged(checker(turned, rooms=rooms, identity={}), script)) == ["lost alice turned"]
    assert judged(checker(turned, rooms=rooms, identity={}), script.hear("alice", 16, "turned", {"n": 1})) == []
    script.emit("alice", "shut", 7, 8, data={"id": "d", "window": 2})
    assert told(judged(checker(turned, rooms=rooms, identity={}), script)) == ["doubled alice turned"]


# --- causes


def test_connections_cause_events() -> None:
    online = law(
        "online",
        "connect first",
        "online",
        "members of room caller.room, everyone except caller",
        agree={"event.user": "caller.id"},
    )
    online = msgspec.structs.replace(online, to=law("", "connect", to="everyone except caller").to)
    script = Script().users("alice").users("bob", at_ms=500)
    assert told(judged(checker(online, identity={}), script)) == ["lost alice online"]
    script.hear("alice", 510, "online", {"user": "u-bob"}).connect("bob.phone", 600)
    assert judged(checker(online, identity={}), script) == []


def test_a_connection_that_is_refused_causes_events() -> None:
    alarm = law("alarm", "refused", "knocked", "everyone except caller", within=100, agree={"event.who": "caller.id"})
    script = Script().users("alice", "bob").users("eve", connect=False).refuse("eve", 500)
    heard = Script().users("alice", "bob").users("eve", connect=False).refuse("eve", 500)
    for name in ("alice", "bob"):
        heard.hear(name, 510, "knocked", {"who": "u-eve"})
    assert judged(checker(alarm), heard.tick(9_000)) == []
    script.hear("alice", 510, "knocked", {"who": "u-eve"}).tick(9_000)
    assert told(judged(checker(alarm), script)) == ["lost bob knocked"]
    connected = Script().users("alice", "bob").hear("alice", 10, "knocked", {"who": "u-bob"}).tick(9_000)
    assert told(judged(checker(alarm), connected)) == ["unexplained alice knocked"]


def test_a_connection_that_comes_again_causes_events_and_the_first_does_not() -> None:
    back = law("back", "reconnect", "back", "everyone except caller", within=100, agree={"event.who": "caller.id"})
    script = Script().users("alice", "bob").close("bob", 100).connect("bob", 500)
    assert told(judged(checker(back), script.tick(9_000))) == ["lost alice back"]
    script = Script().users("alice", "bob").close("bob", 100).connect("bob", 500)
    script.hear("alice", 510, "back", {"who": "u-bob"}).tick(9_000)
    assert judged(checker(back), script) == []
    assert judged(checker(back), Script().users("alice", "bob").tick(9_000)) == []


def test_each_of_several_causes_owes_it() -> None:
    several = msgspec.structs.replace(SENT, when=(*SENT.when, cause("PUT /messages -> 200")))

    def put() -> Script:
        script = talk().send("alice", 10, 20).message("alice, bob", 15)
        request, payload = {"room": "r", "text": "hello"}, {"id": "m2"}
        return script.call("alice", "PUT /messages", 300, 310, status=200, request=request, payload=payload).tick(9_000)

    assert told(judged(checker(several), put())) == ["lost alice message", "lost bob message"]
    assert judged(checker(several), put().message("alice, bob", 305, id="m2")) == []


def test_the_last_connection_that_ends_causes_events() -> None:
    offline = law("offline", "disconnect last", "offline", "everyone except caller", agree={"event.user": "caller.id"})
    script = Script().users("alice", "bob").connect("bob.phone", 10).close("bob", 500)
    assert judged(checker(offline, identity={}), script) == []
    script.close("bob.phone", 900)
    assert told(judged(checker(offline, identity={}), script)) == ["lost alice offline"]
    assert judged(checker(offline, identity={}), script.hear("alice", 905, "offline", {"user": "u-bob"})) == []


def test_an_event_that_was_heard_causes_another() -> None:
    processed = law(
        "processed", "heard uploaded", "processed", "members of room event.room", agree={"event.id": "event.id"}
    )
    script = (
        talk().hear("alice, bob", 10, "uploaded", {"id": "f", "room": "r"}).hear("bob", 20, "processed", {"id": "f"})
    )
    assert told(judged(checker(processed, identity={}), script)) == ["lost alice processed"]
    assert judged(checker(processed, identity={}), script.hear("alice", 21, "processed", {"id": "f"})) == []


STOPS = law(
    "typing stops",
    "5s after emit typing -> ok unless emit stop -> ok",
    "stopped",
    "members of room data.room",
    agree={"event.by": "caller.id"},
    echo="others",
)


def test_time_that_went_by_causes_events() -> None:
    script = talk().emit("alice", "typing", 10, 20, data={"room": "r"})
    assert told(judged(checker(STOPS), script)) == ["lost bob stopped"]
    assert judged(checker(STOPS), script.hear("bob", 5_015, "stopped", {"by": "u-alice"})) == []


def test_what_happens_in_between_keeps_it_from_coming_to_pass() -> None:
    script = talk().emit("alice", "typing", 10, 20, data={"room": "r"})
    script.emit("alice", "stop", 1_000, 1_010, data={"room": "r"})
    assert judged(checker(STOPS), script) == []
    script = talk().emit("alice", "typing", 10, 20, data={"room": "r"}).emit("bob", "stop", 1_000, 1_010)
    assert told(judged(checker(STOPS), script)) == ["lost bob stopped"]


def test_what_happens_just_then_leaves_it_open() -> None:
    script = talk().emit("alice", "typing", 10, 20, data={"room": "r"})
    script.emit("alice", "stop", 5_000, 5_030, data={"room": "r"})
    assert judged(checker(STOPS), script) == []
    assert judged(checker(STOPS), script.hear("bob", 5_020, "stopped", {"by": "u-alice"})) == []


def test_a_refused_emit_makes_ghosts() -> None:
    script = talk().emit("alice", "typing", 10, 20, data={"room": "r"}, ok=False)
    assert judged(checker(TYPING), script) == []
    assert told(judged(checker(TYPING), script.hear("bob", 15, "typing", {"by": "u-alice"}))) == ["ghost bob typing"]


def test_an_emit_without_an_answer_is_answered_by_the_next_fence() -> None:
    script = talk().emit("alice", "typing", 10, None, data={"room": "r"}).fence("alice", 50, 60)
    assert told(judged(checker(TYPING), script)) == ["lost bob typing"]
    assert judged(checker(TYPING), script.hear("bob", 15, "typing", {"by": "u-alice"})) == []


def test_an_emit_that_no_fence_answers_may_have_been_done() -> None:
    script = talk().emit("alice", "typing", 10, None, data={"room": "r"})
    assert judged(checker(TYPING), script) == []
    assert judged(checker(TYPING), script.hear("bob", 15, "typing", {"by": "u-alice"})) == []


def test_an_event_that_the_profile_names_answers_an_emit() -> None:
    rules = {"typing": AnswerRule(ok=(EventPattern(name="fine"),), refused=(EventPattern(name="sorry"),))}
    script = talk().emit("alice", "typing", 10, 20, data={"room": "r"}, answered_by="sorry", ack=["no"])
    assert judged(checker(TYPING, answers=rules), script) == []
    script = talk().emit("alice", "typing", 10, 20, data={"room": "r"}, answered_by="fine", ack=["yes"])
    assert told(judged(checker(TYPING, answers=rules), script)) == ["lost bob typing"]


# --- summary and grouping


def test_findings_of_one_law_on_one_operation_with_one_verdict_are_one() -> None:
    found = judged(checker(SENT), talk().send("alice", 10, 20).send("alice", 30, 40, id="m2"))
    assert len(found) == 4
    [one] = grouped(found)
    assert (one.count, one.plays, one.first.user) == (4, ("p",), "alice")


def test_lag_makes_a_time_void_and_not_late() -> None:
    judge = checker(SENT, lag_at=lambda at_s: 0.05 if at_s > 0.1 else 0.0)
    assert judged(judge, talk().send("alice", 10, 20).message("alice", 15).message("bob", 140)) == []
    assert judge.summary()[0].tally.void == 1
    judge = checker(SENT, lag_at=lambda at_s: 0.01 if at_s > 0.1 else 0.0)
    assert told(judged(judge, talk().send("alice", 10, 20).message("alice", 15).message("bob", 140))) == [
        "late bob message"
    ]


def test_a_session_that_ended_hears_nothing_and_causes_nothing() -> None:
    ends = Session(revoked=(session_end("POST /logout -> 204", who="caller"),))
    rooms = membership(ROOM, session=ends)
    script = talk().call("bob", "POST /logout", 3, 5, status=204).send("alice", 10, 20).message("alice", 15)
    assert judged(checker(SENT, rooms=rooms), script) == []
    assert told(judged(checker(SENT, rooms=rooms), script.message("bob", 15))) == ["leaked bob message"]
    script = talk().call("bob", "POST /logout", 3, 5, status=204).emit("bob", "typing", 10, 20, data={"room": "r"})
    found = judged(checker(TYPING, rooms=rooms), script)
    assert [one.sentence for one in found] == ["bob's emit typing was done, though its session had ended"]


def test_an_audience_that_leaves_before_the_deadline_counts_with_what_it_heard() -> None:
    script = talk().send("alice", 10, 20).message("alice", 15).close("alice", 50).close("bob", 50).close("carol", 50)
    judge = checker(SENT)
    assert judged(judge, script) == []
    tally = judge.summary()[0].tally
    assert (tally.judged, tally.held, tally.cut_short, tally.no_audience) == (1, 1, 1, 0)


def test_whoever_has_no_known_id_may_hear_it() -> None:
    script = talk().connect("stranger", 5).send("alice", 10, 20).message("alice, bob", 15)
    assert judged(checker(SENT), script.message("stranger", 15)) == []


def test_a_joined_room_is_lost_with_its_connection() -> None:
    rooms = membership(JOINED)
    script = talk().emit("bob", "join", 3, 4, data={"id": "r"}).close("bob", 5).connect("bob", 6)
    script.send("alice", 10, 20)
    assert judged(checker(SENT, rooms=rooms), script) == []
    restored = membership(msgspec.structs.replace(JOINED, after_reconnect="restored"))
    assert told(judged(checker(SENT, rooms=restored), script)) == ["lost bob message"]
