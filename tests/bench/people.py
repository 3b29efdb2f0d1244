"""What organizers do with many people of an event at once."""

from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.domain.enrollments.activity import PersonEntry
from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentKey, EnrollmentStatus, Transition
from chalicelib.domain.notifications.announced import SPREAD, Announced, AnnouncedKind
from chalicelib.domain.notifications.messages import OrganizerMessage, Segment
from chalicelib.domain.outbox.entry import OutboxKind, new_entry
from chalicelib.store.items.activity import person_item
from tests.bench.rows import Bench, Budget, Row
from tests.support.builders import a_person, enrolled, signed_in
from tests.support.people.teams import joined
from tests.support.world import World

_MESSAGES = 20
_NUMBER = 10  # rows of a request: what one row costs is a tenth of it, but for what a request costs by itself
_CROWD = (
    10_000  # people of the event whose list is filtered; there is no record of them, so that it is looked for twice
)


def people_rows(bench: Bench) -> list[Row]:
    bench.organizer = signed_in(bench.world, bench.organizer.account)
    lists = [*_filtering(bench), _reading_messages(bench), *_looking_back(bench)]
    return [*_importing(bench), *_in_bulk(bench), *_trying(bench), *lists]


def _table(prefix: str) -> dict[str, Any]:
    rows = [{"name": f"{prefix} {number}", "email": f"{prefix}{number}@example.org"} for number in range(_NUMBER)]
    return {"rows": rows}


def _importing(bench: Bench) -> list[Row]:
    event = bench.event(starts_at="2027-09-02T09:00:00Z", capacity=50)
    send = partial(_post, bench, f"/events/{event['id']}/enrollments/import")
    named = "?import_id=spring-2030"
    return [
        bench.measure("import, 10 rows, dry run", Budget(6, 25, 0), lambda: send(_table("new"), "?dry_run=true")),
        bench.measure("import, 10 rows", Budget(65, 45, 147), lambda: send(_table("new"), "")),
        bench.measure("import, 10 rows, again", Budget(65, 55, 126), lambda: send(_table("new"), "")),
        bench.measure("import, 10 rows, named", Budget(65, 50, 168), lambda: send(_table("named"), named)),
        bench.measure("import, 10 rows, named, again", Budget(13, 18, 0), lambda: send(_table("named"), named)),
    ]


def _in_bulk(bench: Bench) -> list[Row]:
    event = bench.event(starts_at="2027-09-02T09:00:00Z", capacity=50)
    url = f"/events/{event['id']}/enrollments"
    made = bench.world.post(f"{url}/import", _table("bulk"), bench.organizer.token).json["results"]
    named = [one["enrollment_id"] for one in made]
    rows = []
    for action, budget in (("resend", Budget(44, 34, 42)), ("cancel", Budget(44, 34, 105))):
        body = {"action": action, "enrollment_ids": named}
        rows.append(bench.measure(f"{action} 10 at once", budget, partial(_post, bench, f"{url}/bulk", body)))
    return rows


def _filtering(bench: Bench) -> list[Row]:
    """A page that keeps nobody is the dearest one: it looks at as many as a page may."""
    world = bench.world
    event = bench.event(starts_at="2027-09-02T09:00:00Z", capacity=20_000)
    url, row = f"/events/{event['id']}/enrollments", _a_row(world, event)
    _load(world, row, event["id"], _CROWD)
    get = partial(world.get, token=bench.organizer.token)
    few = bench.event(starts_at="2027-09-03T09:00:00Z", capacity=20_000)
    _load(world, row, few["id"], 1_000 - 1)
    ordered = f"/events/{few['id']}/enrollments?ordering=name"
    return [
        bench.measure("people by name, page of 20 of 1,000", Budget(61, 3200, 0), lambda: get(ordered)),
        bench.measure("people of an event, page of 20 of 10,000", Budget(8, 77, 0), lambda: get(url)),
        bench.measure("people, a filter that keeps nobody", Budget(19, 255, 0), lambda: get(f"{url}?checked_in=true")),
        bench.measure("people, a search that finds nobody", Budget(13, 650, 0), lambda: get(f"{url}?q=zzz")),
    ]


def _a_row(world: World, event: dict[str, Any]) -> dict[str, Any]:
    """The row of somebody who enrols."""
    assert enrolled(world, event, a_person(world))["status"] == "confirmed"
    rows = world.db.snapshot_all("turnout-enrollments")
    return next(one for one in rows if one["pk"]["S"].startswith(event["id"]) and "attempt_id" in one)


