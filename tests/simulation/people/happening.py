"""What happened, as list and figures tell it, beside what was stored: nothing is missing, nothing is invented."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import errors
from chalicelib.domain.accounts.account import Claims, Principal, Role
from chalicelib.domain.enrollments.activity import Figure, PersonEntry
from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.services.people.figures import FiguresView
from chalicelib.services.shared.outcomes import TryAgainError
from devtools.simdb.faults import Faults
from tests.simulation.actors import staging
from tests.simulation.checkin import door
from tests.simulation.rules.chronicle import Chronicle
from tests.simulation.world import ROUGH, SimWorld

READS = (4, 9)
SOON, LATE = (0.0, 1.5), (0.0, 400.0)  # while people enrol, and when everything has been said
AT_REST = 12  # requests that count everything of a run
WAIT = timedelta(minutes=3).seconds  # by then everything may be counted


@dataclass(slots=True)
class Reader:
    """Somebody of the team who asks for the figures while all goes on."""

    world: SimWorld
    event: Event
    organizer: Claims
    chronicle: Chronicle
    wrong: list[str] = field(default_factory=list)

    @property
    def principal(self) -> Principal:
        roles = (Role.SEEKER, Role.FACILITATOR)
        return Principal(self.organizer.user_id, self.organizer.session_id, roles, email_verified=True)

    def view(self, container: Any) -> FiguresView:
        begin = self.event.created_at - timedelta(days=1)
        found: FiguresView = container.people.figures.view(
            self.principal, self.event.id, lambda _: ([begin], begin + timedelta(days=3))
        )
        return found

    def look(self) -> None:
        began = self.world.scheduler.now
        try:
            view = self.view(self.world.another_process())
        except (errors.TurnoutError, TryAgainError):
            return
        finally:
            self.world.busy_clients -= 1
        told, most = view.buckets[0].numbers, self.truth(self.world.scheduler.now)
        least = self.truth(began) if view.counted_until is None else Counter[Figure]()
        wrong = {name for name in Figure if not least[name] <= told[name] <= most[name]}
        self.wrong += [f"told {told[name]} {name}: {least[name]} to {most[name]}" for name in sorted(wrong)]

    def truth(self, until: float) -> Counter[Figure]:
        """What the versions of the rows say that were stored until then."""
        found: Counter[Figure] = Counter()
        for before, after in self.steps(until):
            was_live = before is not None and before.is_live
            people = after.counted_in - (before.counted_in if before else 0)
            found[Figure.ENROLMENTS] += after.is_live and not was_live
            found[Figure.CANCELLATIONS] += was_live and after.status == "cancelled"
            found[Figure.EXPIRATIONS] += was_live and after.status == "expired"
            found[Figure.OFFERS_TAKEN] += before is not None and (before.status, after.status) == (
                "offered",
                "confirmed",
            )
            found[Figure.CHECK_INS if people > 0 else Figure.CHECK_INS_UNDONE] += abs(people)
        return found

    def steps(self, until: float) -> Iterator[tuple[Enrollment | None, Enrollment]]:
        for seen in self.chronicle.rows.values():
            before = None
            for at, row in seen:
                if at <= until:
                    yield before, row
                before = row


def happening(seed: int, *, faults: Faults = ROUGH, tamper: Callable[[Any], None] | None = None) -> list[str]:
    """A run of the entrance, or of the seats, whose list and figures are read all the while; what was wrong in them."""
    at_the_door = seed % 2 == 0
    run: Any = (door if at_the_door else staging).prepared(seed, faults=faults, tamper=None)
    world = run.world
    if tamper:
        world.tamper(tamper)
    organizer = run.organizer if at_the_door else run.boss.claims
    reader = Reader(world, run.event, organizer, Chronicle(world.db, world.scheduler))
    for number in range(world.rng.randint(*READS)):
        world.busy_clients += 1
        world.scheduler.spawn(reader.look, f"reader {number}", after=world.rng.uniform(*world.rng.choice([SOON, LATE])))
    world.run(ticking=True)
    world.scheduler.now += WAIT
    return [*reader.wrong, *_at_rest(reader)]


def _at_rest(reader: Reader) -> list[str]:
    """Everything has been said, and nothing is under way: list and figures are what was stored."""
    container, now = reader.world.container, reader.world.scheduler.now
    found = _of_list(reader, list(_entries(container, reader.event)))
    if reader.chronicle.event.status is EventStatus.DELETED:
        return found  # nobody is shown its figures
    view = reader.view(container)
    for _ in range(AT_REST):
        view = reader.view(container)
    told, true = view.buckets[0].numbers, reader.truth(now)
    wrong = [name for name in Figure if told[name] != true[name]]
    return found + [f"{name} at rest: {told[name]}, and there were {true[name]}" for name in wrong]


def _entries(container: Any, event: Event) -> Iterator[Any]:
    start: str | None = None
    while True:
        part = container.store.activity.newest_first(event, start=start, forward=True, limit=3, with_team=True)
        yield from (entry for _, entry in part.items)
        start = part.end
        if start is None:
            return


def _of_list(reader: Reader, entries: list[Any]) -> list[str]:
    listed = Counter(
        (one.key.attendee_id, one.version, tuple(by.cause for by in one.transitions))
        for one in entries
        if isinstance(one, PersonEntry)
    )
    stored = Counter(
        (after.key.attendee_id, after.version, news)
        for before, after in reader.steps(reader.world.scheduler.now)
        if (news := tuple(by.cause for by in after.history if before is None or by not in before.history))
    )
    times: list[datetime] = [one.at for one in entries]
    found = [f"listed {number} times: {one}" for one, number in (listed - stored).items()]
    found += [f"missing: {one}" for one in stored - listed]
    return found + (["not in the order of time"] if times != sorted(times, reverse=True) else [])


def beside_the_transaction(container: Any) -> None:
    """Wrong: the entries are written when the change is done, by a process that may be gone by then."""
    from chalicelib.domain.enrollments.activity import person_entry
    from chalicelib.store.items.activity import person_item

    store = container.store.enrollments
    joined, enrol, write = store._transaction, store.enrol, store.write

    def without(*given: Any) -> Any:
        transaction = joined(*given)
        kept = [place for place, name in enumerate(transaction.names) if not name.startswith("activity")]
        transaction.names = [transaction.names[place] for place in kept]
        transaction.operations = [transaction.operations[place] for place in kept]
        return transaction

    def note(changes: Any) -> None:
        for change in changes:
            entry = person_entry(change)
            if entry is not None:
                container.store.dynamo.put(person_item(entry))

    def enrolled(change: Any, *given: Any, **options: Any) -> None:
        enrol(change, *given, **options)
        note([change])

    def written(changes: Any, *given: Any, **options: Any) -> None:
        write(changes, *given, **options)
        note(changes)

    store._transaction, store.enrol, store.write = without, enrolled, written


def without_the_mark(container: Any) -> None:
    """Wrong: whoever counts looks at nothing that others have counted meanwhile."""
    from chalicelib.store.dynamo import keys
    from chalicelib.store.dynamo.tables import FiguresItem
    from chalicelib.store.dynamo.text import compact

    activity, dynamo = container.store.activity, container.store.dynamo

    def count(event_id: str, before: str, up_to: str, days: Any) -> None:
        for day, numbers in days.items():
            dynamo.put(FiguresItem(*keys.figures(event_id, day), numbers=compact(numbers)))
        dynamo.put(FiguresItem(*keys.figures(event_id, keys.SOLE), numbers=up_to))

    activity.count = count
