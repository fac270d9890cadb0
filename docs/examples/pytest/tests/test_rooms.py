"""An ordinary test whose users are played by Antiphon."""


def test_a_room_is_told_to_those_invited(users, antiphon):
    alice, bob, carol = users(alice={"role": "OWNER"}, bob={"role": "MEMBER"}, carol={"role": "MEMBER"})
    made = alice.post(
        "/chatrooms/create", {"name": f"room {antiphon.run_id}", "memberIds": [bob.id], "isPrivate": True}, status=201
    )
    heard = bob.hears("chatroom_created", {"chatroomId": made.payload["id"]}, within="1s")
    assert heard.event["chatroomId"] == made.payload["id"]
    carol.hears_nothing()
