"""What one may ask of the lists of events, and the filter that it stands for."""

from enum import Enum
from typing import Annotated, Any, Literal, TypeVar, overload

from pydantic import Field

from chalicelib.api.events import spans
from chalicelib.api.events.fields import CountryCode, Language, ZoneName
from chalicelib.api.events.parameters import Bound, DateText, Near, PageNumber, Part, SearchText, UserId, circle_of
from chalicelib.api.http.request.schemas import Flag, Line, ListQuery
from chalicelib.domain.errors import FieldError, InvalidRequestError
from chalicelib.domain.events.event import EventStatus
from chalicelib.domain.reference.zones import zone
from chalicelib.domain.search.event_filter import EventFilter, filters_of
from chalicelib.domain.shared.limits import PAGE_DEPTH


class View(Enum):
    """What a list is about, whatever is asked of it."""

    ALL = "all"
    UPCOMING = "upcoming"
    AVAILABLE = "available"
    MINE = "mine"


class OwnEventQuery(ListQuery):
    """The parameters of every list of events; everything that is given must hold."""

    q: SearchText | None = Field(
        None,
        description="Words, in any order: each begins a word of the title, the description or the location; one of one "
        "or two letters is a whole word. Case and accents do not count. Scripts without spaces: every two characters.",
        examples=["python django"],
    )
    title: Part | None = Field(
        None,
        description="A part of the title, without regard to case and accents; one or two letters begin a word of it.",
        examples=["workshop"],
    )
    location: Part | None = Field(None, description="The same of the location.", examples=["münchen"])
    near: Near | None = Field(
        None,
        description="Latitude, longitude and kilometres, 1 to 500: events whose `coordinates` are so close or closer, "
        "as the crow flies.",
        examples=["52.52,13.405,25"],
    )
    country: CountryCode | None = Field(None, description="ISO 3166-1 alpha-2; UK is read as GB.", examples=["DE"])
    language: Language | None = Field(
        None, description="BCP 47 tag, as the event has it; English language names are read too.", examples=["en"]
    )
    organizer: UserId | None = Field(
        None, description="Events of one organizer, by `organizer.id`.", examples=["01JZ3V4Q8RS6K1W3N5P7T9VXYZ"]
    )
    tag: Annotated[Line, Field(max_length=40)] | None = Field(
        None, description="Events that have this tag, in whatever case.", examples=["python"]
    )
    online: Flag | None = Field(None, description="Whether the event is held online.", examples=[False])
    date: DateText | None = Field(
        None, description="The event starts in this year, month or day (of `tz`).", examples=["2030-07"]
    )
    starts_after: Bound | None = Field(
        None, description="A day: it starts on it or later. A time: at it or later.", examples=["2030-07-01"]
    )
    starts_before: Bound | None = Field(
        None,
        description="A day: it starts on it or earlier. A time: before it, not at it.",
        examples=["2030-07-31T18:00:00Z"],
    )
    running_from: Bound | None = Field(
        None,
        description="A day: the event runs on it or later. A time: it ends after it. An exhibition of three weeks is "
        "found in its second week.",
        examples=["2030-07-01"],
    )
    running_until: Bound | None = Field(
        None,
        description="A day: the event runs on it or earlier. A time: it starts before it.",
        examples=["2030-07-31"],
    )
    tz: ZoneName | None = Field(
        None,
        description="The IANA time zone of days, and of times without an offset; else they are of UTC.",
        examples=["Europe/Berlin"],
    )
    has_spots: Flag | None = Field(
        None, description="true: somebody new gets a seat; false: the event is full (`is_full`).", examples=[True]
    )
    is_past: Flag | None = Field(None, description="Whether the event is over (`ends_at`).", examples=[False])
    is_active: Flag | None = Field(
        None, description="true: published, as public lists are anyway; false: cancelled.", examples=[True]
    )
    status: Literal["draft", "published", "cancelled"] | None = Field(
        None, description="Events of this status only; without it all of them are listed.", examples=["published"]
    )
    ordering: Literal["starts_at", "-starts_at", "created_at", "-created_at", "title", "-title"] = Field(
        "starts_at",
        description="`-` is the reverse. Ties are broken by id. With `q`, `title` or `location` any other than the "
        "start sorts up to 500 matches; beyond that 422 `too_many_to_sort`.",
        examples=["starts_at"],
    )
    page: PageNumber | None = Field(
        None,
        description=f"A page by its number, instead of `cursor`: `page` times `page_size` up to {PAGE_DEPTH}.",
        examples=[1],
    )


class EventQuery(OwnEventQuery):
    """Of the public lists, which have no drafts."""

    status: Literal["published", "cancelled"] | None = Field(
        None, description="The same as `is_active`, by name.", examples=["published"]
    )


