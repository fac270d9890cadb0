"""Every planted defect, with what must find it.

`found_by` names the scenario of the suite and the claim in it that must fail; `may_also_fail` the other scenarios that
the defect may break. Whoever renames a scenario changes it here, and only here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from threadfilesharing.defects import delivery, state
from threadfilesharing.defects.seams import Seams

Install = Callable[[Seams, Callable[[], bool]], None]


class Kind(StrEnum):
    """What sort of fault a defect is."""

    LOST = "lost"
    DOUBLED = "doubled"
    LATE = "late"
    REORDERED = "reordered"
    LEAKED = "leaked"
    DISAGREEING = "disagreeing"
    STALE = "stale"
    UPLOAD = "upload"
    RECOVERY = "recovery"
    ACCESS = "access"
    ERRORS = "errors"
    CONTRACT = "contract"
    RESOURCES = "resources"


@dataclass(frozen=True, slots=True)
class Found:
    """The scenario that must fail, and which claim in it."""

    scenario: str
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One planted defect.

    `breaks` are the requirements that it violates, `suffers` is who has the trouble.
    """

    name: str
    kind: Kind
    summary: str
    suffers: str
    breaks: tuple[str, ...]
    found_by: Found
    may_also_fail: tuple[str, ...] = ()
    since: str = "0.1.0"
    install: Install


_WHERE_MESSAGES_ARE_HEARD = (
    "messaging/*",
    "chatrooms/made_private.yaml",
    "chatrooms/muted.yaml",
    "chatrooms/removed_member.yaml",
    "chatrooms/removed_while_away.yaml",
    "collaboration/*",
    "companies/demoted_to_guest.yaml",
    "consistency/*",
    "errors/malformed_emits.yaml",
    "errors/oversize_frame.yaml",
    "errors/several_at_once.yaml",
    "errors/too_large.yaml",
    "errors/too_many_emits.yaml",
    "permissions/*",
    "security/injection.yaml",
    "threads/*",
)

CATALOGUE: tuple[Defect, ...] = (
    Defect(
        name="lost-to-one-member",
        kind=Kind.LOST,
        summary="one member of a room of three and more never gets message_received",
        suffers="that member",
        breaks=("FR-002", "FR-004"),
        found_by=Found("messaging/fanout.yaml", "did not hear message_received"),
        # Who suffers hangs on the users' ids, which are others in each run.
        may_also_fail=_WHERE_MESSAGES_ARE_HEARD,
        install=delivery.lost_to_one_member,
    ),
    Defect(
        name="doubled-at-once",
        kind=Kind.DOUBLED,
        summary="message_received is delivered twice, at once",
        suffers="everybody in the room",
        breaks=("FR-004", "FR-012"),
        found_by=Found("messaging/fanout.yaml", "heard message_received 2 times, not once"),
        may_also_fail=_WHERE_MESSAGES_ARE_HEARD,
        install=delivery.doubled_at_once,
    ),
    Defect(
        name="late-by-150-ms",
        kind=Kind.LATE,
        summary="message_received is delivered 150 ms late and holds up what follows it",
        suffers="everybody in the room",
        breaks=("FR-009",),
        found_by=Found("messaging/fanout.yaml", "after the answer, not within 100ms"),
        may_also_fail=_WHERE_MESSAGES_ARE_HEARD,
        install=delivery.late_by_150_ms,
    ),
    Defect(
        name="swapped-messages",
        kind=Kind.REORDERED,
        summary="two messages of one sender, sent within 60 ms, arrive the other way round",
        suffers="everybody in the room",
        breaks=("FR-004",),
        found_by=Found("messaging/order.yaml", "did not hear message_received in the order written"),
        may_also_fail=("messaging/*",),
        install=delivery.swapped_messages,
    ),
    Defect(
        name="leaked-to-removed-member",
        kind=Kind.LEAKED,
        summary="who is removed from a chatroom goes on hearing it",
        suffers="the members who stayed",
        breaks=("FR-007", "FR-013"),
        found_by=Found("chatrooms/removed_member.yaml", "heard message_received, though carol was never to hear it"),
        may_also_fail=("threads/left_with_the_room.yaml",),
        install=delivery.leaked_to_removed_member,
    ),
    Defect(
        name="other-content-in-event",
        kind=Kind.DISAGREEING,
        summary="message_received has another content than the response and the list",
        suffers="everybody in the room",
        breaks=("FR-003", "FR-012"),
        found_by=Found("messaging/fanout.yaml", "differs in `content`"),
        may_also_fail=_WHERE_MESSAGES_ARE_HEARD,
        install=delivery.other_content_in_event,
    ),
    Defect(
        name="list-lacks-newest-message",
        kind=Kind.STALE,
        summary="GET /messages/list does not show the newest message",
        suffers="whoever reads the room's history",
        breaks=("FR-012",),
        found_by=Found("messaging/fanout.yaml", "GET /messages/list: the answer's payload differs in `items`"),
        may_also_fail=(
            "messaging/*",
            "collaboration/*",
            "consistency/*",
            "errors/several_at_once.yaml",
            "permissions/*",
            "security/injection.yaml",
            "threads/*",
        ),
        install=state.list_lacks_newest_message,
    ),
    Defect(
        name="progress-falls-back",
        kind=Kind.UPLOAD,
        summary="file_upload_progress falls back at every second chunk but the last",
        suffers="whoever follows the upload",
        breaks=("FR-005", "FR-011"),
        found_by=Found("files/upload_progress.yaml", "differs in `progress`"),
        install=state.progress_falls_back,
    ),
    Defect(
        name="nothing-replayed",
        kind=Kind.RECOVERY,
        summary="nothing that was missed is sent on reconnection",
        suffers="whoever comes back",
        breaks=("FR-008",),
        found_by=Found("messaging/missed_while_away.yaml", "did not hear message_received"),
        may_also_fail=("messaging/one_device_missed.yaml", "chatrooms/removed_while_away.yaml"),
        install=state.nothing_replayed,
    ),
    Defect(
        name="revoked-token-accepted-over-rest",
        kind=Kind.ACCESS,
        summary="a revoked token is still accepted over REST",
        suffers="whoever logged out",
        breaks=("FR-001",),
        found_by=Found("auth/logout.yaml", "GET /users/profile answered 200, not 401"),
        may_also_fail=("consistency/refreshed_at_once.yaml",),
        install=state.revoked_token_accepted_over_rest,
    ),
    Defect(
        name="bad-input-answers-500",
        kind=Kind.ERRORS,
        summary="bad input is answered with 500 in place of 400",
        suffers="whoever makes a mistake",
        breaks=("FR-010",),
        found_by=Found("errors/validation.yaml", "POST /messages/send answered 500, not 400"),
        may_also_fail=(
            "errors/*",
            "auth/registration.yaml",
            "companies/invitation.yaml",
            "messaging/content_of_every_kind.yaml",
            "messaging/pages.yaml",
            "security/injection.yaml",
            "status/colleagues_hear.yaml",
        ),
        install=state.bad_input_answers_500,
    ),
)
"""All of them, one of each kind so far, *contract* and *resources* excepted."""
