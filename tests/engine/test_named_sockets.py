"""Users with several sockets of their own: `bob.phone` hears, and acts by `socket: phone`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.history.entries import Emit
from antiphon.testing.scripted_target import ScriptedTarget

if TYPE_CHECKING:
    from conftest import Stage

USERS = "users: {alice: {}, bob: {sockets: [phone, tablet]}}\nsteps:\n"
NEWS = "{to: '{{ bob.id }}', event: news, data: {n: 1}}"


async def test_every_socket_of_a_user_hears_for_itself(stage: Stage) -> None:
    seen = await stage.play(
        USERS
        + f"""
  - alice: POST /do
    body: {{events: [{NEWS}]}}
    hear:
      bob: {{news: {{n: 1}}}}
      bob.phone: [{{news: {{n: 1}}}}, {{only: true}}]
      bob.tablet: {{news: {{n: 2}}}}
    wait: 100ms
"""
    )
    assert (seen.outcome, seen.bad) == ("failed", ["1 failed differs bob.tablet"])
    assert sorted(seen.events("news")) == ["bob news", "bob.phone news", "bob.tablet news"]


async def test_a_step_acts_on_the_socket_that_it_names(stage: Stage, target: ScriptedTarget) -> None:
    seen = await stage.play(
        USERS
        + f"""
  - bob: emit do
    socket: phone
    data: {{ack: {{ok: true, on: phone}}}}
    ack: {{on: phone}}
  - bob: disconnect
    socket: phone
  - bob: closed
    socket: phone
  - bob: connected
  - bob: connected
    socket: tablet
  - alice: POST /do
    body: {{events: [{NEWS}]}}
    hear:
      bob: {{news: {{n: 1}}}}
      bob.tablet: {{news: {{n: 1}}}}
  - bob: reconnect
    socket: phone
  - alice: POST /do
    body: {{events: [{NEWS}]}}
    hear: {{bob.phone: [{{news: {{n: 1}}}}, {{only: true}}]}}
"""
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    (sent,) = [entry for entry in seen.entries if isinstance(entry, Emit)]
    assert (sent.user, sent.connection, sent.epoch) == ("bob", "bob.phone", 1)
    assert len({auth["token"] for auth in target.auths[1:4] if isinstance(auth, dict)}) == 1, "one person's token"
    assert [line.split()[0] for line in seen.connections("bob")].count("connected") == 4


async def test_an_absence_is_proven_on_each_socket(stage: Stage) -> None:
    seen = await stage.play(
        USERS
        + """
  - alice: POST /do
    body: {events: [{to: "{{ alice.id }}", event: news, data: {n: 1}}]}
    hear:
      alice: {news: {n: 1}}
      bob: nothing
      bob.phone: nothing
      bob.tablet: {never: [news]}
"""
    )
    assert (seen.outcome, seen.bad) == ("passed", [])
    assert seen.proofs.count("proven") == 3


async def test_sockets_wait_for_steps_where_the_user_does(stage: Stage) -> None:
    seen = await stage.play(
        """
users: {alice: {connect: false, sockets: {phone: {}}}}
steps:
  - alice: connect
    socket: phone
  - alice: connected
    socket: phone
  - alice: connected
"""
    )
    assert seen.bad == ["3 failed state alice"]


async def test_a_socket_that_nobody_has_fails_the_step_where_a_fragment_names_it(stage: Stage) -> None:
    seen = await stage.play(
        "users: {alice: {sockets: [phone]}, bob: {}}\nsteps:\n"
        "  - use: ring\n    with: {member: alice}\n  - use: ring\n    with: {member: bob}\n",
        "fragment: ring\ntakes: {member: user}\nsteps:\n  - member: emit do\n    socket: phone\n",
    )
    assert seen.outcome == "failed"
    assert any("bob has no socket `phone`" in sentence for sentence in seen.sentences), seen.sentences