def _load(world: World, row: dict[str, Any], event_id: str, number: int) -> None:
    world.db.load(
        "turnout-enrollments",
        [
            {**row, "pk": {"S": f"{event_id}#{one % 16}"}, "sk": {"S": f"01JZ3V4Q8RS6K1W3N5P7T{one:05d}"}}
            for one in range(number)
        ],
    )


def _post(bench: Bench, url: str, body: Any, query: str = "") -> Any:
    return bench.world.post(f"{url}{query}", body, bench.organizer.token)


def _reading_messages(bench: Bench) -> Row:
    """The dearest page: of an event whose mails are counted in several places."""
    world, now = bench.world, bench.world.clock()
    event = bench.event(starts_at="2027-09-02T09:00:00Z", capacity=20_000)
    for number in range(_MESSAGES):
        about = {"event": event["id"], "message": f"{number:032}"}
        message = OrganizerMessage(
            id=about["message"], event_id=event["id"], segment=Segment.CONFIRMED, subject="s" * 60, body="b" * 600,
            recipients=_CROWD, created_at=now,
        )  # fmt: skip
        listed = Announced(
            id=message.id, event_id=event["id"], kind=AnnouncedKind.MESSAGE, at=now, tallies=SPREAD,
            segment=message.segment, subject=message.subject, by="organizer",
        )  # fmt: skip
        job = new_entry(OutboxKind.MESSAGE, bench.organizer.id, about, now=now, entry_id=f"bench-{number}")
        world.container.store.announcements.add(message, listed, job, None)
    page = partial(world.get, f"/events/{event['id']}/messages?page_size={_MESSAGES}", token=bench.organizer.token)
    return bench.measure(f"{_MESSAGES} messages with their totals, large event", Budget(5, 90, 0), page)


def _trying(bench: Bench) -> list[Row]:
    """What is only tried, and a message that only its writer gets."""
    event = bench.event(starts_at="2027-09-02T09:00:00Z", capacity=50, on_sale_shards=1)
    for _ in range(3):
        enrolled(bench.world, event, a_person(bench.world))
    url, words = f"/events/{event['id']}", {"subject": "s", "body": "b", "segment": "confirmed", "test": True}
    smaller = {"capacity": 1, "shrink": True, "dry_run": True}
    new = {"title": "New", "starts_at": "2027-09-02T09:00:00Z", "dry_run": True}

    def write() -> Any:
        return _post(bench, f"{url}/messages", words)

    return [
        bench.measure("create an event, dry run", Budget(2, 2, 0), lambda: _post(bench, "/events", new)),
        bench.measure(
            "a smaller capacity, dry run",
            Budget(6, 8, 0),
            lambda: bench.world.patch(url, smaller, bench.organizer.token),
        ),
        bench.measure("test of a message", Budget(4, 4, 4), write, 202),
    ]


def _looking_back(bench: Bench) -> list[Row]:
    """An event of 10,000 people: the list, figures that count a page first, and figures when all is counted."""
    world = bench.world
    event = bench.event(starts_at="2027-09-02T09:00:00Z", capacity=20_000)
    _load(world, _a_row(world, event), event["id"], _CROWD)
    _load_entries(world, event["id"], _CROWD)
    get = partial(world.get, token=bench.organizer.token)
    activity, figures = f"/events/{event['id']}/activity?page_size=20", f"/events/{event['id']}/figures"
    rows = [
        bench.measure("activity, page of 20, 16 partitions", Budget(26, 90, 0), lambda: get(activity)),
        bench.measure("figures, 10,000 changes not counted", Budget(140, 300, 45), lambda: get(figures)),
    ]
    while not get(figures).json["complete"]:
        continue
    for everywhere in (False, True):
        world.clock.advance(timedelta(seconds=1))
        joined(world, event, bench.organizer, a_person(world), "viewer", all_events=everywhere)
    with_team = "activity, page of 20, 4 of them changes of the team"
    rows.append(bench.measure(with_team, Budget(30, 90, 0), lambda: get(activity)))
    return [*rows, bench.measure("figures, 10,000 changes counted", Budget(24, 30, 0), lambda: get(figures))]


def _load_entries(world: World, event_id: str, number: int) -> None:
    begin = world.clock() - timedelta(days=20)
    entries = (
        PersonEntry(
            key=EnrollmentKey(event_id, one % 16, f"01JZ3V4Q8RS6K1W3N5P7T{one:05d}"),
            at=begin + one * timedelta(minutes=2),
            version=1,
            transitions=(
                Transition(
                    begin + one * timedelta(minutes=2), EnrollmentStatus.CONFIRMED, "a" * 26, Cause.ENROLLED, ""
                ),
            ),
            was=None,
            party_size=1,
        )
        for one in range(number)
    )
    world.db.load("turnout-enrollments", [person_item(entry).serialize() for entry in entries])
