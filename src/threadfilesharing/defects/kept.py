"""Lists that lag behind, uploads that go wrong, and what somebody who returns is not told as it was."""

import re
from typing import Any

from threadfilesharing.defects import delivery as of
from threadfilesharing.defects.answers import answered, remembering
from threadfilesharing.defects.delivery import MESSAGE, heard_by, named
from threadfilesharing.defects.entry import (
    WHERE_FILES_ARE,
    WHERE_MESSAGES_ARE_LISTED,
    WHERE_ROOMS_ARE,
    WHERE_SOMEBODY_RETURNS,
    WHERE_STATUSES_ARE_HEARD,
    WHERE_THREADS_ARE,
    Acts,
    Defect,
    Found,
    Kind,
)
from threadfilesharing.defects.seams import Asked, Letter, Listing, Progress, Reply, Seams, Telling, Welcome
from threadfilesharing.live.acts import Tell
from threadfilesharing.live.sessions import Session

REPLAYED_AT_MOST = 100
RECOVERY_S = 40.0
Data = dict[str, Any]


def _list_lacks_newest_message(seams: Seams, acts: Acts) -> None:
    def bend(items: list[Data], about: Listing) -> list[Data]:
        return items[1:] if about.of == "messages" and about.first_page and acts() else items

    seams.listed.plant(bend)


def _quota_not_lowered(seams: Seams, acts: Acts) -> None:
    highest: dict[str, int] = {}

    def bend(reply: Reply, asked: Asked) -> Reply:
        if (asked.method, asked.path, reply.status) != ("GET", "/companies/storage", 200):
            return reply
        data = reply.body["data"]
        most = highest[asked.token] = max(highest.get(asked.token, 0), data["usedBytes"])
        return Reply(200, {**reply.body, "data": {**data, "usedBytes": most}}) if acts() else reply

    seams.replied.plant(bend)


def _deleted_message_listed(seams: Seams, acts: Acts) -> None:
    shown: dict[str, list[Data]] = {}

    def bend(reply: Reply, asked: Asked) -> Reply:
        if (asked.path, reply.status) != ("/messages/list", 200):
            return reply
        room = re.sub(r".*chatroomId=([^&]*).*", r"\1", asked.query)
        items = reply.body["data"]["items"]
        listed = {item["id"] for item in items}
        gone = [item for item in shown.get(room, []) if item["id"] not in listed]
        shown[room] = [*items, *gone]
        if not gone or not acts():
            return reply
        return Reply(200, {**reply.body, "data": {**reply.body["data"], "items": [*items, *gone]}})

    seams.replied.plant(bend)


