"""What happened to an event and its people, and figures of that, on the wire."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from chalicelib.api.events.parameters import Bound
from chalicelib.api.events.spans import bound_of
from chalicelib.api.http.request.schemas import Out, Query, UtcTime
from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.errors import FieldError, InvalidRequestError
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared.limits import MAX_DAYS_OF_FIGURES, MAX_QUARTERS_OF_FIGURES
from chalicelib.services.enrollments.history import ActorKind
from chalicelib.services.people.activity import ActivityAbout, ActivityEnrollment, ActivityEntry, ActivityMember
from chalicelib.services.people.figures import QUARTER, FiguresView

_DAYS_SHOWN = 30
_MOMENT = timedelta(milliseconds=1)


class ActivityEnrollmentOut(Out):
    """The enrollment that something happened to."""

    id: str
    name: str = Field(description="As `attendee.name` is now; empty of somebody whose account was erased.")
    party_size: int = Field(description="Afterwards.")
    status: EnrollmentStatus = Field(description="Afterwards.")


class ActivityMemberOut(Out):
    """The entry of the team that something happened to."""

    id: str
    name: str | None = Field(description="Of the account as it is now; null until they are in, and of an erased one.")
    email: str | None = Field(description="Of an invitation that is open, to the owner.")
    role: TeamRole = Field(description="Afterwards, or the last one.")
    role_before: TeamRole | None = Field(description="Of a role that is another one since.")
    all_events: bool = Field(description="Whether it is the team of all events of the owner.")


class CapacityChangeOut(Out):
    """What the capacity was and became; null is unlimited."""

    before: int | None
    after: int | None


class ActivityEntryOut(Out):
    """One change."""

    id: str = Field(description="Of this entry.")
    about: ActivityAbout
    kinds: list[str] = Field(
        description="What happened, nearly always one thing. Of an event: created, published, edited, cancelled. Of an "
        "enrollment: as `cause` in its history. Of a message: message, or change for mails about a change of the "
        "event. Of the team: invited, joined, declined, withdrawn, role_changed, removed, left. Of a key for the door: "
        "key_made, key_revoked, key_ended (with all access to its account)."
    )
    at: UtcTime
    actor: ActorKind
    actor_id: str | None = Field(description="As in the history of an enrollment; of the team, for who sees the team.")
    enrollment: ActivityEnrollmentOut | None
    people: int = Field(description="How many people are checked in since; below zero, how many no longer are.")
    scanned_at: UtcTime | None = Field(description="When they were scanned, which may be handed in late.")
    changed: list[str] = Field(description="Of an event: the fields that are another since.")
    capacity: CapacityChangeOut | None
    subject: str | None = Field(description="Of a message.")
    member: ActivityMemberOut | None
    key_id: str | None = Field(description="Of a key for the door, as its owner sees it among their keys.")


def entry_out(entry: ActivityEntry) -> ActivityEntryOut:
    return ActivityEntryOut(
        id=entry.id,
        about=entry.about,
        kinds=list(entry.kinds),
        at=entry.at,
        actor=entry.actor,
        actor_id=entry.actor_id,
        enrollment=ActivityEnrollmentOut(**_facts(entry.enrollment)) if entry.enrollment else None,
        people=entry.people,
        scanned_at=entry.scanned_at,
        changed=list(entry.changed),
        capacity=CapacityChangeOut(before=entry.capacity[0], after=entry.capacity[1]) if entry.capacity else None,
        subject=entry.subject,
        member=ActivityMemberOut(**_facts(entry.member)) if entry.member else None,
        key_id=entry.key_id,
    )


def _facts(concerned: ActivityEnrollment | ActivityMember) -> Mapping[str, object]:
    return {one.name: getattr(concerned, one.name) for one in fields(concerned)}


class By(StrEnum):
    DAY = "day"
    QUARTER_HOUR = "quarter_hour"


class FiguresQuery(Query):
    by: Annotated[
        By, Field(strict=False, examples=["day"], description="How long a bucket is, on the clocks of the event.")
    ] = By.DAY
    start: Annotated[
        Bound | None,
        Field(
            alias="from",
            examples=["2030-06-30"],
            description="A day or a time, of the event's zone where it names none. Without it: 30 days before `until`; "
            "by quarter_hour the day on which the event starts, or that of `until`.",
        ),
    ] = None
    until: Annotated[
        Bound | None,
        Field(
            examples=["2030-07-01"],
            description=f"A day, which is included, or a time. Without it: today, or the day of `from`. At most "
            f"{MAX_DAYS_OF_FIGURES} days, or {MAX_QUARTERS_OF_FIGURES} quarters of an hour.",
        ),
    ] = None


class BucketOut(Out):
    """What happened from `start` until the next bucket begins."""

    start: UtcTime
    enrolments: int = Field(description="Enrollments that began to live: a place, a hold, or one in the waitlist.")
    cancellations: int = Field(description="Enrollments that lived and were cancelled, by whomever.")
    expirations: int = Field(description="Holds and offers whose time was up.")
    offers_taken: int
    check_ins: int = Field(description="People, by the time of their scan.")
    check_ins_undone: int = Field(description="People who no longer are checked in.")


class FiguresOverTimeOut(Out):
    by: By
    timezone: str
    start: UtcTime = Field(alias="from")
    until: UtcTime
    complete: bool = Field(description="Whether everything that has happened is counted.")
    counted_until: UtcTime | None = Field(
        description="Where not: what happened later is not in it yet; the next request counts on."
    )
    buckets: list[BucketOut]


def figures_out(view: FiguresView, by: By) -> FiguresOverTimeOut:
    buckets = [
        BucketOut(start=one.start, **{figure.value: number for figure, number in one.numbers.items()})
        for one in view.buckets
    ]
    return FiguresOverTimeOut(
        by=by,
        timezone=view.event.facts.timezone,
        **{"from": view.buckets[0].start},
        until=view.until,
        complete=view.counted_until is None,
        counted_until=view.counted_until,
        buckets=buckets,
    )


def starts_of(query: FiguresQuery, event: Event, now: datetime) -> tuple[Sequence[datetime], datetime]:
    """Where the buckets begin, and where the last one ends. Raises `InvalidRequestError`."""
    zone = ZoneInfo(event.facts.timezone)
    first, until = _span(query, event, zone, now)
    if first >= until:
        raise _contradiction("until", "must be later than from")
    starts = _days(first, until, zone) if query.by is By.DAY else _quarters(first, until)
    most = MAX_DAYS_OF_FIGURES if query.by is By.DAY else MAX_QUARTERS_OF_FIGURES
    if len(starts) > most:
        raise _contradiction("until", f"must be at most {most} buckets after from")
    return starts, until


def _span(query: FiguresQuery, event: Event, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """What was asked for, in whole buckets at its beginning."""
    by_day = query.by is By.DAY
    first = bound_of(query.start, zone, end=False) if query.start else None
    until = bound_of(query.until, zone, end=True) if query.until else None
    if until is None:
        shown = (now if by_day else first or event.facts.starts_at).astimezone(zone).date()
        until = bound_of(shown.isoformat(), zone, end=True)
    if first is None:
        days = _DAYS_SHOWN if by_day else 1
        last = (until - _MOMENT).astimezone(zone).date()
        first = bound_of((last - timedelta(days=days - 1)).isoformat(), zone, end=False)
    if by_day:
        return bound_of(first.astimezone(zone).date().isoformat(), zone, end=False), until
    return first - (first - datetime.min.replace(tzinfo=UTC)) % QUARTER, until


def _days(first: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
    starts = [first]
    while len(starts) <= MAX_DAYS_OF_FIGURES:
        following = bound_of(starts[-1].astimezone(zone).date().isoformat(), zone, end=True)
        if following >= until:
            break
        starts.append(following)
    return starts


def _quarters(first: datetime, until: datetime) -> list[datetime]:
    number = min(-((first - until) // QUARTER), MAX_QUARTERS_OF_FIGURES + 1)
    return [first + place * QUARTER for place in range(number)]


def _contradiction(name: str, message: str) -> InvalidRequestError:
    return InvalidRequestError(FieldError(name, "contradiction", message, in_query=True))
