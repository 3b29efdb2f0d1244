"""Enrollments to items and back."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.enrollments.enrollment import (
    TEMPORARY,
    Cause,
    Enrollment,
    EnrollmentKey,
    EnrollmentStatus,
    Transition,
)
from chalicelib.domain.enrollments.presence import Arrival
from chalicelib.domain.shared.times import stamp, unstamp
from chalicelib.services.seats.enrollment_store import Hold
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Raw
from chalicelib.store.dynamo.tables import EnrollmentItem, HoldItem, WaitlistItem
from chalicelib.store.dynamo.text import at_millis, compact, millis, time_of

# Six transitions must fit into an item of 1 KB: statuses and causes are kept as short codes. Never change one.
_STATUS_CODES = {
    EnrollmentStatus.PENDING: "p",
    EnrollmentStatus.CONFIRMED: "c",
    EnrollmentStatus.WAITLISTED: "w",
    EnrollmentStatus.OFFERED: "o",
    EnrollmentStatus.CANCELLED: "x",
    EnrollmentStatus.EXPIRED: "e",
}
_CAUSE_CODES = {
    Cause.ENROLLED: "en",
    Cause.WALKED_IN: "wi",
    Cause.HELD: "he",
    Cause.JOINED: "jo",
    Cause.HOLD_CONFIRMED: "hc",
    Cause.PROMOTED: "pr",
    Cause.CHOSEN: "ch",
    Cause.OFFERED: "of",
    Cause.ACCEPTED: "ac",
    Cause.DECLINED: "de",
    Cause.SKIPPED: "sk",
    Cause.BY_ATTENDEE: "ba",
    Cause.BY_KEEPER: "bk",
    Cause.BY_ORGANIZER: "bo",
    Cause.HOLD_EXPIRED: "hx",
    Cause.OFFER_EXPIRED: "ox",
    Cause.HANDED_ON: "ho",
    Cause.TAKEN_OVER: "to",
    Cause.CHECKED_IN: "ci",
    Cause.CHECK_IN_UNDONE: "cu",
    Cause.NO_SHOW: "ns",
    Cause.CAME_AFTER_ALL: "ca",
    Cause.AGREED: "ag",
    Cause.PARTY_CHANGED: "pc",
    Cause.NOTED: "no",
    Cause.RENAMED: "rn",
    Cause.WAITLIST_CLOSED: "wc",
    Cause.NEVER_FITS: "nf",
    Cause.EVENT_CANCELLED: "ec",
    Cause.EVENT_DELETED: "ed",
}
_STATUSES = {code: status for status, code in _STATUS_CODES.items()}
_CAUSES = {code: cause for cause, code in _CAUSE_CODES.items()}


def enrollment_item(enrollment: Enrollment) -> EnrollmentItem:
    pk, sk = keys.enrollment(enrollment.key)
    return EnrollmentItem(
        pk,
        sk,
        attendee=enrollment.key.attendee_id,
        enrolled_at=f"{stamp(enrollment.enrolled_at)}#{enrollment.key.event_id}",
        status=enrollment.status.value,
        n=enrollment.party_size,
        generation=enrollment.generation,
        attempt_id=enrollment.attempt_id,
        updated_at=stamp(enrollment.updated_at),
        version=enrollment.version,
        note=enrollment.note,
        history=_trail(enrollment),
        maker=enrollment.made_by,
        charged_to=enrollment.charged_to,
        waitlist_number=enrollment.waitlist_number,
        expires_at=stamp(enrollment.expires_at) if enrollment.expires_at else None,
        unproven=enrollment.unproven or None,
        skipped=enrollment.skipped or None,
        checked_in_at=stamp(enrollment.checked_in_at) if enrollment.checked_in_at else None,
        no_show_at=stamp(enrollment.no_show_at) if enrollment.no_show_at else None,
        seated=millis(enrollment.seated_at),
        kept=millis(enrollment.kept_since),
        mail=_short(enrollment.mail_place) if enrollment.mail_place else None,
        bounced_at=millis(enrollment.bounced_at),
        cause=_CAUSE_CODES[enrollment.cause] if enrollment.cause else None,
        was=_STATUS_CODES[enrollment.was] if enrollment.was else None,
        handed_to=enrollment.handed_to,
        checked_in_people=enrollment.checked_in_people,
        arrivals=_arrivals_text(enrollment),
        undone_at=millis(enrollment.undone_at),
        corrected=_pairs_text(enrollment.corrected),
        acted_at=millis(enrollment.acted_at),
        name=enrollment.name,
        corrected_name=enrollment.corrected_name,
        veiled=enrollment.veiled or None,
        typed_address=enrollment.typed_address,
    )


def _trail(enrollment: Enrollment) -> str:
    """The last transitions as compact JSON; the person is not named again."""
    person = enrollment.key.attendee_id
    return compact(
        [
            [
                millis(transition.at),
                _STATUS_CODES[transition.status],
                "" if transition.actor == person else transition.actor,
                _CAUSE_CODES[transition.cause],
                transition.request_id,
            ]
            for transition in enrollment.history
        ]
    )


def _history(item: EnrollmentItem) -> list[Transition]:
    return [
        Transition(at_millis(number), _STATUSES[status], actor or item.sk, _CAUSES[cause], request_id)
        for number, status, actor, cause, request_id in json.loads(item.history)
    ]


def to_enrollment(item: EnrollmentItem) -> Enrollment:
    history = _history(item)
    status = EnrollmentStatus(item.status)
    old = _Old(status, history) if item.cause is None else None
    return Enrollment(
        key=keys.enrollment_key(item.pk, item.sk),
        status=status,
        party_size=int(item.n),
        generation=int(item.generation),
        attempt_id=item.attempt_id,
        enrolled_at=unstamp(item.enrolled_at.split("#", 1)[0]),
        updated_at=unstamp(item.updated_at),
        version=int(item.version),
        note=item.note,
        history=tuple(history),
        made_by=item.maker,
        charged_to=item.charged_to,
        waitlist_number=int(item.waitlist_number) if item.waitlist_number is not None else None,
        expires_at=unstamp(item.expires_at) if item.expires_at else None,
        unproven=bool(item.unproven),
        skipped=int(item.skipped or 0),
        checked_in_at=unstamp(item.checked_in_at) if item.checked_in_at else None,
        no_show_at=unstamp(item.no_show_at) if item.no_show_at else None,
        seated_at=time_of(int(item.seated)) if item.seated is not None else _seated_in(history),
        kept_since=time_of(int(item.kept)) if item.kept is not None else _kept_in(history),
        mail_place=_long(item.mail) if item.mail else None,
        bounced_at=at_millis(int(item.bounced_at)) if item.bounced_at else None,
        cause=old.cause if old else _CAUSES[item.cause],
        was=old.was if old else _STATUSES[item.was] if item.was else None,
        handed_to=item.handed_to,
        checked_in_people=int(item.checked_in_people) if item.checked_in_people is not None else None,
        arrivals=_arrivals(item.arrivals),
        undone_at=old.undone_at if old else time_of(int(item.undone_at)) if item.undone_at is not None else None,
        corrected=_pairs(item.corrected),
        acted_at=time_of(int(item.acted_at)) if item.acted_at is not None else None,
        name=item.name,
        corrected_name=item.corrected_name,
        veiled=bool(item.veiled),
        typed_address=item.typed_address,
    )


@dataclass(frozen=True, slots=True)
class _Old:
    """What a row that was written before these were attributes says of them, as far as its trail goes back."""

    status: EnrollmentStatus
    history: list[Transition]

    @property
    def cause(self) -> Cause | None:
        """Of the last transition that changed the status, or of the first one that is known."""
        same = itertools.takewhile(lambda transition: transition.status is self.status, reversed(self.history))
        return next((transition.cause for transition in reversed(list(same))), None)

    @property
    def was(self) -> EnrollmentStatus | None:
        before = (transition.status for transition in reversed(self.history) if transition.status is not self.status)
        return next(before, None)

    @property
    def undone_at(self) -> datetime | None:
        undone = (transition.at for transition in self.history if transition.cause is Cause.CHECK_IN_UNDONE)
        return max(undone, default=None)


def _arrivals_text(enrollment: Enrollment) -> str | None:
    texts = [[millis(one.at), one.people or 0, *([one.party] if one.party else [])] for one in enrollment.arrivals]
    return compact(texts) if texts else None


def _arrivals(text: str | None) -> tuple[Arrival, ...]:
    return tuple(Arrival(at_millis(at), people or None, *party) for at, people, *party in json.loads(text or "[]"))


def _pairs_text(pairs: tuple[tuple[datetime, datetime], ...]) -> str | None:
    return compact([[millis(stated), millis(at)] for stated, at in pairs]) if pairs else None


def _pairs(text: str | None) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((at_millis(stated), at_millis(at)) for stated, at in json.loads(text)) if text else ()


def _seated_in(history: list[Transition]) -> datetime | None:
    """Of enrollments that were written before this was: the beginning of the confirmed end of the trail."""
    return _beginning(history) if history and history[-1].status is EnrollmentStatus.CONFIRMED else None


def _kept_in(history: list[Transition]) -> datetime | None:
    """The same for those that are held or offered."""
    return _beginning(history) if history and history[-1].status in TEMPORARY else None


def _beginning(history: list[Transition]) -> datetime:
    """When the status of the end of the trail began, as far as the trail goes."""
    status = history[-1].status
    return min(one.at for one in itertools.takewhile(lambda one: one.status is status, reversed(history)))


def _short(place: str) -> str:
    """The place of a due row in fewer letters."""
    moment, entry_id = place.split("#", 1)
    return f"{millis(unstamp(moment))}#{entry_id}"


def _long(text: str) -> str:
    moment, entry_id = text.split("#", 1)
    return f"{stamp(at_millis(int(moment)))}#{entry_id}"


def trail_text(transitions: Sequence[Transition]) -> list[list[Any]]:
    """Transitions in codes, without their requests."""
    return [[millis(one.at), _STATUS_CODES[one.status], _CAUSE_CODES[one.cause], one.actor] for one in transitions]


def trail_from(coded: Sequence[Sequence[Any]]) -> tuple[Transition, ...]:
    return tuple(
        Transition(at_millis(at), _STATUSES[status], actor, _CAUSES[cause], "") for at, status, cause, actor in coded
    )


def status_code(status: EnrollmentStatus | None) -> str | None:
    return _STATUS_CODES[status] if status else None


def status_from(code: str | None) -> EnrollmentStatus | None:
    return _STATUSES[code] if code else None


def enrollment_from(raw: Raw) -> Enrollment:
    return to_enrollment(EnrollmentItem.from_raw_data(raw))


def waitlist_item(enrollment: Enrollment) -> WaitlistItem:
    pk, sk = keys.waitlist_place(enrollment.key.event_id, enrollment.waitlist_number or 0)
    return WaitlistItem(pk, sk, enrollment=compact(enrollment_item(enrollment).serialize()))


def waiting_from(raw: Raw) -> Enrollment:
    """The copy of the enrollment that its place in the waitlist carries."""
    return enrollment_from(json.loads(raw["row"]["S"]))


def hold_item(enrollment: Enrollment) -> HoldItem:
    assert enrollment.expires_at is not None
    pk, sk = keys.hold(enrollment.key, enrollment.expires_at)
    return HoldItem(
        pk,
        sk,
        bucket=enrollment.key.bucket,
        n=enrollment.party_size,
        kept=millis(enrollment.kept_since),
        offer=enrollment.status is EnrollmentStatus.OFFERED or None,
    )


def hold_from(raw: Raw) -> Hold:
    event_id = raw["pk"]["S"].rsplit("#", 1)[0]
    expires_at, person = raw["sk"]["S"].split("#", 1)
    key = EnrollmentKey(event_id, int(raw["bucket"]["N"]), person)
    kept_since = at_millis(int(raw["kept"]["N"])) if "kept" in raw else None
    return Hold(unstamp(expires_at), key, int(raw["n"]["N"]), kept_since, offered="offer" in raw)
