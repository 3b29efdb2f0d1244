"""The rows of the budget table: one operation each, performed on the simulated DynamoDB and read off its meter."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from tests.support.builders import Person, a_person, an_api_key, signed_in
from tests.support.world import World


@dataclass(frozen=True, slots=True)
class Budget:
    """What is allowed (docs/promises.md#budgets); None where nothing is said."""

    calls: int | None = None
    reads: float | None = None
    writes: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What one operation took. `calls` are in a row and include the push to the queue."""

    name: str
    calls: int
    reads: float
    writes: float
    budget: Budget
    mails: int = 0  # that it causes
    answer: int = 0  # bytes of what is answered, before compression

    @property
    def within(self) -> bool:
        pairs = ((self.calls, self.budget.calls), (self.reads, self.budget.reads), (self.writes, self.budget.writes))
        return all(limit is None or value <= limit for value, limit in pairs)


class Bench:
    """A world with a thousand events in eighteen months, and a way to measure one operation in it."""

    def __init__(self, events: int = 1_000, done: Callable[[int], None] = lambda _: None) -> None:
        self.world = World()
        self.organizer = a_person(self.world, "organizer@example.org")
        self.person = a_person(self.world)
        start = self.world.clock() + timedelta(days=2)
        for number in range(events):
            starts_at = start + timedelta(hours=13 * number)
            self.event(starts_at=f"{starts_at:%Y-%m-%dT%H:%M:%SZ}", title=f"Conference number {number} on Python")
            done(1)
        self.world.queue.waiting.clear()
        self.world.get("/events")  # a warm process knows which months have events

    def event(self, **fields: Any) -> dict[str, Any]:
        body = {"location": "Conference Center, Berlin", "country": "DE", "capacity": 100, "tags": ["python", "web"]}
        return self.world.an_event(self.organizer.token, **{**body, **fields})

    def measure(self, name: str, budget: Budget, action: Callable[[], Any], expect: int = 200) -> Row:
        """Perform once for the meter. The action answers like a request."""
        before, queued = self.world.queue.calls, len(self.world.queue.waiting)
        with self.world.db.meter() as meter:
            answer = action()
        assert answer is None or answer.status == expect, f"{name}: {answer.status} {answer.text[:200]}"
        pushes = self.world.queue.calls - before
        mails = sum(entry.kind.is_mail for entry in list(self.world.queue.waiting)[queued:])
        size = len(answer.text.encode()) if answer is not None else 0
        return Row(name, meter.calls + pushes, meter.reads, meter.writes, budget, mails, size)

    def own_cpu(self, action: Callable[[], Any], times: int = 60) -> float:
        """Median milliseconds of own CPU a request: the time inside AWS calls is taken out."""
        return statistics.median(own_cpu_of(self.world, action) for _ in range(times)) * 1000


def own_cpu_of(world: World, action: Callable[[], Any]) -> float:
    """Seconds of own CPU of one request."""
    inside = 0.0
    call = world.db.call

    def timed(*args: Any) -> Any:
        nonlocal inside
        started = time.process_time()
        try:
            return call(*args)
        finally:
            inside += time.process_time() - started

    world.db.call = timed  # type: ignore[method-assign, assignment]
    try:
        started = time.process_time()
        action()
        return time.process_time() - started - inside
    finally:
        world.db.call = call  # type: ignore[method-assign]


def measure_all(bench: Bench) -> list[Row]:
    """Every row that exists so far, in the order of docs/costs.md."""
    return [
        *_reading(bench),
        *_enrolling(bench),
        *_waiting(bench),
        *_long_waitlist(bench),
        *_door(bench),
        *_publishing(bench),
        *_background(bench),
    ]


def _reading(bench: Bench) -> list[Row]:
    world, event = bench.world, bench.event(starts_at="2026-09-01T09:00:00Z", description="d" * 1000)
    following = world.get("/events?page_size=20").json["next"].removeprefix("https://api.test")
    page = Budget(calls=2, reads=12, writes=0)
    any_filter = Budget(calls=4, reads=45, writes=0)
    return [
        bench.measure("event detail", Budget(1, 1.5, 0), lambda: world.get(f"/events/{event['id']}")),
        bench.measure("list page of 20, first", page, lambda: world.get("/events?page_size=20")),
        bench.measure("list page of 20, next", page, lambda: world.get(following)),
        bench.measure("upcoming, page of 20", any_filter, lambda: world.get("/events/upcoming?page_size=20")),
        bench.measure("available, page of 20", any_filter, lambda: world.get("/events/available?page_size=20")),
        bench.measure("own account", Budget(), lambda: world.get("/auth/me", bench.person.token)),
    ]


def _enrolling(bench: Bench) -> list[Row]:
    world = bench.world
    roomy, keyed, tiny = (bench.event(starts_at="2026-09-02T09:00:00Z", capacity=size) for size in (50, 50, 1))
    wide = bench.event(starts_at="2026-09-02T09:00:00Z", capacity=6_000)
    others = [a_person(world) for _ in range(3)]

    def enrol(event: dict[str, Any], person: Person, **headers: str) -> Any:
        return world.post(f"/events/{event['id']}/enrollments", {}, person.token, **headers)

    success = Budget(3, 2.5, 10)
    rows = [
        bench.measure("enrol", success, lambda: enrol(roomy, bench.person), 201),
        bench.measure(
            "enrol with Idempotency-Key",
            Budget(3, 3.5, 12),
            lambda: enrol(keyed, bench.person, Idempotency_Key="one"),
            201,
        ),
        bench.measure("enrol, 16 shards", success, lambda: enrol(wide, bench.person), 201),
    ]
    enrol(tiny, others[0])
    rows.append(bench.measure("enrol, found full", Budget(writes=0), lambda: enrol(tiny, others[1]), 409))
    rows.append(bench.measure("enrol, known full", Budget(2, 2, 0), lambda: enrol(tiny, others[2]), 409))
    mine = enrol(roomy, others[0]).json
    cancel = f"/enrollments/{mine['id']}/cancel"
    rows.append(bench.measure("cancel", Budget(4, 4, 14), lambda: world.post(cancel, None, others[0].token)))
    rows.append(bench.measure("enrol again", Budget(), lambda: enrol(roomy, others[0]), 201))
    return rows


def _waiting(bench: Bench) -> list[Row]:
    """Holds, the waitlist and hand-over, on an event of one shard and of the most."""
    world = bench.world
    small, large = (
        bench.event(starts_at="2026-09-02T09:00:00Z", capacity=1, on_sale_shards=shards) for shards in (1, 64)
    )
    offering = bench.event(starts_at="2026-09-02T09:00:00Z", capacity=1, waitlist_mode="offer")
    people = [a_person(world) for _ in range(6)]

    def enrol(event: dict[str, Any], number: int, **request: Any) -> Any:
        return world.post(f"/events/{event['id']}/enrollments", request, people[number].token)

    rows = []
    for event, name in ((small, "1 shard"), (large, "64 shards")):
        ready = bench.event(starts_at="2026-09-02T09:00:00Z", capacity=50, on_sale_shards=event["on_sale_shards"])
        hold = partial(enrol, ready, 0, confirm=False)
        rows.append(bench.measure(f"hold, {name}", Budget(3, 3, 14), hold, 201))
    for event, name in ((small, "automatic"), (offering, "an offer")):
        seated = enrol(event, 0).json
        for number in (1, 2):
            world.clock.advance(timedelta(seconds=2))  # nobody remembers that it is full
            budget = Budget(5, 5, 13) if number > 1 else Budget(writes=15)
            join = partial(enrol, event, number, waitlist=True)
            rows.append(bench.measure(f"join the waitlist, number {number} ({name})", budget, join, 201))
        cancel = partial(world.post, f"/enrollments/{seated['id']}/cancel", None, people[0].token)
        budget = Budget(4, 4, 18 if event is small else 22)
        rows.append(bench.measure(f"cancel with hand-over, {name}", budget, cancel))
    return rows


def _long_waitlist(bench: Bench) -> list[Row]:
    """Joining and looking cost the same behind ten people and behind a hundred."""
    world = bench.world
    event = bench.event(starts_at="2026-09-02T09:00:00Z", capacity=1)
    everybody = [a_person(world) for _ in range(102)]
    url = f"/events/{event['id']}/enrollments"
    for number, person in enumerate(everybody[:-1]):
        world.post(url, {"waitlist": number > 0}, person.token)
    last = everybody[-1].token
    join = bench.measure("join, number 101", Budget(5, 5, 13), lambda: world.post(url, {"waitlist": True}, last), 201)
    mine = world.get(f"/me/enrollments?event={event['id']}", last).json["results"][0]["id"]
    return [
        join,
        bench.measure("see one's place, number 101", Budget(), lambda: world.get(f"/enrollments/{mine}", last)),
    ]


def _door(bench: Bench) -> list[Row]:
    """What devices ask for: figures again and again, all people once, then who changed. A page costs by its people."""
    world = bench.world
    event = bench.event(starts_at="2026-09-02T09:00:00Z", capacity=50)
    for person in [a_person(world) for _ in range(20)]:
        world.post(f"/events/{event['id']}/enrollments", {}, person.token)
    key = an_api_key(world, bench.organizer, "check-in", event_id=event["id"])["secret"]
    url = f"/events/{event['id']}/door"
    since = f"{world.clock() + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    changes = f"{url}/people?updated_after={since}"
    world.get(url, key)  # the first use of a key is noted
    return [
        bench.measure("figures for the door", Budget(3, 3.5, 0), lambda: world.get(url, key)),
        bench.measure("list for the door, 20 people", Budget(5, 30, 0), lambda: world.get(f"{url}/people", key)),
        bench.measure("list for the door, nobody of 20 changed", Budget(4, 9, 0), lambda: world.get(changes, key)),
    ]


def _publishing(bench: Bench) -> list[Row]:
    world = bench.world
    rows = []
    for size in (0, 1000, 4000):
        body = {"title": "New", "starts_at": "2026-10-01T09:00:00Z", "description": "d" * size}
        create = partial(world.post, "/events", body, bench.organizer.token)
        rows.append(bench.measure(f"create an event, description of {size} bytes", Budget(), create, 201))
    event = bench.event(starts_at="2026-10-02T09:00:00Z")
    moved = {"starts_at": "2026-11-02T09:00:00Z"}
    url = f"/events/{event['id']}"
    rows.append(bench.measure("move an event", Budget(), lambda: world.patch(url, moved, bench.organizer.token)))
    return rows


def _background(bench: Bench) -> list[Row]:
    world = bench.world
    world.work()
    event = bench.event(starts_at="2026-09-03T09:00:00Z")
    for person in (a_person(world), bench.person):
        world.work()  # the first mail of an event leaves the audit of the hour
        world.post(f"/events/{event['id']}/enrollments", {}, person.token)
    rows = [bench.measure("one confirmation mail", Budget(), world.work)]
    for _ in range(30):  # until every hold and offer of the rows above has ended
        world.clock.advance(timedelta(hours=1))
        world.tick()
        world.work()
    return rows


def cpu_rows(bench: Bench) -> list[tuple[str, float]]:
    """Own CPU of typical requests, in milliseconds (budget: 3 at the median)."""
    world = bench.world
    # a day of idle ticks has passed: the logins are over
    bench.organizer = signed_in(world, bench.organizer.account)
    bench.person = signed_in(world, bench.person.account)
    event = bench.event(starts_at="2026-12-01T09:00:00Z", capacity=500, description="d" * 1000)
    people = iter([a_person(world) for _ in range(60)])
    url = f"/events/{event['id']}/enrollments"
    mine = f"/enrollments/{world.post(url, {}, bench.person.token).json['id']}"
    return [
        ("event detail", bench.own_cpu(lambda: world.get(f"/events/{event['id']}"))),
        ("list page of 20", bench.own_cpu(lambda: world.get("/events?page_size=20"))),
        ("own account", bench.own_cpu(lambda: world.get("/auth/me", bench.person.token))),
        ("enrol", bench.own_cpu(lambda: world.post(url, {}, next(people).token))),
        ("ticket as a picture", bench.own_cpu(lambda: world.get(f"{mine}/ticket.svg", bench.person.token))),
        ("keys of tickets", bench.own_cpu(lambda: world.get("/tickets/key"))),
    ]


def page_cpu_rows(bench: Bench) -> list[tuple[str, float]]:
    """The same of pages, for browsers (budget: 5 at the median)."""
    world = bench.world
    event = bench.event(starts_at="2026-12-01T09:00:00Z", capacity=500, description="**d** " * 170, location="Köln")
    pages = {
        "front page": "/",
        "page of an event": urlsplit(event["html_url"]).path,
        "page of a month": "/months/2026-12",
        "page of an organizer": f"/o/{bench.organizer.id}",
        "page of a search": "/search?q=python",
    }
    return [(name, bench.own_cpu(partial(world.get, path, Accept="text/html"))) for name, path in pages.items()]
