"""What others show of an event beside a link to it, or on pages of their own."""

from pydantic import Field

from chalicelib.api.http.call import Call, Reply
from chalicelib.api.http.policies import Cache
from chalicelib.api.http.resource import Resource
from chalicelib.api.pages import canvas, event_picture
from chalicelib.api.pages.frame import LanguageQuery
from chalicelib.domain import errors, ids
from chalicelib.mail.languages import LANGUAGES, language_of

resource = Resource("shared events")
_A_DAY = "public, max-age=86400"


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
    view = call.container.events.publisher.show(event[: ids.LENGTH], None)
    query: PictureQuery = call.query
    language = language_of((query.lang if query.lang in LANGUAGES else view.event.facts.language) or "")
    texts = event_picture.shown(view, language, call.container.settings.product_name)
    headers = {"Cache-Control": _A_DAY} if query.v == str(view.event.version) else {}
    return Reply(event_picture.draw(texts), headers=headers)
