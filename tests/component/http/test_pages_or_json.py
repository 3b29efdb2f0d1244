"""Routes that have both a page and JSON answer with what `Accept` likes better (RFC 9110, 12.5.1)."""

import pytest

from chalicelib.api.http.request import media
from tests.support.builders import Person, enrolled
from tests.support.mails.mailed import BROWSER, link_of
from tests.support.world import World

EITHER = None  # what the route answers unless it is asked
WISHES = [
    ("", EITHER),
    ("*/*", EITHER),
    ("image/png", EITHER),
    ("text/html;q=0, application/json;q=0", EITHER),
    (BROWSER, media.HTML),
    ("text/html", media.HTML),
    ("TEXT/HTML", media.HTML),
    ("text/*", media.HTML),
    ("text/html, application/json", media.HTML),
    ("application/json;q=0.1, text/html;q=0.2", media.HTML),
    ("application/json;q=0, */*", media.HTML),
    ("application/json;q=2, text/html;q=0.1", media.HTML),
    ("text/html;level=1;q=0.9, application/json;q=0.8", media.HTML),
    ("application/json", media.JSON),
    ("application/problem+json, text/html;q=0.5", media.JSON),
    ("application/json, text/plain, */*", media.JSON),
    ("text/html;q=0.1, application/json", media.JSON),
    ("text/html ; q=0.1 , application/json ; q=0.2", media.JSON),
    ("text/html;q=0, */*", media.JSON),
    ("text/html;q=0.5, */*", media.JSON),
    ("text/*;q=0.3, application/*;q=0.4", media.JSON),
]


@pytest.mark.parametrize(("accept", "wanted"), WISHES)
@pytest.mark.parametrize("otherwise", [media.HTML, media.JSON])
def test_what_is_liked_better(accept: str, wanted: str | None, otherwise: str) -> None:
    assert media.preferred(accept, otherwise) == (wanted or otherwise)


@pytest.mark.parametrize("path", ["/g/{token}", "/unsubscribe/junk", "/team-invitations/junk"])
def test_every_such_route_weighs(world: World, olga: Person, ada: Person, path: str) -> None:
    url = path.format(token=link_of(world, enrolled(world, world.an_event(olga.token), ada)))

    def kind(accept: str) -> str:
        return world.get(url, Accept=accept).headers["Content-Type"].split(";")[0]

    assert kind("text/html;q=0.2, application/json;q=0.1") == media.HTML
    assert kind("text/html;q=0.1, application/json") in {media.JSON, "application/problem+json"}


def test_lines_of_one_field_are_one_list(world: World) -> None:
    """Whichever comes last, a browser that likes pages is shown one, in the language that it likes best."""
    for accept in (["text/html", "application/json;q=0.5"], ["application/json;q=0.5", "text/html"]):
        for liked in (["de", "en;q=0.5"], ["en;q=0.5", "de"]):
            lines = {"Accept": accept, "Accept-Language": liked}
            for path in ("/", "/g/g_x"):
                answer = world.send("GET", path, lines=lines)

                assert answer.headers["Content-Type"].startswith(media.HTML), lines
                assert answer.headers["Content-Language"] == "de", lines
