from tests.judge.laws.histories import JOINED, SENT, Script, checker, judged, law, membership, told


def talk() -> Script:
    return Script().users("alice", "bob", "carol").room("alice", "r", "bob")


def test_what_everybody_in_the_room_hears_before_the_answer_is_as_it_must_be() -> None:
    judge = checker(SENT)
    script = talk().send("alice", 10, 20).message("alice, bob", 15)
    assert judged(judge, script) == []
    assert judge.summary()[0].tally.held == 2


def test_what_nobody_hears_is_lost_to_each() -> None:
    found = judged(checker(SENT), talk().send("alice", 10, 20))
    assert told(found) == ["lost alice message", "lost bob message"]
    assert found[1].sentence == "bob did not hear message within 5 s of alice's POST /messages"
    assert found[1].details == ("nobody heard it",)


def test_what_one_does_not_hear_is_lost_to_that_one() -> None:
    found = judged(checker(SENT), talk().send("alice", 10, 20).message("alice", 15))
    assert told(found) == ["lost bob message"]
    assert found[0].details == ("alice heard it 5 ms before the answer",)


def test_what_comes_after_its_limit_is_late() -> None:
    found = judged(checker(SENT), talk().send("alice", 10, 20).message("alice", 119).message("bob", 121))
    assert told(found) == ["late bob message"]
    assert found[0].sentence == "bob heard message 101 ms after the answer to alice's POST /messages, not within 100ms"


def test_what_comes_after_its_wait_is_lost_and_nothing_else() -> None:
    found = judged(checker(SENT), talk().send("alice", 10, 20).message("alice", 15).message("bob", 5_100))
    assert told(found) == ["lost bob message"]


def test_what_comes_twice_is_doubled() -> None:
    script = talk().send("alice", 10, 20).message("alice, bob", 15).message("bob", 900)
    found = judged(checker(SENT), script)
    assert told(found) == ["doubled bob message"]
    assert "once more, 880 ms after the answer to alice's POST /messages, which owes it once" in found[0].sentence


def test_what_an_outsider_hears_is_leaked() -> None:
    found = judged(checker(SENT), talk().send("alice", 10, 20).message("alice, bob, carol", 15))
    assert told(found) == ["leaked carol message"]
    assert found[0].sentence == (
        "carol heard message of alice's POST /messages and must not have (it is for members of room request.room)"
    )


def test_what_says_something_else_than_its_cause_disagrees_with_it() -> None:
    script = talk().send("alice", 10, 20).message("alice", 15).message("bob", 15, text="hallo")
    found = judged(checker(SENT), script)
    assert told(found) == ["disagreeing bob message"]
    assert found[0].sentence.endswith('`event.text` is "hallo", and `request.text` was "hello"')


def test_what_has_another_identity_than_its_cause_disagrees_with_it() -> None:
    found = judged(checker(SENT), talk().send("alice", 10, 20).message("alice", 15).message("bob", 15, id="m9"))
    assert told(found) == ["disagreeing bob message"]


def test_what_no_cause_explains_is_unexplained() -> None:
    script = talk().send("alice", 10, 20).message("alice, bob", 15).message("bob", 30, id="m9", text="?", by="carol")
    found = judged(checker(SENT), script)
    assert told(found) == ["unexplained bob message"]
    assert found[0].sentence == "bob heard message, which no known cause explains"


def test_what_a_refused_call_caused_is_a_ghost() -> None:
    found = judged(checker(SENT), talk().send("carol", 10, 20, status=403).message("bob", 15, by="carol"))
    assert told(found) == ["ghost bob message"]
    assert found[0].sentence == "bob heard message of carol's POST /messages, which was answered 403"


def test_a_refused_call_of_which_nobody_hears_is_as_it_must_be() -> None:
    assert judged(checker(SENT), talk().send("carol", 10, 20, status=403)) == []


def test_what_a_call_without_an_answer_may_have_caused_may_be_heard_once() -> None:
    script = talk().send("alice", 10, 20, status=None).message("bob", 15)
    assert judged(checker(SENT), script) == []
    script = talk().send("alice", 10, 20, status=None).message("bob", 15).message("bob", 16)
    assert told(judged(checker(SENT), script)) == ["doubled bob message"]


def test_who_came_while_it_was_sent_may_hear_it_and_need_not() -> None:
    script = talk().add("alice", "r", "carol", 5, 12).send("alice", 10, 20)
    assert judged(checker(SENT), script.message("alice, bob", 15)) == []
    assert judged(checker(SENT), script.message("carol", 15)) == []


def test_who_was_in_before_it_was_sent_must_hear_it() -> None:
    script = talk().add("alice", "r", "carol", 5, 9).send("alice", 10, 20).message("alice, bob", 15)
    assert told(judged(checker(SENT), script)) == ["lost carol message"]


