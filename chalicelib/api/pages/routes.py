"""Pages on which people find events: what is coming, a month, a search, an organizer's."""

import re
from typing import Annotated

from pydantic import Field

from chalicelib.api.events.query import View
from chalicelib.api.events.rich_text import html_of, plain
from chalicelib.api.http.endpoints.policies import Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.moments import MAX_YEAR, MIN_YEAR
from chalicelib.api.http.request.schemas import CursorText, Out
from chalicelib.api.http.response import pages
from chalicelib.api.pages import frame, listed, shown_event
from chalicelib.api.pages.frame import Frame, PageQuery
from chalicelib.domain import errors
from chalicelib.domain.shared.times import month_of

resource = Resource("pages")

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)
_MONTHS = 12  # in the choice of a search
_MOST_MONTHS, _MOST_PLACES = 24, 12  # that the front page links to
_HTML = ("text/html",)
_TICKED = {"online", "free"}  # what else they say counts for nothing
_FOUND_AS = {"q": "q", "place": "location", "country": "country", "near": "near", "month": "date", "online": "online"}


class FrontDoorOut(Out):
    name: str
    documentation: str
    openapi: str
    events: str


class ListPageQuery(PageQuery):
    cursor: CursorText | None = None


class SearchPageQuery(ListPageQuery):
    q: str | None = Field(None, description="Words, as `q` of `GET /events/upcoming`.", examples=["python"])
    place: str | None = Field(None, description="A part of the location.", examples=["Berlin"])
    country: str | None = Field(None, description="ISO 3166-1 alpha-2.", examples=["DE"])
    near: str | None = Field(
        None, description="Latitude, longitude and kilometres, as `near` of the API.", examples=["52.52,13.405,25"]
    )
    month: str | None = Field(None, description="A month of the start.", examples=["2030-07"])
    online: Annotated[str, Field(description="true: only events that are held online.")] | None = Field(
        None, examples=["true"]
    )
    free: str | None = Field(None, description="true: only events where one can enrol now.", examples=["true"])


@resource.get(
    "/",
    summary="What this is, and the front page",
    query=ListPageQuery,
    is_lenient=True,
    returns=FrontDoorOut,
    produces=("application/json", "text/html"),
    refusal_page=frame.refusal,
    cache=Cache.SHORT,
    raises=(errors.InvalidCursorError,),
    description="A browser, which asks for text/html, sees what is coming, a search, months and places. Everybody else "
    "is told where to read on.",
)
def front_door(call: Call) -> Reply:
    if call.shows_pages:
        return _front_page(call)
    base = call.base_url
    out = FrontDoorOut(
        name=call.container.settings.product_name,
        documentation=f"{base}/docs",
        openapi=f"{base}/openapi.json",
        events=f"{base}/events",
    )
    return Reply(out, headers={"Content-Type": "application/json", "Vary": "Accept"})


def _front_page(call: Call) -> Reply:
    page = listed.found(call, View.UPCOMING, {})
    made = Frame.of(call)
    cards = listed.shown(call, page)
    ahead = call.container.search.finder.months_ahead()
    months = [(month, listed.name_of(month, made.language), ahead[month]) for month in sorted(ahead)][:_MOST_MONTHS]
    places = list(dict.fromkeys(filter(None, (listed.town_of(card.place) for card in cards["cards"]))))[:_MOST_PLACES]
    context = {**cards, "months": months, "places": places, "choice": _choice(call, made), "typed": {}, "faults": {}}
    reply = made.reply("site_home.html", "/", {**context, "is_hidden": bool(call.query.cursor)})
    reply.headers["Vary"] = "Accept, Accept-Language"
    return reply


def _choice(call: Call, made: Frame, chosen: str | None = None) -> list[tuple[str, str]]:
    months = listed.coming(month_of(call.container.clock()), _MONTHS)
    if chosen and _MONTH.fullmatch(chosen) and chosen not in months:
        months = [chosen, *months]
    return [(month, listed.name_of(month, made.language)) for month in months]


