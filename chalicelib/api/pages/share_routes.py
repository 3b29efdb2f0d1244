"""What others show of an event beside a link to it, or on pages of their own."""

from html import escape
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from chalicelib.api.http.endpoints.policies import Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.schemas import Out, decimal
from chalicelib.api.pages import canvas, event_picture, frame, shown_event
from chalicelib.api.pages.frame import Frame, LanguageQuery
from chalicelib.api.pages.shown_event import Picture
from chalicelib.domain import errors
from chalicelib.domain.shared import ids
from chalicelib.mail.languages import LANGUAGES, language_of
from chalicelib.services.events.change import EventView

resource = Resource("shared events")
_A_DAY = "public, max-age=86400"
_WIDTH, _HEIGHT = 480, 320  # of an embedded event, unless there is less room
_CACHE_AGE = 300  # seconds, as the header says


def _viewed(call: Call, event: str) -> EventView:
    return call.container.events.publisher.show(event[: ids.LENGTH], None)


class PictureQuery(LanguageQuery):
    v: str | None = Field(
        None, description="The version of the event: with the present one the picture may be kept for a day."
    )


@resource.get(
    "/e/{event}/picture.png",
    summary="The picture of an event",
    query=PictureQuery,
    is_lenient=True,
    produces=(canvas.MEDIA,),
    cache=Cache.SHORT,
    raises=(errors.NotFoundError,),
    description="Drawn from title, time, place and organizer, 1200 by 630 pixels, for those who show a link to the "
    "event. In the language of the event unless the address asks for another.",
)
def show_event_picture(call: Call, event: str) -> Reply:
    view = _viewed(call, event)
    query: PictureQuery = call.query
    language = language_of((query.lang if query.lang in LANGUAGES else view.event.facts.language) or "")
    texts = event_picture.shown(view, language, call.container.settings.product_name)
    headers = {"Cache-Control": _A_DAY} if query.v == str(view.event.version) else {}
    return Reply(event_picture.draw(texts), headers=headers)


@resource.get(
    "/e/{event}/embed",
    summary="An event for the pages of others",
    query=LanguageQuery,
    is_lenient=True,
    produces=("text/html",),
    refusal_page=frame.refusal,
    cache=Cache.SHORT,
    raises=(errors.NotFoundError,),
    description="A card that leads to the page of the event in a window of its own; it has no form, as what others "
    "show may be covered. Browsers show it within the pages of sites that the organizer names in `embed_on` of "
    "`PATCH /auth/me`.",
)
def show_embedded_event(call: Call, event: str) -> Reply:
    view = _viewed(call, event)
    made, now = Frame.of(call, view.event.facts.language), call.container.clock()
    path = shown_event.path_of(view.event)
    context = {
        "event": view.event,
        "seats": view.seats,
        "place": shown_event.place_of(view.event.facts),
        "state": shown_event.enrolling(view, now),
        "over": view.event.is_past(now),
        "page": made.absolute(path),
    }
    framed_by = call.container.search.organizers.embed_on(view.event.organizer_id)
    return Reply(made.render("site_embed.html", path, context), headers=made.headers(framed_by))


Pixels = Annotated[int, Field(ge=1, le=10_000), BeforeValidator(decimal)]


class OEmbedQuery(LanguageQuery):
    url: str | None = Field(
        None,
        description="The address of an event's page here; of everything else there is nothing to embed (404).",
        examples=["https://turnout.example/e/01JZ3V8F4G6H8J0K2M4N6P8Q0R-python-workshop"],
    )
    format: str | None = Field(None, description="`json`, which is the default.", examples=["json"])
    maxwidth: Pixels | None = Field(None, description="The room that there is, in pixels.", examples=[480])
    maxheight: Pixels | None = Field(None, description="The room that there is, in pixels.", examples=[320])


def _only_if_there(**said: Any) -> Any:
    return Field(None, exclude_if=lambda value: value is None, **said)


class OEmbedOut(Out):
    """`rich` with `html` if the organizer lets others show the event within their pages, else a `link`."""

    type: str = Field(description="`rich` or `link`.")
    version: str = "1.0"
    title: str
    author_name: str
    author_url: str | None = _only_if_there(description="Left out while the organizer has no page.")
    provider_name: str
    provider_url: str
    cache_age: int = Field(description="Seconds.")
    thumbnail_url: str | None = _only_if_there(description="Left out where there is less room than the picture takes.")
    thumbnail_width: int | None = _only_if_there()
    thumbnail_height: int | None = _only_if_there()
    html: str | None = _only_if_there(description="Of `rich`: an iframe.")
    width: int | None = _only_if_there()
    height: int | None = _only_if_there()


@resource.get(
    "/oembed",
    summary="How to embed an event (oEmbed)",
    query=OEmbedQuery,
    is_lenient=True,
    returns=OEmbedOut,
    cache=Cache.MINUTES,
    raises=(errors.NotFoundError, errors.FormatNotOfferedError),
    description="oembed.com, version 1.0: pages of events name the address. What is no page of an event here, or of "
    "one that is not public, is 404; another format than JSON is 501.",
)
def show_oembed(call: Call) -> Reply:
    query: OEmbedQuery = call.query
    if query.format not in {None, "json"}:
        raise errors.FormatNotOfferedError
    view = _viewed(call, _event_of(query.url or "", call.base_url))
    made, event = Frame.of(call, view.event.facts.language), view.event
    framed_by = call.container.search.organizers.embed_on(event.organizer_id)
    has_page = event.is_listed or call.container.search.organizers.is_known(event.organizer_id)
    width, height = min(_WIDTH, query.maxwidth or _WIDTH), min(_HEIGHT, query.maxheight or _HEIGHT)
    picture = shown_event.picture_of(view, made)
    shown = picture if _fits(picture, query) else None
    out = OEmbedOut(
        type="rich" if framed_by else "link",
        title=event.facts.title,
        author_name=view.seats.organizer_name,
        author_url=made.absolute(f"/o/{event.organizer_id}") if has_page else None,
        provider_name=call.container.settings.product_name,
        provider_url=made.absolute("/"),
        cache_age=_CACHE_AGE,
        thumbnail_url=shown.url if shown else None,
        thumbnail_width=shown.width if shown else None,
        thumbnail_height=shown.height if shown else None,
        html=_iframe(made.absolute(f"/e/{event.id}/embed"), event.facts.title, width, height) if framed_by else None,
        width=width if framed_by else None,
        height=height if framed_by else None,
    )
    return Reply(out)


def _fits(picture: Picture, query: OEmbedQuery) -> bool:
    """Whether there is room for it; of a size that nobody knows it cannot be said."""
    if picture.width is None or picture.height is None:
        return False
    return picture.width <= (query.maxwidth or picture.width) and picture.height <= (query.maxheight or picture.height)


def _event_of(url: str, base_url: str) -> str:
    """What stands behind `/e/`; raises `NotFoundError` for an address of somebody else, or of another page."""
    before = f"{base_url}/e/"
    named = url.partition("#")[0].partition("?")[0].removeprefix(before).removesuffix("/")
    if not url.startswith(before) or "/" in named:
        raise errors.NotFoundError
    return named


def _iframe(url: str, title: str, width: int, height: int) -> str:
    return (
        f'<iframe src="{escape(url)}" title="{escape(title)}" width="{width}" height="{height}" '
        'loading="lazy" frameborder="0"></iframe>'
    )
