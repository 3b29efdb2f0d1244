"""What browsers and search engines ask for beside the pages: style sheet, icons, sitemap, robots.txt."""

from html import escape

from chalicelib.api.http.endpoints.policies import Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.pages import canvas, frame, shown_event, sign
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.shared.times import rfc3339

resource = Resource("site files")
_XML = "text/xml"
ICO = "image/x-icon"
_TOUCH_ICON = 180  # pixels of the picture that a telephone puts on its home screen
_XML_HEADERS = {"Content-Type": f"{_XML}; charset=utf-8"}
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_FOREVER = "public, max-age=31536000, immutable"
# Addresses that are credentials, lists without an end, and what is for programs.
_ROBOTS = """\
User-agent: *
Disallow: {prefix}/g/
Disallow: {prefix}/unsubscribe/
Disallow: {prefix}/feeds/
Disallow: {prefix}/search
Disallow: {prefix}/events

Sitemap: {base}/sitemap.xml
"""


@resource.get(
    "/robots.txt",
    summary="What search engines may read",
    produces=("text/plain",),
    cache=Cache.MINUTES,
    description="Pages of events, months and organizers: no credentials, no lists without an end, no API.",
)
def show_robots(call: Call) -> Reply:
    prefix = frame.Frame.of(call).prefix
    text = _ROBOTS.format(prefix=prefix, base=call.base_url)
    return Reply(text, headers={"Content-Type": "text/plain; charset=utf-8"})


@resource.get(
    "/sitemap.xml",
    summary="The parts of the sitemap",
    produces=(_XML,),
    cache=Cache.MINUTES,
    description="A part is a month, or a day of a month with many events (sitemaps.org).",
)
def show_sitemap(call: Call) -> Reply:
    parts = call.container.search.sitemap.parts()
    entries = [f"<sitemap><loc>{escape(call.base_url)}/sitemaps/{part}</loc></sitemap>" for part in parts]
    return _xml("sitemapindex", entries)


@resource.get(
    "/sitemaps/{part}",
    summary="A part of the sitemap",
    produces=(_XML,),
    cache=Cache.MINUTES,
    raises=(NotFoundError,),
    description="The pages of the published events of a month or a day, the first 500 of them.",
)
def show_sitemap_part(call: Call, part: str) -> Reply:
    events = call.container.search.sitemap.events(part)
    entries = [
        f"<url><loc>{escape(call.base_url + shown_event.path_of(event))}</loc>"
        f"<lastmod>{rfc3339(event.updated_at)}</lastmod></url>"
        for event in events
    ]
    return _xml("urlset", entries)


def _xml(root: str, entries: list[str]) -> Reply:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_SCHEMA}">', *entries, f"</{root}>", ""]
    return Reply("\n".join(lines), headers=dict(_XML_HEADERS))


@resource.get(
    "/static/{file}",
    summary="A file of the pages",
    produces=tuple(media.partition(";")[0] for media in frame.MEDIA_OF.values()),
    cache=Cache.SHORT,
    raises=(NotFoundError,),
    description="The name has a digest of the content, and the file may be kept for ever. A page that is older than "
    "the last deployment names an earlier one, and gets the present one instead.",
)
def show_site_file(call: Call, file: str) -> Reply:  # noqa: ARG001 - every view takes the call
    kind = file.rpartition(".")[2]
    if kind not in frame.MEDIA_OF or not file.startswith("site-"):
        raise NotFoundError
    headers = {"Content-Type": frame.MEDIA_OF[kind]}
    if file == frame.asset_name(kind):
        headers["Cache-Control"] = _FOREVER
    return Reply(frame.asset(kind), headers=headers)


@resource.get(
    "/apple-touch-icon.png",
    summary="The sign of the service for home screens",
    produces=(canvas.MEDIA,),
    cache=Cache.MINUTES,
    description="180 pixels wide and high, and full to its corners.",
)
def show_touch_icon(call: Call) -> Reply:  # noqa: ARG001 - every view takes the call
    return Reply(sign.drawn(_TOUCH_ICON), headers={"Content-Type": canvas.MEDIA})


@resource.get(
    "/favicon.ico",
    summary="The sign of the service for browsers",
    produces=(ICO,),
    cache=Cache.MINUTES,
    description="For browsers and readers of feeds that ask for it without having been told to; pages name their own.",
)
def show_favicon(call: Call) -> Reply:  # noqa: ARG001 - every view takes the call
    return Reply(sign.ico(), headers={"Content-Type": ICO})
