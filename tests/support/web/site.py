"""A site with something to see, served over HTTP by the application, for browsers."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from app import app
from chalicelib.api.http.endpoints.middleware import standalone
from devtools.local.gateway.chalice_api import ChaliceApi
from devtools.local.gateway.http_server import Server
from devtools.local.gateway.web_files import WithWeb
from tests.support.builders import Person, a_person, enrolled
from tests.support.world import World

DESCRIPTION = """\
## What you will learn
Two days of **hands-on Python**: typing, testing and packaging, in small groups. Bring a laptop; all else is there.

- Types that find mistakes before your users do
- Tests that tell what is wrong, and `pytest` in depth
- Packaging with *one* file

## Getting there
Tram 4 to the market. More at https://example.org/workshop?from=turnout.
"""
EVENTS: list[dict[str, Any]] = [
    {"title": "Python Workshop", "starts_at": "2026-07-01T09:00:00+02:00", "ends_at": "2026-07-02T17:00:00+02:00",
     "timezone": "Europe/Berlin", "location": "Alter Markt 5, Köln", "country": "DE", "capacity": 30, "price": "12.50",
     "party_max": 4, "tags": ["python", "beginners"], "description": DESCRIPTION, "url": "https://example.org/workshop"},
    {"title": "An evening about databases that nobody has to run", "starts_at": "2026-07-03T18:30:00+02:00",
     "timezone": "Europe/Vienna", "location": "Wien", "country": "AT", "online": True, "capacity": 1},
    {"title": "Conference of Accessible Interfaces and the People who Build and Test and Maintain Them",
     "starts_at": "2026-07-20T00:00:00+01:00", "ends_at": "2026-07-22T00:00:00+01:00", "all_day": True,
     "timezone": "Europe/London", "location": "London", "country": "GB", "price": "450.00", "currency": "GBP"},
    {"title": "Open-Source-Frühstück", "starts_at": "2026-08-08T09:00:00+02:00", "timezone": "Europe/Berlin",
     "location": "Berlin", "country": "DE", "language": "de", "capacity": 12},
    {"title": "Remote meeting of the maintainers", "starts_at": "2026-09-01T16:00:00Z", "online": True},
]  # fmt: skip


def filled(world: World) -> tuple[Person, list[dict[str, Any]]]:
    """Who publishes, and five events: the second is full, the third of whole days, the fourth in German."""
    olga = a_person(world, first_name="Olga", last_name="Organizer")
    events = [world.an_event(olga.token, **fields) for fields in EVENTS]
    enrolled(world, events[1], a_person(world))
    return olga, events


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The address at which a browser reaches the world that is in use."""
    with contextlib.ExitStack() as ending:
        server = Server("127.0.0.1", 0, WithWeb(ChaliceApi(app, standalone)), quiet=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ending.callback(server.server_close)
        ending.callback(server.shutdown)
        yield f"http://127.0.0.1:{server.server_address[1]}"
