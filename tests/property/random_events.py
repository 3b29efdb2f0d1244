"""Many events in several scripts, in one world, for the lists to be compared with the reference model."""

import random
from datetime import timedelta
from typing import Any

from tests.support.builders import Person, a_person, enrolled, signed_in
from tests.support.world import World

TITLES = [
    "Python", "Pythonistas", "PyCon", "Go", "R", "C++", "C#", "AI", "Django", "Café", "CAFÉ", "Naïve", "Straße",
    "strasse", "Übung", "workshop", "Work", "shop", "the", "of", "Конференция", "разработчиков", "Ёлка", "Αθήνα",
    "Συνέδριο", "δυναμικός", "北京", "人工智能大会", "東京", "カンファレンス", "서울", "개발자", "İstanbul",
    "œuvre", "2026", "1.0", "~tilde", "«quoted»", "(brackets)", "ﬁnance",
]  # fmt: skip
PLACES = [
    "Berlin", "München", "munich", "New York", "York", "São Paulo", "Sankt Pölten", "Zürich", "Wien", "Москва",
    "Αθήνα", "北京市", "서울", "Tech Hub, Berlin", "Łódź", "Kraków", "Straßburg", "Ho Chi Minh City", "L'Aquila",
    "Århus",
]  # fmt: skip
TAGS = ["python", "Data", "web", "Ünïcode", "数据"]
COUNTRIES = ["DE", "AT", "US", "BR", "CN"]
LANGUAGES = ["en", "de", "pt-BR", "zh"]
POINTS = [
    (52.52, 13.405), (52.4009, 13.0591), (48.1374, 11.5755), (48.2082, 16.3721), (40.7128, -74.006), (-16.5, 179.9),
    (-16.8, -179.95), (78.2232, 15.6267), (89.99, 30.0), (90.0, 0.0), (-89.5, -150.0), (0.0, 0.0),
]  # fmt: skip
ZONES = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Tokyo"]
JOINTS = [" ", " ", " ", "-", ", ", ": ", " / ", "_"]


def text_of(rng: random.Random, words: list[str], most: int) -> str:
    """Some of the words, joined as people join them."""
    chosen = rng.choices(words, k=rng.randint(1, most))
    return "".join(f"{rng.choice(JOINTS) if number else ''}{word}" for number, word in enumerate(chosen))


