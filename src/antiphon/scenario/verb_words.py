"""What each verb does, in one sentence: for the reference, the schema and whoever completes words in an editor."""

from __future__ import annotations

from collections.abc import Mapping

from antiphon.language.route import METHODS

USER_VERB_WORDS: Mapping[str, str] = {
    **dict.fromkeys(METHODS, "a REST call to a path below the profile's `base_url`"),
    "emit": "sends an event over the socket and awaits its acknowledgement",
    "send": "sends a frame as it stands",
    "login": "plays the profile's login",
    "refresh": "plays the profile's refresh of the token",
    "logout": "plays the profile's logout",
    "connect": "opens the user's socket",
    "disconnect": "closes the user's socket",
    "reconnect": "closes the user's socket and opens it anew",
    "connected": "claims that the user is on the same connection as before",
    "closed": "claims that the target closed the user's connection",
    "join": "`join ROOM ID`: emits what the profile's `membership` names",
    "leave": "`leave ROOM ID`: emits what the profile's `membership` names",
    "upload": "`upload FILE`: plays the profile's calls of an upload",
}
"""What stands behind a user's name: `alice: VERB …`."""

BLOCK_VERB_WORDS: Mapping[str, str] = {
    "hear": "looks back over what the last step that sent something made heard",
    "watch": "claims what is heard while the steps under `while` are played",
    "parallel": "plays branches, or the same steps several times, at once",
    "repeat": "plays steps again and again, or once for each item of a list",
    "until": "repeats one step until a claim holds",
    "fault": "disturbs the network while the steps under `during` are played",
    "probe": "asks the target's database",
    "assert": "claims something about what is known",
    "pause": "waits, with the reason",
    "target": "restarts, stops or starts the target",
    "use": "plays a fragment",
}
"""Verbs without a user."""
