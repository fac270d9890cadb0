"""Scenarios in Python: the same engine, the same verdicts, the same reports as those in YAML."""

from antiphon.python import Scene, User, event, nothing, scenario


@scenario(
    "a message reaches the room and nobody else",
    covers=["FR-002", "FR-012"],
    tags=["python"],
    users={"alice": {"role": "OWNER"}, "bob": {"role": "MEMBER"}, "carol": {"role": "MEMBER"}},
)
async def fanout(alice: User, bob: User, carol: User, scene: Scene) -> None:
    """Bob is in the room, Carol is not."""
    made = await alice.post(
        "/chatrooms/create", {"name": f"room {scene.run_id}", "memberIds": [bob.id], "isPrivate": True}
    )
    room = made.payload
    sent = await alice.post(
        "/messages/send",
        {"chatroomId": room["id"], "content": "hello", "messageType": "TEXT"},
        expect={"id": "#uuid", "content": "hello"},
    )
    heard = await bob.hears("message_received", {"messageId": sent.payload["id"]}, within="100ms")
    assert heard.event["content"] == "hello"
    await carol.hears_nothing()


@scenario("several write at once", users={"alice": {"role": "OWNER"}, "bob": {"role": "MEMBER"}})
async def several(alice: User, bob: User, scene: Scene) -> None:
    given = await scene.use("room", creator=alice, members=[bob], gives=["room"])
    room = given["room"]["id"]

    def says(who: User, text: str) -> object:
        return who.post("/messages/send", {"chatroomId": room, "content": text, "messageType": "TEXT"})

    answers = await scene.parallel(says(alice, "from alice"), says(bob, "{{ from bob }}"))
    await scene.hear(
        {
            alice: event("message_received", {"content": "{{ from bob }}"}),
            bob: [
                event("message_received", {"content": "from alice"}),
                event("message_received", {"content": "{{ from bob }}"}),
            ],
        }
    )
    listed = await alice.get("/messages/list", query={"chatroomId": room})
    await scene.claim(
        [one["id"] for one in listed.payload["items"]], {"#unordered": [a.payload["id"] for a in answers]}
    )
    for who in (alice, bob):
        await who.leave("chatroom", room)
    await alice.post(
        "/messages/send", {"chatroomId": room, "content": "anybody?", "messageType": "TEXT"}, hear={bob: nothing}
    )