STALE = (
    Defect(
        name="list-lacks-newest-message",
        kind=Kind.STALE,
        summary="GET /messages/list does not show the newest message",
        suffers="whoever reads the room's history",
        breaks=("FR-012",),
        found_by=Found("messaging/fanout.yaml", "GET /messages/list: the answer's payload differs in `items`"),
        may_also_fail=WHERE_MESSAGES_ARE_LISTED,
        install=_list_lacks_newest_message,
    ),
    Defect(
        name="quota-not-lowered",
        kind=Kind.STALE,
        summary="GET /companies/storage never tells less than it told before",
        suffers="the company",
        breaks=("FR-015",),
        found_by=Found(
            "files/upload_by_hand.yaml", "GET /companies/storage: the answer's payload differs in `usedBytes`"
        ),
        may_also_fail=WHERE_FILES_ARE,
        install=_quota_not_lowered,
    ),
    Defect(
        name="status-of-the-day-before",
        kind=Kind.STALE,
        summary="GET /companies/members shows everybody online",
        suffers="whoever looks for a colleague",
        breaks=("FR-006",),
        found_by=Found(
            "status/colleagues_hear.yaml", "GET /companies/members: the answer's payload differs in `items`"
        ),
        may_also_fail=WHERE_STATUSES_ARE_HEARD,
        install=answered(
            "GET /companies/members",
            lambda data, _: {**data, "items": [{**item, "status": "online"} for item in data["items"]]},
        ),
    ),
    Defect(
        name="deleted-message-listed",
        kind=Kind.STALE,
        summary="GET /messages/list goes on showing messages that it showed before they were deleted",
        suffers="whoever deleted one",
        breaks=("FR-003", "FR-012"),
        found_by=Found(
            "messaging/edited_and_deleted.yaml", "GET /messages/list: the answer's payload differs in `items`"
        ),
        may_also_fail=WHERE_MESSAGES_ARE_LISTED,
        install=_deleted_message_listed,
    ),
    Defect(
        name="edited-message-listed-as-it-was",
        kind=Kind.STALE,
        summary="GET /messages/list shows messages as they were sent, not as they were edited",
        suffers="whoever edited one",
        breaks=("FR-003", "FR-012"),
        found_by=Found("messaging/edited_and_deleted.yaml", "differs in `items[0].content`"),
        may_also_fail=WHERE_MESSAGES_ARE_LISTED,
        install=remembering("POST /messages/send", "GET /messages/list", "content"),
    ),
    Defect(
        name="room-listed-late",
        kind=Kind.STALE,
        summary="GET /chatrooms lacks the room that was made last",
        suffers="the room's members",
        breaks=("FR-002", "FR-013"),
        found_by=Found("chatrooms/created.yaml", "GET /chatrooms: the answer's payload differs in `items`"),
        may_also_fail=WHERE_ROOMS_ARE,
        install=answered(
            "GET /chatrooms",
            lambda data, _: {
                **data,
                "items": sorted(data["items"], key=lambda item: str(item["createdAt"]))[:-1],
            },
        ),
    ),
    Defect(
        name="thread-listed-by-its-old-title",
        kind=Kind.STALE,
        summary="GET /threads shows the title that a thread began with",
        suffers="the thread's participants",
        breaks=("FR-003", "FR-013"),
        found_by=Found("threads/life.yaml", "GET /threads: the answer's payload differs in `items`"),
        may_also_fail=WHERE_THREADS_ARE,
        install=remembering("POST /threads/create", "GET /threads", "title"),
    ),
)


def _progress(change: Any) -> Any:
    def install(seams: Seams, acts: Acts) -> None:
        def bend(progress: int, about: Progress) -> int:
            changed = int(change(progress, about))
            return changed if changed != progress and acts() else progress

        seams.progress.plant(bend)

    return install


def _falls_back(progress: int, about: Progress) -> int:
    falls = about.received_chunks % 2 == 0 and about.received_chunks < about.total_chunks
    return progress // 3 if falls else progress


def _wrong_hash_accepted(seams: Seams, acts: Acts) -> None:
    def bend(differs: bool, _session_id: str) -> bool:
        return differs and not acts()

    seams.checksum.plant(bend)