class RandomEvents:
    """A world with `number` events of two organizers: drafts, unlisted, cancelled and full ones among them.

    Half of them are over.
    """

    def __init__(self, world: World, number: int, seed: int = 1) -> None:
        self.world = world
        self.rng = random.Random(seed)
        self.organizers = [a_person(world), a_person(world)]
        self.guest = a_person(world)
        self.made: dict[str, int] = {}  # the event's id: which of the organizers
        for _ in range(number):
            self.create()
            self.wait(timedelta(seconds=self.rng.choice([0, 0, 7, 1000])))
        self.settle()

    def wait(self, time: timedelta) -> None:
        """Let time pass; everybody signs in again."""
        self.world.clock.advance(time)
        if time > timedelta(minutes=10):
            *self.organizers, self.guest = [signed_in(self.world, one.account) for one in self.people]

    @property
    def people(self) -> list[Person]:
        return [*self.organizers, self.guest]

    def token(self, event_id: str) -> str:
        """Of the event's organizer."""
        return self.organizers[self.made[event_id]].token

    def create(self) -> None:
        """One more event, and what happens to one in four of them."""
        number = self.rng.randrange(len(self.organizers))
        event = self.world.an_event(self.organizers[number].token, **self._fields())
        self.made[event["id"]] = number
        if event["status"] == "published" and self.rng.random() < 0.1:
            self._confirmed("POST", f"/events/{event['id']}/cancel", event["id"])
        elif event["status"] == "published" and event["capacity"] == 1 and event["enrollment_opens_at"] is None:
            enrolled(self.world, event, self.guest)

    def _fields(self) -> dict[str, Any]:
        rng = self.rng
        start = self.world.clock() + timedelta(days=1, minutes=15 * rng.randrange(4 * 24 * 400))
        if rng.random() < 0.2:  # several start at the same moment
            start = self.world.clock().replace(minute=0, second=0, microsecond=0) + timedelta(days=rng.randint(1, 30))
        fields = {
            "title": text_of(rng, TITLES, 4),
            "starts_at": f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "ends_at": f"{start + timedelta(hours=rng.choice([1, 8, 72])):%Y-%m-%dT%H:%M:%SZ}",
            "description": text_of(rng, TITLES + PLACES, 12) if rng.random() < 0.7 else "",
            "location": text_of(rng, PLACES, 2) if rng.random() < 0.8 else None,
            "country": rng.choice([None, *COUNTRIES]),
            "language": rng.choice([None, *LANGUAGES]),
            "tags": rng.sample(TAGS, rng.randint(0, 3)),
            "online": rng.random() < 0.3,
            "coordinates": dict(zip(("latitude", "longitude"), rng.choice(POINTS), strict=True))
            if rng.random() < 0.7
            else None,
            "capacity": rng.choice([None, 1, 1, 5, 100]),
            "status": "draft" if rng.random() < 0.1 else "published",
            "unlisted": rng.random() < 0.1,
        }
        if rng.random() < 0.2:
            opens = self.world.clock() + timedelta(days=rng.randint(1, 200))
            if opens < start:
                fields["enrollment_opens_at"] = f"{opens:%Y-%m-%dT%H:%M:%SZ}"
        return {name: value for name, value in fields.items() if value is not None}

    def edit(self) -> None:
        """Change what lists show and find, of an event that is not over."""
        ahead = [one for one in self.made if self._may_change(one)]
        if not ahead:
            return
        event_id = self.rng.choice(ahead)
        fields = self._fields()
        changed = self.rng.sample(
            ["title", "description", "location", "country", "language", "tags", "unlisted", "coordinates"], 2
        )
        patch = {name: fields.get(name) for name in changed if fields.get(name) is not None}
        if self.rng.random() < 0.5:
            patch |= {name: fields[name] for name in ("starts_at", "ends_at")} | {"enrollment_opens_at": None}
        answer = self.world.patch(f"/events/{event_id}", patch, self.token(event_id))
        assert answer.status == 200, answer.text

    def remove(self) -> None:
        if self.made:
            event_id = self.rng.choice(list(self.made))
            self._confirmed("DELETE", f"/events/{event_id}", event_id)
            del self.made[event_id]

    def cancel(self) -> None:
        open_ones = [one for one in self.made if self._may_change(one, "published")]
        if open_ones:
            event_id = self.rng.choice(open_ones)
            self._confirmed("POST", f"/events/{event_id}/cancel", event_id)

    def publish(self) -> None:
        for event_id in self.made:
            if self._may_change(event_id, "draft"):
                answer = self.world.post(f"/events/{event_id}/publish", None, self.token(event_id))
                assert answer.status == 200, answer.text
                return

    def _confirmed(self, method: str, url: str, event_id: str) -> None:
        answer = self.world.send(method, url, token=self.token(event_id))
        if answer.status == 409:
            again = f"{url}?confirm={answer.json['confirm']}"
            answer = self.world.send(method, again, token=self.token(event_id))
        assert answer.status in {200, 204}, answer.text

    def _may_change(self, event_id: str, *statuses: str) -> bool:
        event = self.document(event_id)
        return bool(event["is_upcoming"]) and event["status"] in (statuses or ("published", "draft"))

    def settle(self) -> None:
        """Let the index catch up."""
        self.world.work()

    def document(self, event_id: str) -> dict[str, Any]:
        return dict(self.world.get(f"/events/{event_id}", self.token(event_id)).json)

    def documents(self) -> list[dict[str, Any]]:
        """Every event as it is now, whole."""
        return [self.document(one) for one in self.made]