def test_who_left_before_it_was_sent_must_not_hear_it() -> None:
    script = talk().drop("alice", "r", "bob", 5, 9).send("alice", 10, 20).message("alice, bob", 15)
    assert told(judged(checker(SENT), script)) == ["leaked bob message"]


def test_who_left_while_it_was_sent_may_hear_it_for_as_long_as_it_takes_to_settle() -> None:
    script = talk().drop("alice", "r", "bob", 5, 12).send("alice", 10, 20).message("alice", 15)
    assert judged(checker(SENT), script) == []
    assert judged(checker(SENT), script.message("bob", 215)) == []
    script = talk().drop("alice", "r", "bob", 5, 12).send("alice", 10, 20).message("alice", 15).message("bob", 230)
    assert told(judged(checker(SENT), script)) == ["leaked bob message"]


def test_who_has_not_joined_may_hear_it_and_need_not() -> None:
    rooms = membership(JOINED)
    script = talk().emit("alice", "join", 3, 4, data={"id": "r"}).send("alice", 10, 20).message("alice", 15)
    assert judged(checker(SENT, rooms=rooms), script) == []
    assert judged(checker(SENT, rooms=rooms), script.message("bob", 15)) == []


def test_who_has_joined_must_hear_it() -> None:
    script = talk().emit("bob", "join", 3, 4, data={"id": "r"}).send("alice", 10, 20).message("alice", 15)
    assert told(judged(checker(SENT, rooms=membership(JOINED)), script)) == ["lost bob message"]


def test_who_joined_without_a_grant_must_not_hear_it() -> None:
    script = talk().emit("carol", "join", 3, 4, data={"id": "r"}).send("alice", 10, 20).message("carol", 15)
    assert told(judged(checker(SENT, rooms=membership(JOINED)), script)) == ["leaked carol message"]


def test_every_connection_of_a_user_is_owed_it() -> None:
    script = talk().connect("bob.phone", 5).send("alice", 10, 20).message("alice, bob", 15)
    assert told(judged(checker(SENT), script)) == ["lost bob.phone message"]


def test_who_was_cut_off_meanwhile_is_owed_nothing() -> None:
    script = talk().close("bob", 30).send("alice", 10, 20).message("alice", 15)
    assert judged(checker(SENT), script) == []


def test_a_law_whose_address_leads_to_no_room_is_told_as_one_without_an_audience() -> None:
    judge = checker(SENT)
    script = Script().users("alice", "bob").send("alice", 10, 20, room="other").message("bob", 15)
    assert judged(judge, script) == []
    assert judge.summary()[0].warning == "never had an audience: `request.room` leads to no known room"


def test_it_does_not_matter_when_it_is_settled() -> None:
    script = (
        talk()
        .send("alice", 10, 20)
        .message("alice, bob", 15)
        .send("alice", 30, 40, id="m2")
        .message("alice", 35, id="m2")
        .message("bob", 900)
        .message("carol", 35, id="m2")
        .message("bob", 5_300, id="m2")
    )
    whole = judged(checker(SENT), script)
    for end_ms in range(0, 12_000, 50):
        script.tick(end_ms)
    assert sorted(told(judged(checker(SENT), script))) == sorted(told(whole))
    assert told(whole) == ["leaked carol message", "doubled bob message", "lost bob message"]


def test_an_event_waits_for_the_call_in_flight_that_may_have_caused_it() -> None:
    script = talk().message("alice, bob", 15).tick(3_000, POST__messages=10).send("alice", 10, 4_000)
    assert judged(checker(SENT), script) == []
    script = talk().message("alice, bob", 15).tick(3_000).send("alice", 10, 4_000)
    assert "unexplained bob message" in told(judged(checker(SENT), script))


def test_events_on_the_socket_of_a_service_are_not_those_on_the_targets_own() -> None:
    pay = law("a payment is told", "emit billing:pay -> ok", "billing:paid", "caller's other connections")

    def paid() -> Script:
        script = Script().users("alice").connect("alice.bills", 0, service="billing")
        return script.connect("alice.desk", 0, service="billing").emit("alice.bills", "pay", 10, 20)

    assert judged(checker(pay), paid().hear("alice.desk", 30, "paid")) == []
    assert told(judged(checker(pay), paid().hear("alice", 30, "paid"))) == ["lost alice.desk billing:paid"]


def test_a_fence_on_a_later_connection_answers_no_emit_of_an_earlier_one() -> None:
    typing = law("who types is seen", "emit typing -> ok", "typing", "members of room data.room")
    script = talk().emit("alice", "typing", 10, None, data={"room": "r"})
    assert told(judged(checker(typing), script.fence("alice", 20, 30))) == ["lost bob typing"]
    cut = talk().emit("alice", "typing", 10, None, data={"room": "r"}).close("alice", 15).connect("alice", 18)
    assert judged(checker(typing), cut.fence("alice", 20, 30)) == []