UPLOAD = (
    Defect(
        name="progress-falls-back",
        kind=Kind.UPLOAD,
        summary="file_upload_progress falls back at every second chunk but the last",
        suffers="whoever follows the upload",
        breaks=("FR-005", "FR-011"),
        found_by=Found("files/upload_progress.yaml", "differs in `progress`"),
        may_also_fail=("files/progress_rises.yaml",),
        install=_progress(_falls_back),
    ),
    Defect(
        name="progress-jumps-to-100",
        kind=Kind.UPLOAD,
        summary="file_upload_progress tells 100 from the first chunk on",
        suffers="whoever follows the upload",
        breaks=("FR-005", "FR-011"),
        found_by=Found("files/progress_rises.yaml", "differs in `progress`: 100 is not 20"),
        may_also_fail=WHERE_FILES_ARE,
        install=_progress(lambda _progress, _about: 100),
    ),
    Defect(
        name="completed-twice",
        kind=Kind.UPLOAD,
        summary="file_upload_completed is told twice",
        suffers="everybody in the room",
        breaks=("FR-005",),
        found_by=Found("files/upload_by_hand.yaml", "heard file_upload_completed 2 times, not once"),
        may_also_fail=WHERE_FILES_ARE,
        install=of.again(named("file_upload_completed")),
    ),
    Defect(
        name="wrong-hash-accepted",
        kind=Kind.UPLOAD,
        summary="an upload whose content is not what was announced becomes a file",
        suffers="whoever opens the file",
        breaks=("FR-005", "FR-010"),
        found_by=Found("files/refused.yaml", "POST /files/upload/complete answered 201, not 422"),
        install=_wrong_hash_accepted,
    ),
    Defect(
        name="bytes-counted-twice",
        kind=Kind.UPLOAD,
        summary="the answer to a chunk counts its bytes twice",
        suffers="whoever uploads",
        breaks=("FR-005", "FR-011"),
        found_by=Found(
            "files/upload_by_hand.yaml", "POST /files/upload/chunk: the answer's payload differs in `uploadedBytes`"
        ),
        may_also_fail=WHERE_FILES_ARE,
        install=answered(
            "POST /files/upload/chunk", lambda data, _: {**data, "uploadedBytes": 2 * data["uploadedBytes"]}
        ),
    ),
    Defect(
        name="processed-untold",
        kind=Kind.UPLOAD,
        summary="that a file is ready is told to nobody",
        suffers="everybody in the room",
        breaks=("FR-005",),
        found_by=Found("files/upload_by_hand.yaml", "did not hear file_processed"),
        may_also_fail=WHERE_FILES_ARE,
        install=heard_by(of.nobody, named("file_processed")),
    ),
    Defect(
        name="retries-untold",
        kind=Kind.UPLOAD,
        summary="that a step is tried again is told to nobody",
        suffers="whoever waits for a preview",
        breaks=("FR-005",),
        found_by=Found("files/broken_image.yaml", "did not hear retry_attempt"),
        install=heard_by(of.nobody, named("retry_attempt")),
    ),
    Defect(
        name="cancelled-untold",
        kind=Kind.UPLOAD,
        summary="file_upload_failed of a cancelled upload is told to nobody",
        suffers="whoever follows the upload",
        breaks=("FR-005", "FR-011"),
        found_by=Found("files/cancelled.yaml", "did not hear file_upload_failed"),
        may_also_fail=("permissions/*", "security/*"),
        install=heard_by(
            of.nobody, lambda tell: tell.name == "file_upload_failed" and tell.data["reason"] == "CANCELLED"
        ),
    ),
)


def _replayed(change: Any) -> Any:
    def install(seams: Seams, acts: Acts) -> None:
        def bend(missed: list[Tell], _session: Session) -> list[Tell]:
            return list(change(missed)) if missed and acts() else missed

        seams.missed.plant(bend)

    return install


def _replays_too_much(seams: Seams, acts: Acts) -> None:
    before: dict[str, list[Tell]] = {}

    def note(hearers: list[Session], about: Telling) -> list[Session]:
        if about.tell.name == MESSAGE:
            before.setdefault(about.tell.rooms[0], []).append(about.tell)
        return hearers

    def bend(missed: list[Tell], _session: Session) -> list[Tell]:
        first = next((tell for tell in missed if tell.name == MESSAGE), None)
        if first is None or not acts():
            return missed
        had = [tell for tell in before.get(first.rooms[0], []) if (tell.event_id or 0) < (first.event_id or 0)]
        return [*had[-1:], *missed]

    seams.hearers.plant(note)
    seams.missed.plant(bend)


def _letters(change: Any) -> Any:
    def install(seams: Seams, acts: Acts) -> None:
        def bend(letters: list[Letter], _session: Session) -> list[Letter]:
            return list(change(letters)) if acts() else letters

        seams.letters.plant(bend)

    return install


def _one_more(letters: list[Letter]) -> list[Letter]:
    return [
        (name, {**data, "missed": data["missed"] + 1} if name == "connection_recovered" else data, event_id)
        for name, data, event_id in letters
    ]


def _slow_recovery(seams: Seams, acts: Acts) -> None:
    def bend(delay_s: float, about: Welcome) -> float:
        return RECOVERY_S if about.back and acts() else delay_s

    seams.delay.plant(bend)


def _rooms_forgotten(seams: Seams, acts: Acts) -> None:
    def bend(rooms: list[str], about: Welcome) -> list[str]:
        return [] if about.back and acts() else rooms

    seams.rooms.plant(bend)


_MISSED = "messaging/missed_while_away.yaml"

