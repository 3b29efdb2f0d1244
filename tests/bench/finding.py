"""`python -m tests.bench.finding`: what typical questions cost, from 1,000 to 100,000 events."""

import argparse
import gc
import random
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from chalicelib.domain.events.event import Event
from chalicelib.domain.search.words import split_words
from chalicelib.store.dynamo.parallel import one_by_one
from chalicelib.store.search.search_reads import DynamoPostings
from tests.bench import costs
from tests.bench.catalogue import TITLES_OF_A_PROGRAMME, conferences, further, generated, in_chunks
from tests.bench.rows import own_cpu_of
from tests.bench.shelves import Shelves
from tests.bench.writing import WriteRow, write_rows
from tests.support.http import request
from tests.support.lists import local
from tests.support.world import World

QUICK, FULL = (1_000, 10_000), (1_000, 10_000, 100_000)
REAL = "6,007 real"
MORE_OF_THE_REAL = 100_000
SHORT, LONG = f"{MORE_OF_THE_REAL:,} like the real", f"{MORE_OF_THE_REAL:,} like the real, with programmes"
_REAL_ONES = {REAL, SHORT, LONG}
TIMES = 60  # of each question, with other words, places and pages
P50_BUDGET, P99_BUDGET, HARD_BUDGET, GROWTH_BUDGET = 15.0, 45.0, 60.0, 1.1
QUESTION_P50_BUDGET = 20.0  # of each question; P50_BUDGET is of all that filter
CALLS_IN_A_ROW = 4
UNFILTERED = ("front page", "next page", "by title")
UNFILTERED_BUDGET, UNFILTERED_CALLS = 12.0, 2
_DEEP = 25  # the deepest page of twenty by number
FULL_OR_FINAL = {
    "two words", "three words", "two words of a title", "three words of a title", "no free seats",
    "a word that matches nothing", "within 5 km", "within 25 km", "within 100 km", "within 500 km",
    "a word, within 100 km", "a month, free seats, within 50 km",
}  # fmt: skip
FULL_BUDGET = 0.99
DEEP = f"page {_DEEP}"
BY_NUMBER_CALLS = 5  # figures, days, rows of two, seats
_SIZE = 20
_CPU_TRIES = 3  # the best counts: other programs on the machine are not the application's CPU

