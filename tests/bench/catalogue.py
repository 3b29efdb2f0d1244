"""Events in any number for the bench: generated ones and the real conferences, put into the tables without requests."""

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.domain.shared.coordinates import Coordinates
from devtools.demo.conferences import load
from devtools.demo.mapping import event_body
from devtools.demo.places import coordinates_of

WORDS_OF_A_DESCRIPTION = 40
_SPAN = timedelta(days=730)  # in which the generated events start
_TIMES = ("starts_at", "ends_at")
_LONGEST = 16
_CITIES = 400
_ORGANIZERS = 200
_VOCABULARY = 20_000
TITLES_OF_A_PROGRAMME = 5


def _zipf(rng: random.Random, words: Sequence[str]) -> Callable[[int], list[str]]:
    """Draws words as people use them: the first often, the last hardly ever."""
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
    return lambda number: rng.choices(words, cum_weights=weights, k=number)


def _invented(rng: random.Random, known: Sequence[str], number: int) -> list[str]:
    """Words that are none, with the letters that follow each other in those that are: beginnings as common as real."""
    following: dict[str, list[str]] = defaultdict(list)
    for word in known:
        padded = f"  {word.lower()} "
        for at in range(len(padded) - 2):
            following[padded[at : at + 2]].append(padded[at + 2])
    made: dict[str, None] = {}
    while len(made) < number:
        word = "  "
        while len(word) < _LONGEST and (letter := rng.choice(following[word[-2:]])) != " ":
            word += letter
        made[word.strip()] = None
    return list(made)


def conferences(today: date) -> list[Event]:
    """The real ones, as `make demo` imports them."""
    rng = random.Random(1)
    owner = ulid(rng, datetime(2026, 1, 1, tzinfo=UTC))
    found: list[Event] = []
    for conference in load():
        body = event_body(conference, today)
        starts_at, ends_at = (datetime.fromisoformat(body[name]).replace(tzinfo=UTC) for name in _TIMES)
        names = ("title", "description", "timezone", "language", "location", "country", "url", "online", "capacity")
        facts = {name: body[name] for name in names if name in body}
        tags = tuple(body["tags"])
        point = body.get("coordinates")
        where = Coordinates(**point) if point else None
        facts_of = EventFacts(**facts, coordinates=where, starts_at=starts_at, ends_at=ends_at, tags=tags)
        found.append(_event(rng, facts_of, owner, len(found)))
    return found


def further(number: int, now: datetime, seed: int = 1, *, programme: int = TITLES_OF_A_PROGRAMME) -> Iterator[Event]:
    """As many as are asked for, made of the real ones: a title in another city at another time, with a programme.

    A programme is the titles of so many others on the same topic: words stand together as people put them together.
    """
    rng = random.Random(seed)
    known = conferences(now.date())
    on_topic: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for one in known:
        on_topic[one.facts.tags].append(one.facts.title)
    owners = [ulid(rng, now - timedelta(days=1)) for _ in range(_ORGANIZERS)]
    step = _SPAN / number
    for place in range(number):
        facts, elsewhere = rng.choice(known).facts, rng.choice(known).facts
        starts_at = (now + timedelta(days=1) + place * step).replace(second=0, microsecond=0)
        titles = "; ".join(rng.choices(on_topic[facts.tags], k=programme))
        made = replace(
            facts,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=8),
            description=f"{facts.description} {titles}".rstrip(),
            location=elsewhere.location,
            country=elsewhere.country,
            coordinates=elsewhere.coordinates,
        )
        yield _event(rng, made, rng.choice(owners), place)


def generated(number: int, now: datetime, seed: int = 1) -> Iterator[Event]:
    """Invented events with titles, cities, tags and 40 words of description from one vocabulary."""
    rng = random.Random(seed)
    counted = Counter(word for conference in load() for word in conference.title.split() if word.isalpha())
    real = [word for word, _ in counted.most_common()]
    draw = _zipf(rng, real + _invented(rng, real, _VOCABULARY - len(real)))
    cities = sorted({conference.city for conference in load() if conference.city})
    points = {conference.city: coordinates_of(conference.country, conference.city) for conference in load()}
    city = _zipf(rng, rng.sample(cities, min(_CITIES, len(cities))))
    tag = _zipf(rng, ["python", "javascript", "data", "devops", "rust", "security", "ux", "php", "ruby", "golang"])
    country = _zipf(rng, ["US", "DE", "GB", "FR", "NL", "ES", "PL", "AT", "CH", "SE", "BR", "IN", "JP", "CA", "AU"])
    language = _zipf(rng, ["en", "de", "fr", "es", "pt-BR"])
    owners = [ulid(rng, now - timedelta(days=1)) for _ in range(_ORGANIZERS)]
    step = _SPAN / number
    for place in range(number):
        starts_at = (now + timedelta(days=1) + place * step).replace(second=0, microsecond=0)
        town = city(1)[0]
        point = points[town]
        facts = EventFacts(
            title=" ".join(draw(rng.randint(2, 6))),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=8),
            description=" ".join(draw(WORDS_OF_A_DESCRIPTION)),
            location=town,
            coordinates=Coordinates(**point) if point else None,
            country=country(1)[0],
            language=language(1)[0],
            tags=tuple(dict.fromkeys(tag(2))),
            online=rng.random() < 0.1,
            capacity=rng.choice([None, 10, 100, 400]),
        )
        yield _event(rng, facts, rng.choice(owners), place)


def _event(rng: random.Random, facts: EventFacts, owner: str, number: int) -> Event:
    created_at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=37 * number)
    return Event(
        id=ulid(rng, created_at),
        organizer_id=owner,
        facts=facts,
        status=EventStatus.PUBLISHED,
        buckets=1,
        version=1,
        created_at=created_at,
        updated_at=created_at,
    )


def ulid(rng: random.Random, at: datetime) -> str:
    """The same in every run, unlike the application's."""
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = int(at.timestamp() * 1000)
    time = "".join(letters[number >> shift & 31] for shift in range(45, -1, -5))
    return time + "".join(rng.choices(letters, k=16))


def taken(event: Event, number: int) -> int:
    """How many seats are gone: of one event in eight all of them."""
    capacity = event.facts.capacity
    if capacity is None:
        return number % 50
    return capacity if number % 8 == 0 else capacity * (number % 7) // 8


def in_chunks(events: Iterable[Event], size: int = 500) -> Iterator[list[Event]]:
    """For a progress bar that moves."""
    rest = iter(events)
    while chunk := list(itertools.islice(rest, size)):
        yield chunk
