"""The import itself: what is missing is posted, several conferences at a time, each exactly once."""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx

from devtools.demo.api import Api, refusal
from devtools.demo.conferences import Conference
from devtools.demo.errors import DemoError
from devtools.demo.journal import Journal, Start
from devtools.demo.mapping import event_body
from devtools.demo.organizer import Session

Identity = tuple[object, ...]


def count(session: Session) -> int:
    """How many events the organizer has, as the API counts them."""
    return int(session.get("/me/events?page_size=1")["count"])


def post_missing(
    api: Api,
    session: Session,
    journal: Journal,
    conferences: Sequence[Conference],
    workers: int,
    advance: Callable[[], None],
) -> None:
    """Create every event that the journal does not know; what was created before an error stays in the journal."""
    missing = [conference for conference in conferences if conference.key not in journal.created]
    with ThreadPoolExecutor(workers) as pool:
        try:
            for posted in as_completed([pool.submit(_post, session, journal, conference) for conference in missing]):
                posted.result()
                advance()
        except BaseException:
            api.stop()
            pool.shutdown(cancel_futures=True)
            raise


def _post(session: Session, journal: Journal, conference: Conference) -> None:
    body = event_body(conference, journal.start.today)
    answer = session.send("POST", "/events", body, key=f"demo-{conference.key}-{journal.start.attempt}")
    if answer.status_code != httpx.codes.CREATED:
        raise DemoError(f"The API refused the conference {body['title']!r} ({refusal(answer)}).")
    journal.add(conference.key, answer.json()["id"])


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What the API holds of the last run: `created` as in the journal, and how many events are not of the demo."""

    created: dict[str, str]
    others: int


def reconcile(session: Session, start: Start, created: Mapping[str, str], conferences: Sequence[Conference]) -> Found:
    """Compare what the journal says with what is there, which differs after the server lost or kept what it should not:
    a journal line without its event is dropped, an event without its line (the run was killed in between) is adopted.
    """
    if count(session) == len(created):
        return Found(dict(created), 0)
    events = {event["id"]: event for event in _own_events(session)}
    found = {key: event_id for key, event_id in created.items() if event_id in events}
    missing = [conference for conference in conferences if conference.key not in found]
    found |= _adopted([events[one] for one in events.keys() - set(found.values())], missing, start.today)
    return Found(found, len(events) - len(found))


def _adopted(events: Sequence[dict[str, Any]], missing: Sequence[Conference], today: date) -> dict[str, str]:
    """Conference keys of those events that were posted for one of the missing conferences."""
    titles = {event["title"] for event in events}
    keys = defaultdict(list)
    for conference in missing:
        body = event_body(conference, today)
        if body["title"] in titles:
            keys[_identity(_as_stored(body))].append(conference.key)
    return {keys[_identity(event)].pop(): event["id"] for event in events if keys[_identity(event)]}


def _own_events(session: Session) -> Iterator[dict[str, Any]]:
    path = "/me/events?page_size=100"
    while path:
        page = session.get(path)
        yield from page["results"]
        path = page["next"] and f"/me/events?{urlsplit(page['next']).query}"


def _identity(event: Mapping[str, Any]) -> Identity:
    return tuple(event.get(name) for name in ("title", "starts_at", "location", "url", "capacity"))


def _as_stored(body: Mapping[str, Any]) -> dict[str, Any]:
    """The API answers in UTC."""
    local = datetime.fromisoformat(body["starts_at"]).replace(tzinfo=ZoneInfo(body["timezone"]))
    return dict(body) | {"starts_at": f"{local.astimezone(ZoneInfo('UTC')):%Y-%m-%dT%H:%M:%SZ}"}


def next_start(start: Start, today: date, *, as_before: bool) -> Start:
    """What the continued run is to use. New keys after a difference, because the old ones would answer with events that
    are gone, and on another day, because the times in the bodies may be others.
    """
    if as_before and start.today == today:
        return start
    return dataclasses.replace(start, today=today, attempt=start.attempt + 1)