Asked = dict[str, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """One question at one size: read units, calls in a row and own CPU of its variants, and how many pages were cut."""

    question: str
    reads: list[float]
    calls: list[int]
    cpu_ms: list[float]
    short: int = 0  # first pages that are not full though there is more

    @property
    def p50(self) -> float:
        return statistics.median(self.reads)

    @property
    def p99(self) -> float:
        return sorted(self.reads)[int(0.99 * len(self.reads))]

    @property
    def worst(self) -> float:
        return max(self.reads)

    @property
    def full_or_final(self) -> float:
        """The share of first pages that are full, or behind which there is nothing."""
        return 1 - self.short / len(self.reads)

    def faults(self) -> list[str]:
        """What is over its budget."""
        plain = self.question in UNFILTERED
        calls = {DEEP: BY_NUMBER_CALLS}.get(self.question, UNFILTERED_CALLS if plain else CALLS_IN_A_ROW)
        checked = [
            ("p50", self.p50, UNFILTERED_BUDGET if plain else QUESTION_P50_BUDGET, "read units"),
            ("p99", self.p99, P99_BUDGET, "read units"),
            ("at most", self.worst, HARD_BUDGET, "read units"),
            ("p50", statistics.median(self.calls), calls, "calls in a row"),
        ]
        found = [f"{name} {value:g} {unit}" for name, value, budget, unit in checked if value > budget]
        if self.question in FULL_OR_FINAL and self.full_or_final < FULL_BUDGET:
            found.append(f"first page full or final in {self.full_or_final:.0%}")
        return found


T = TypeVar("T")


class Hall:
    """A world full of events, and questions that fit them."""

    def __init__(self, name: str, events: Iterable[Event], progress: Progress, total: int) -> None:
        self.name = name
        self.world = World()
        store = self.world.container.store
        store.postings = DynamoPostings(store.dynamo, store.completeness, self._gathered)
        self._beside = 0
        self._rng = random.Random(7)
        self._sample: list[Event] = []
        shelves = Shelves(self.world.db)
        task = progress.add_task(f"{name} events", total=total)
        gc.disable()  # millions of rows are made, and none is let go
        for chunk in in_chunks(events):
            shelves.load(chunk)
            self._sample += self._rng.sample(chunk, min(40, len(chunk)))
            progress.advance(task, len(chunk))
        shelves.finish()
        gc.enable()
        self.number = shelves.number
        self.world.get("/events")  # a warm process knows which months have events

    def _gathered(self, asks: Sequence[Callable[[], T]], /) -> list[T]:
        """Asks of one round run at the same time: in a row they are one call."""
        self._beside += len(asks) - 1
        return one_by_one(asks)

    def _some(self) -> Event:
        return self._rng.choice(self._sample)

    def _word(self) -> str:
        words = split_words(self._some().facts.title)
        return self._rng.choice([word for word in words if len(word) > 2] or ["conference"])

    def _place(self) -> str:
        location = self._some().facts.location or "Berlin"
        start = self._rng.randint(0, max(0, len(location) - 4))
        return location[start : start + self._rng.randint(3, 6)].strip(" -,.'") or "Berlin"

    def _dates(self) -> Asked:
        start = self._some().facts.starts_at
        return {"starts_after": f"{start:%Y-%m-%d}", "starts_before": f"{start + timedelta(days=30):%Y-%m-%d}"}

    def _near(self, kilometres: int) -> Asked:
        """Around a city where something is, not exactly its middle."""
        while (point := self._some().facts.coordinates) is None:
            continue
        north, east = (self._rng.uniform(-0.02, 0.02) for _ in range(2))
        return {"near": f"{point.latitude + north:.4f},{point.longitude + east:.4f},{kilometres}"}

    def _some_words(self, number: int, *, of_title: bool = False) -> str:
        """Words that stand together in some event."""
        while True:
            facts = self._some().facts
            words = [word for word in split_words(facts.title if of_title else facts.description) if len(word) > 2]
            if len(words) >= number:
                return " ".join(self._rng.sample(words, number))

    def _rare(self) -> str:
        """The longest word of a title: it is hardly anywhere else."""
        return max(split_words(self._some().facts.title), key=len)

    def _somewhere(self) -> Asked:
        place = self._place()
        return {"location": place if len(place) > 2 else "Berlin"}

    def questions(self) -> dict[str, list[str]]:
        """Addresses by question."""
        rng = self._rng
        asked: dict[str, list[Asked]] = {
            "front page": [{}],
            "one word": [{"q": self._word()} for _ in range(TIMES)],
            "two words": [{"q": self._some_words(2)} for _ in range(TIMES)],
            "three words": [{"q": self._some_words(3)} for _ in range(TIMES)],
            "two words of a title": [{"q": self._some_words(2, of_title=True)} for _ in range(TIMES)],
            "three words of a title": [{"q": self._some_words(3, of_title=True)} for _ in range(TIMES)],
            "no free seats": [{"has_spots": "false"}],
            "a rare word": [{"q": self._rare()} for _ in range(TIMES)],
            "a word that matches nothing": [{"q": f"{self._word()[:3]}zzyx"} for _ in range(TIMES)],
            "part of a location": [self._somewhere() for _ in range(TIMES)],
            "location, a month, free seats": [
                {**self._somewhere(), **self._dates(), "has_spots": "true"} for _ in range(TIMES)
            ],
            "organizer": [{"organizer": self._some().organizer_id} for _ in range(TIMES)],
            "language and country": [
                {"language": event.facts.language or "en", "country": event.facts.country or "US"}
                for event in (self._some() for _ in range(TIMES))
            ],
            **{f"within {km} km": [self._near(km) for _ in range(TIMES)] for km in (5, 25, 100, 500)},
            "a word, within 100 km": [{"q": self._word(), **self._near(100)} for _ in range(TIMES)],
            "a month, free seats, within 50 km": [
                {**self._near(50), **self._dates(), "has_spots": "true"} for _ in range(TIMES)
            ],
            DEEP: [{"page": str(_DEEP)}],
            "by title": [{"ordering": rng.choice(["title", "-title"])} for _ in range(TIMES)],
        }
        urls = {name: [f"/events?{urlencode(one)}" for one in some] for name, some in asked.items()}
        return {"front page": urls.pop("front page"), "next page": self._following(), **urls}

    def _following(self) -> list[str]:
        """A walk from somewhere in the middle."""
        link = f"/events?starts_after={self._sample[len(self._sample) // 3].facts.starts_at:%Y-%m-%d}"
        found: list[str] = []
        while len(found) < TIMES:
            following = self.world.get(link).json["next"]
            if following is None:
                break
            link = local(following)
            found.append(link)
        return found

    def measure(self, question: str, urls: list[str]) -> Measured:
        reads, calls, short = [], [], 0
        for url in urls:
            self._beside = 0
            with self.world.db.meter() as meter:
                answer = self.world.get(url)
            assert answer.status == 200, f"{url}: {answer.text}"
            reads.append(meter.reads)
            calls.append(meter.calls - self._beside)
            short += len(answer.json["results"]) < _SIZE and answer.json["next"] is not None
        some = urls[:10] if len(urls) > 1 else urls * 10
        cpu = [min(own_cpu_of(self.world, partial(request, "GET", url)) for _ in range(_CPU_TRIES)) for url in some]
        return Measured(question, reads, calls, [1000 * seconds for seconds in cpu], short)


def measured(hall: Hall, progress: Progress) -> dict[str, Measured]:
    questions = hall.questions()
    task = progress.add_task(f"{hall.name}: questions", total=len(questions))
    found = {}
    for question, urls in questions.items():
        found[question] = hall.measure(question, urls)
        progress.advance(task)
    return found


Results = dict[str, dict[str, Measured]]  # by size and question


def run(sizes: Iterable[int], progress: Progress, *, real: bool = True, more: bool = False) -> Results:
    """Everything, one size after the other: each has the memory to itself. `more`: also many that are like the real."""
    results: Results = {}
    now = World().clock()
    for size in sizes:
        results[f"{size:,}"] = measured(Hall(f"{size:,}", generated(size, now), progress, size), progress)
    if real:
        events = sorted(conferences(now.date()), key=lambda event: event.facts.starts_at)
        results[REAL] = measured(Hall(REAL, events, progress, len(events)), progress)
    for name, programme in ((SHORT, 0), (LONG, TITLES_OF_A_PROGRAMME)) if more else ():
        many = further(MORE_OF_THE_REAL, now, programme=programme)
        results[name] = measured(Hall(name, many, progress, MORE_OF_THE_REAL), progress)
    return results


def growth(results: Results, question: str) -> float:
    """How much more the median costs with the most events than with the fewest."""
    sizes = [name for name in results if name not in _REAL_ONES]
    return results[sizes[-1]][question].p50 / results[sizes[0]][question].p50


def lines(results: Results) -> list[list[str]]:
    """The table: a row a question; at each size read units as p50 / p99 and the first pages that are full or final."""
    first, last = next(iter(results)), [name for name in results if name not in _REAL_ONES][-1]
    rows = [
        ["question", *(f"{name} events" for name in results), "first page full or final", "calls", "own CPU", "growth"]
    ]
    for question in results[first]:
        cells = [f"{one[question].p50:g} / {one[question].p99:g}" for one in results.values()]
        full = " / ".join(f"{one[question].full_or_final:.0%}" for one in results.values())
        largest = results[last][question]
        calls = f"{statistics.median(largest.calls):g}"
        cpu = f"{statistics.median(largest.cpu_ms):.1f} ms"
        rows.append([question, *cells, full, calls, cpu, f"{growth(results, question):.2f}"])
    return rows


def filtered(results: Results) -> list[tuple[str, float]]:
    """The median of all pages with a filter, whatever is asked, by size."""
    found = []
    for size, by_question in results.items():
        reads = [units for name, one in by_question.items() if name not in {*UNFILTERED, DEEP} for units in one.reads]
        found += [(size, statistics.median(reads))] if reads else []
    return found


def faults(results: Results) -> list[str]:
    """What is over its budget. Own CPU is shown beside its budget only: other programs on the machine add to it."""
    found = [
        f"{question}, {size} events: {fault}"
        for size, by_question in results.items()
        for question, one in by_question.items()
        for fault in one.faults()
    ]
    found += [f"filters, {size} events: p50 {one:g} read units" for size, one in filtered(results) if one > P50_BUDGET]
    if growth(results, "front page") > GROWTH_BUDGET:
        found.append(f"the front page grows by {growth(results, 'front page'):.2f}")
    return found


def markdown(results: Results, writes: list[WriteRow]) -> str:
    """What stands in docs/costs.md."""
    head, *body = lines(results)
    text = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in body), ""]
    text += ["| write units, description of | 0 | 1 KB | 4 KB |", "|---|---|---|---|"]
    text += [f"| {row.name} | {' | '.join(f'{units:g}' for units in row.units)} |" for row in writes]
    return "\n".join(text) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="with 100,000 events: minutes, and 4 GB of memory")
    parser.add_argument("--docs", action="store_true", help="write the tables into docs/costs.md")
    options = parser.parse_args()
    console = Console(width=150)
    with Progress(console=console, transient=True) as progress:
        results = run(FULL if options.full else QUICK, progress, more=options.full)
        writes = write_rows()
    head, *body = lines(results)
    table = Table(*head, title="Read units of a page of 20, p50 / p99")
    for row in body:
        table.add_row(*row)
    console.print(table)
    written = Table("write units, description of", "0", "1 KB", "4 KB")
    for one in writes:
        written.add_row(one.name, *(f"{units:g}" for units in one.units))
    console.print(written)
    if options.docs:
        costs.write("operations", costs.operations())
        costs.write("finding", markdown(results, writes))
    over = faults(results)
    if over:
        Console(stderr=True).print(*over, sep="\n")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