F = TypeVar("F", bound=EventFilter)


@overload
def filter_of(query: OwnEventQuery, view: View, owner: str | None = None) -> EventFilter: ...
@overload
def filter_of(query: OwnEventQuery, view: View, owner: str | None = None, *, kind: type[F]) -> F: ...
def filter_of(
    query: OwnEventQuery, view: View, owner: str | None = None, *, kind: type[EventFilter] = EventFilter
) -> EventFilter:
    """What the query stands for in that list, `owner` being whose list it is.

    A filter has the value of the parameter of its name, unless `_worked_out` has another for it.
    Raises `InvalidRequestError` for parameters that exclude each other.
    """
    worked_out = _worked_out(query, view, owner)
    return kind(**{name: getattr(query, name) for name in filters_of(kind) if name not in worked_out} | worked_out)


def _worked_out(query: OwnEventQuery, view: View, owner: str | None) -> dict[str, Any]:
    """The filters that are no parameter as it stands."""
    where = zone(query.tz or "UTC")
    assert where is not None
    first, last = spans.span_of(query.date, where) if query.date else (None, None)
    after = spans.bound_of(query.starts_after, where, end=False) if query.starts_after else None
    before = spans.bound_of(query.starts_before, where, end=True) if query.starts_before else None
    runs_from = spans.bound_of(query.running_from, where, end=False) if query.running_from else None
    runs_until = spans.bound_of(query.running_until, where, end=True) if query.running_until else None
    faults = _page_faults(query) + _contradictions(query, view, owner)
    if after and before and (after > before or spans.is_later_day(query.starts_after, query.starts_before)):
        faults.append(_contradiction("starts_after", "must not be later than starts_before"))
    if (
        runs_from
        and runs_until
        and (runs_from > runs_until or spans.is_later_day(query.running_from, query.running_until))
    ):
        faults.append(_contradiction("running_from", "must not be later than running_until"))
    if faults:
        raise InvalidRequestError(*faults)
    available = view is View.AVAILABLE or None
    return {
        "q": tuple((query.q or "").split()),
        "organizer": owner or query.organizer,
        "near": circle_of(query.near) if query.near else None,
        "starts_from": max((at for at in (first, after) if at), default=None),
        "starts_before": min((at for at in (last, before) if at), default=None),
        "running_from": runs_from,
        "running_until": runs_until,
        "has_spots": available or query.has_spots,
        "is_upcoming": view in {View.UPCOMING, View.AVAILABLE} or None,
        "open_now": available,
        "status": _statuses(query, view),
        "listed": None if view is View.MINE else True,
    }


def _statuses(query: OwnEventQuery, view: View) -> tuple[EventStatus, ...]:
    if query.status:
        return (EventStatus(query.status),)
    if query.is_active is not None:
        return (_ACTIVE[query.is_active],)
    if view is View.MINE:
        return (EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.CANCELLED)
    return (EventStatus.PUBLISHED,)


def _page_faults(query: OwnEventQuery) -> list[FieldError]:
    if query.page is None:
        return []
    if query.cursor is not None:
        return [_contradiction("page", "stands instead of cursor, not beside it")]
    if query.page * query.page_size > PAGE_DEPTH:
        message = f"times page_size must be at most {PAGE_DEPTH}; go on with the cursor in next"
        return [FieldError("page", "page_too_deep", message, in_query=True)]
    return []


def _contradictions(query: OwnEventQuery, view: View, owner: str | None) -> list[FieldError]:
    """What would make the list empty whatever there is."""
    ahead = view in {View.UPCOMING, View.AVAILABLE}
    takes = view is View.AVAILABLE
    found = {
        "status": query.status and query.is_active is not None and query.status != _ACTIVE[query.is_active],
        "is_past": ahead and query.is_past,
        "has_spots": takes and query.has_spots is False,
        "is_active": takes and (query.is_active is False or query.status == "cancelled"),
        "organizer": owner and query.organizer not in {None, owner},
    }
    return [_contradiction(name, _WHY[name]) for name, excluded in found.items() if excluded]


_ACTIVE = {True: EventStatus.PUBLISHED, False: EventStatus.CANCELLED}
_WHY = {
    "status": "says something else than is_active",
    "is_past": "must not be true: this list has events that have not started",
    "has_spots": "must not be false: this list has events with a free seat",
    "is_active": "and status must not name cancelled events: nobody can enrol in them",
    "organizer": "must be left out: this list has one's own events",
}


def _contradiction(name: str, message: str) -> FieldError:
    return FieldError(name, "contradiction", message, in_query=True)