RECOVERY = (
    Defect(
        name="nothing-replayed",
        kind=Kind.RECOVERY,
        summary="nothing that was missed is sent on reconnection",
        suffers="whoever comes back",
        breaks=("FR-008",),
        found_by=Found(_MISSED, "did not hear message_received"),
        may_also_fail=WHERE_SOMEBODY_RETURNS,
        install=_replayed(lambda _missed: []),
    ),
    Defect(
        name="replayed-twice",
        kind=Kind.RECOVERY,
        summary="what was missed is sent twice on reconnection",
        suffers="whoever comes back",
        breaks=("FR-004", "FR-008"),
        found_by=Found(_MISSED, "heard message_received 2 times, not once"),
        may_also_fail=WHERE_SOMEBODY_RETURNS,
        install=_replayed(lambda missed: [*missed, *missed]),
    ),
    Defect(
        name="replayed-out-of-order",
        kind=Kind.RECOVERY,
        summary="what was missed is sent the newest first",
        suffers="whoever comes back",
        breaks=("FR-008",),
        found_by=Found(_MISSED, "in the order written"),
        may_also_fail=WHERE_SOMEBODY_RETURNS,
        install=_replayed(lambda missed: missed[::-1]),
    ),
    Defect(
        name="replay-stops-at-100",
        kind=Kind.RECOVERY,
        summary="of what was missed no more than the first 100 events are sent",
        suffers="whoever was away for long",
        breaks=("FR-008",),
        found_by=Found("messaging/missed_many.yaml", "did not hear message_received 105 times"),
        install=_replayed(lambda missed: missed[:REPLAYED_AT_MOST]),
    ),
    Defect(
        name="replayed-too-much",
        kind=Kind.RECOVERY,
        summary="the last message that was heard already is sent again with what was missed",
        suffers="whoever comes back",
        breaks=("FR-004", "FR-008"),
        found_by=Found(_MISSED, "heard message_received of step 2"),
        may_also_fail=WHERE_SOMEBODY_RETURNS,
        install=_replays_too_much,
    ),
    Defect(
        name="wrong-count-of-missed",
        kind=Kind.RECOVERY,
        summary="connection_recovered tells one more than were missed",
        suffers="whoever comes back",
        breaks=("FR-008",),
        found_by=Found(_MISSED, "differs in `missed`"),
        may_also_fail=WHERE_SOMEBODY_RETURNS,
        install=_letters(_one_more),
    ),
    Defect(
        name="statuses-not-restored",
        kind=Kind.RECOVERY,
        summary="who comes back is not told the statuses that changed meanwhile",
        suffers="whoever comes back",
        breaks=("FR-006", "FR-008"),
        found_by=Found("status/changed_while_away.yaml", "did not hear user_status_updated"),
        may_also_fail=WHERE_SOMEBODY_RETURNS,
        install=_letters(lambda letters: [letter for letter in letters if letter[0] != "user_status_updated"]),
    ),
    Defect(
        name="recovered-before-replayed",
        kind=Kind.RECOVERY,
        summary="connection_recovered comes before what was missed",
        suffers="whoever comes back",
        breaks=("FR-008",),
        found_by=Found(_MISSED, "in the order written"),
        may_also_fail=WHERE_SOMEBODY_RETURNS,
        install=_letters(lambda letters: sorted(letters, key=lambda letter: letter[0] != "connection_recovered")),
    ),
    Defect(
        name="recovery-takes-40-s",
        kind=Kind.RECOVERY,
        summary="a socket that comes back is let in after 40 seconds",
        suffers="whoever comes back",
        breaks=("FR-008",),
        found_by=Found(_MISSED, "not within 30s"),
        may_also_fail=WHERE_SOMEBODY_RETURNS,
        install=_slow_recovery,
    ),
    Defect(
        name="rooms-forgotten-on-return",
        kind=Kind.RECOVERY,
        summary="a socket that comes back is put into none of its chatrooms and threads",
        suffers="whoever comes back",
        breaks=("FR-008",),
        found_by=Found(_MISSED, "did not hear message_received"),
        may_also_fail=WHERE_SOMEBODY_RETURNS,
        install=_rooms_forgotten,
    ),
)
