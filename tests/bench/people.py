"""What organizers do with many people of an event at once."""

from functools import partial
from typing import Any

from chalicelib.domain.notifications.announced import SPREAD, Announced, AnnouncedKind
from chalicelib.domain.notifications.messages import OrganizerMessage, Segment
from chalicelib.domain.outbox import OutboxKind, new_entry
from tests.bench.rows import Bench, Budget, Row
from tests.support.builders import a_person, signed_in
from tests.support.world import World

_MESSAGES = 20
_NUMBER = 10  # rows of a request: what one row costs is a tenth of it, but for what a request costs by itself
_CROWD = (
    10_000  # people of the event whose list is filtered; there is no record of them, so that it is looked for twice
)


def people_rows(bench: Bench) -> list[Row]:
    bench.organizer = signed_in(bench.world, bench.organizer.account)
    return [*_importing(bench), *_in_bulk(bench), *_filtering(bench), _reading_messages(bench)]


def _table(prefix: str) -> dict[str, Any]:
    rows = [{"name": f"{prefix} {number}", "email": f"{prefix}{number}@example.org"} for number in range(_NUMBER)]
    return {"rows": rows}


def _importing(bench: Bench) -> list[Row]:
    event = bench.event(starts_at="2027-09-02T09:00:00Z", capacity=50)
    send = partial(_post, bench, f"/events/{event['id']}/enrollments/import")
    named = "?import_id=spring-2030"
    return [
        bench.measure("import, 10 rows, dry run", Budget(6, 25, 0), lambda: send(_table("new"), "?dry_run=true")),
        bench.measure("import, 10 rows", Budget(65, 45, 126), lambda: send(_table("new"), "")),
        bench.measure("import, 10 rows, again", Budget(65, 55, 105), lambda: send(_table("new"), "")),
        bench.measure("import, 10 rows, named", Budget(65, 50, 147), lambda: send(_table("named"), named)),
        bench.measure("import, 10 rows, named, again", Budget(13, 18, 0), lambda: send(_table("named"), named)),
    ]


def _in_bulk(bench: Bench) -> list[Row]:
    event = bench.event(starts_at="2027-09-02T09:00:00Z", capacity=50)
    url = f"/events/{event['id']}/enrollments"
    made = bench.world.post(f"{url}/import", _table("bulk"), bench.organizer.token).json["results"]
    named = [one["enrollment_id"] for one in made]
    rows = []
    for action, budget in (("resend", Budget(44, 34, 42)), ("cancel", Budget(44, 34, 84))):
        body = {"action": action, "enrollment_ids": named}
        rows.append(bench.measure(f"{action} 10 at once", budget, partial(_post, bench, f"{url}/bulk", body)))
    return rows


def _filtering(bench: Bench) -> list[Row]:
    """A page that keeps nobody is the dearest one: it looks at as many as a page may."""
    world = bench.world
    event = bench.event(starts_at="2027-09-02T09:00:00Z", capacity=20_000)
    url = f"/events/{event['id']}/enrollments"
    made = world.post(url, {}, a_person(world).token).json
    assert made["status"] == "confirmed"
    row = next(one for one in world.db.snapshot_all("turnout-enrollments") if one["pk"]["S"].startswith(event["id"]))
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
