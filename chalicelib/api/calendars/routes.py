"""Calendars to subscribe to: an event's, an organizer's, and everybody's own under a private address."""

from chalicelib.api.calendars.schemas import FeedOut
from chalicelib.api.http.endpoints.policies import Auth, Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply, digest
from chalicelib.domain import errors
from chalicelib.domain.shared.limits import CALENDAR_EVENTS, CALENDAR_PAST, span

resource = Resource("calendars")

_MEDIA = "text/calendar"
_HEADERS = {"Content-Type": f"{_MEDIA}; charset=utf-8; method=PUBLISH"}
_WHICH = (
    f"What is to come, what is running, and what ended in the last {span(CALENDAR_PAST)}: at most {CALENDAR_EVENTS}."
)


@resource.get(
    "/events/{event_id}/calendar.ics",
    summary="One event as iCalendar",
    produces=(_MEDIA,),
    cache=Cache.MINUTES,
    raises=(errors.NotFoundError,),
    description="For everybody: a draft is 404 to its owner too. A cancelled event says so.",
)
def show_event_calendar(call: Call, event_id: str) -> Reply:
    return Reply(call.container.calendars.feeds.of_event(event_id), headers=dict(_HEADERS))


@resource.get(
    "/organizers/{user_id}/calendar.ics",
    summary="The events of an organizer as iCalendar",
    produces=(_MEDIA,),
    cache=Cache.MINUTES,
    raises=(errors.NotFoundError,),
    description=f"To subscribe to. {_WHICH} 404 until they have published their first.",
)
def show_organizer_calendar(call: Call, user_id: str) -> Reply:
    return Reply(call.container.calendars.feeds.of_organizer(user_id), headers=dict(_HEADERS))


@resource.get(
    "/auth/me/feeds",
    summary="The address of one's own calendar",
    auth=Auth.USER,
    returns=FeedOut,
    description="It has the events where one is enrolled, and those where one has enrolled somebody whose record one "
    f"keeps. {_WHICH}",
)
def show_feeds(call: Call) -> Reply:
    return _address(call, call.container.calendars.feeds.token(call.caller))


@resource.post(
    "/auth/me/feeds",
    summary="Another address for one's own calendar",
    auth=Auth.USER,
    returns=FeedOut,
    description="The old address ends at once: for when somebody has it who should not.",
)
def renew_feeds(call: Call) -> Reply:
    return _address(call, call.container.calendars.feeds.renew(call.caller))


def _address(call: Call, token: str) -> Reply:
    url = f"{call.base_url}/feeds/{token}"
    return Reply(FeedOut(url=url, webcal_url=f"webcal:{url.partition(':')[2]}"))


@resource.get(
    "/feeds/{feed}",
    summary="Somebody's own calendar",
    produces=(_MEDIA,),
    raises=(errors.NotFoundError,),
    description="The address is the credential: calendars cannot log in. Places that may come to nothing (holds, "
    f"offers, the waitlist) are tentative. {_WHICH}",
)
def show_feed(call: Call, feed: str) -> Reply:
    text = call.container.calendars.feeds.of_person(feed)
    headers = {**_HEADERS, "Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}
    return Reply(text, etag=digest(text)[:32], headers=headers)