@resource.get(
    "/search",
    summary="The page of a search",
    query=SearchPageQuery,
    is_lenient=True,
    produces=_HTML,
    refusal_page=frame.refusal,
    cache=Cache.SHORT,
    raises=(errors.InvalidCursorError,),
    description="Events that have not started; what cannot be searched for is told beside its field.",
)
def show_search(call: Call) -> Reply:
    query: SearchPageQuery = call.query
    made = Frame.of(call)
    typed = {name: value for name, value in query.model_dump().items() if value and name not in {"lang", "cursor"}}
    for name in _TICKED & typed.keys():
        if typed[name] != "true":
            del typed[name]
    view = View.AVAILABLE if "free" in typed else View.UPCOMING
    asked = {theirs: typed.get(ours) for ours, theirs in _FOUND_AS.items()}
    context = {"typed": typed, "choice": _choice(call, made, query.month), "is_hidden": True}
    try:
        cards = {**listed.shown(call, listed.found(call, view, asked)), "faults": {}}
    except errors.InvalidRequestError as refused:
        ours = {theirs: name for name, theirs in _FOUND_AS.items()}
        faults = {ours[error.where]: True for error in refused.errors if error.where in ours}
        if not faults:
            raise
        cards = {"cards": [], "next": None, "previous": None, "faults": faults}
    return made.reply("site_search.html", "/search", {**context, **cards}, **typed)


@resource.get(
    "/months/{month}",
    summary="The page of a month",
    query=ListPageQuery,
    is_lenient=True,
    produces=_HTML,
    refusal_page=frame.refusal,
    cache=Cache.SHORT,
    raises=(errors.NotFoundError, errors.InvalidCursorError),
    description="Of the present month and of later ones what has not started; of earlier ones everything.",
)
def show_month(call: Call, month: str) -> Reply:
    if not _MONTH.fullmatch(month):
        raise errors.NotFoundError
    made = Frame.of(call)
    present = month_of(call.container.clock())
    view = View.ALL if month < present else View.UPCOMING
    try:
        cards = listed.shown(call, listed.found(call, view, {"date": month}))
    except errors.InvalidRequestError as never:  # in no year of ours
        raise errors.NotFoundError from never
    beside = [one for one in listed.beside(month) if MIN_YEAR <= int(one[:-3]) <= MAX_YEAR]
    context = {
        "title": listed.name_of(month, made.language),
        "beside": [(one, listed.name_of(one, made.language)) for one in beside],
        "is_present": month == present,
        # A crawler that follows the months beside each other has to come to an end.
        "is_hidden": bool(call.query.cursor) or not cards["cards"],
    }
    return made.reply("site_month.html", f"/months/{month}", {**context, **cards})


@resource.get(
    "/o/{user_id}",
    summary="The page of an organizer",
    query=ListPageQuery,
    is_lenient=True,
    produces=_HTML,
    refusal_page=frame.refusal,
    cache=Cache.SHORT,
    raises=(errors.NotFoundError, errors.InvalidCursorError),
    description="Their name, what they tell of themselves, what is coming, and their calendar to subscribe to. 404 "
    "until they have published one.",
)
def show_organizer(call: Call, user_id: str) -> Reply:
    shown = call.container.search.organizers.show(user_id)
    made = Frame.of(call)
    cards = listed.shown(call, listed.found(call, View.UPCOMING, {"organizer": user_id}))
    feed = f"{call.base_url}/organizers/{user_id}/calendar.ics"
    context = {
        "name": shown.name,
        "about": pages.markup(html_of(shown.profile.text)),
        "summary": plain(shown.profile.text, shown_event.SHORT),
        "link": shown.profile.link,
        "feed": feed,
        "webcal": f"webcal:{feed.partition(':')[2]}",
        "is_hidden": bool(call.query.cursor),
    }
    return made.reply("site_organizer.html", f"/o/{user_id}", {**context, **cards})
