"""Whoever types an address learns nothing of whose it is: every answer is the same for everybody, until they agree.

Each story is told of five addresses, and each of its answers is compared as a whole: status, headers and text, with
ids replaced by their shape. And none of them has the person's id or own name, in clear or in any base64 of it.
"""

import base64
import functools
import itertools
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.shared import ids
from tests.support.builders import Person, a_person, enrolled
from tests.support.handles import key_named
from tests.support.http import Answer
from tests.support.mails.mailed import link_of, opened, pressed
from tests.support.people.guests import ask
from tests.support.problems import problem
from tests.support.world import PASSWORD, World

TYPED = "VERA@example.org"
GIVEN = "Somebody Given"
OWN = ("Wilhelmina", "Vandermeer")
THEIRS = "Vera@Example.org"  # as the owner writes the address
STATES = ["unknown", "proven", "named", "unproven", "signed up", "guest"]
_SHAPES = [
    (re.compile(r"e_[A-Za-z0-9_-]{60}\.\d+\.test1\.[\w-]{43}"), "<ticket>"),
    (re.compile(r"test1\.[\w-]{8,}\.[\w-]{20,}"), "<signed>"),
    (re.compile(r"(?<![\w-])e_[A-Za-z0-9_-]{60}(?![\w-])"), "<enrollment>"),
    (re.compile(r"(?<!\w)[0-7][0-9A-HJKMNP-TV-Z]{25}(?!\w)"), "<ulid>"),
    (re.compile(r"\"([\d.-]+)\.[0-9a-f]{8}\""), r'"\1.<checksum>"'),
    (re.compile(r'(stroke="#000" d=)"[^"]+"'), r'\1"<code>"'),
]


def behind(world: World, state: str) -> str:
    """The id of whoever has the address, before anybody types it; empty where nobody has it."""
    born = world.clock() - timedelta(days=400)
    first, last = OWN
    if state in {"proven", "named", "unproven"}:
        username = "wilhelmina" if state == "named" else None
        names: dict[str, Any] = {
            "first_name": "" if username else first,
            "last_name": "" if username else last,
            "username": username,
        }
        verified = state != "unproven"
        return a_person(world, THEIRS, id=ids.new_ulid(born), email_verified=verified, created_at=born, **names).id
    if state == "signed up":
        world.post("/auth/signup", {"email": THEIRS, "password": PASSWORD, "first_name": first, "last_name": last})
        world.work()
    if state == "guest":
        omar = a_person(world, "omar@example.org")
        event = world.an_event(omar.token)
        assert ask(world, event, THEIRS, name=" ".join(OWN)).status == 202
        world.work()
        person = world.container.store.people.by_email(THEIRS)
        assert person
        pressed(world, world.container.security.links.token(EnrollmentKey.of(event["id"], 16, person.id)), "confirm")
        return person.id
    return ""


class Story:
    """What an organizer sees and does, told of one address."""

    def __init__(self, state: str) -> None:
        self.world = World()
        self.person_id = behind(self.world, state)
        self.olga = a_person(self.world, "olga@example.org", first_name="Olga", last_name="")
        self.ada = a_person(self.world, "ada@example.org", first_name="Ada", last_name="Lovelace")
        self.event = self.world.an_event(self.olga.token, capacity=2, party_max=2)
        self.answers: list[tuple[str, Answer]] = []
        self.shapes: list[str] = []
        self.guesses: frozenset[int] = frozenset()  # answers to a name that the organizer wrote, which they show

    def says(
        self,
        method: str,
        url: str,
        body: Any = None,
        *,
        by: Person | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        token = (by or self.olga).token
        answer = self.world.send(method, url, body, token=token, headers=headers or {})
        self.note(f"{method} {url}", answer)
        return answer

    def note(self, what: str, answer: Answer) -> None:
        self.answers.append((what, answer))
        self.shapes.append(without_ids(f"{what}: {shape_of(answer)}"))

    def walks(self, url: str) -> None:
        """Page by page. In which order people stand is drawn by lot, here and in every answer that is compared."""
        found: list[str] = []
        following: str | None = f"{url}{'&' if '?' in url else '?'}page_size=1"
        while following:
            answer = self.world.get(following.removeprefix("https://api.test"), self.olga.token)
            assert answer.status == 200, answer.text
            self.answers.append((f"GET {url}", answer))
            found += [without_ids(str(row)) for row in answer.json["results"]]
            following = answer.json["next"]
        self.shapes.append(f"{without_ids(url)}: {sorted(found)}")

    def downloads(self, url: str) -> None:
        answer = self.world.get(url, self.olga.token)
        self.answers.append((f"GET {url}", answer))
        self.shapes.append(f"{without_ids(url)}: {sorted(without_ids(answer.text).splitlines())}")

    def looks(self, row_id: str) -> None:
        """Everything that the organizer can read of it."""
        row, event = f"/enrollments/{row_id}", f"/events/{self.event['id']}"
        person = self.says("GET", row).json["attendee"]["id"]
        self.says("GET", row, by=a_person(self.world, roles=(Role.ADMIN,)))
        filters = ("", "?status=confirmed", "?q=given", "?q=vera", "?q=wilhelmina", "?q=vandermeer")
        for url in (
            *(f"{event}/enrollments{one}" for one in filters),
            f"{event}/waitlist",
            "/me/enrollments?made_by=me",
        ):
            self.walks(url)
        for url in (f"{event}/enrollments.csv", f"{event}/enrollments.csv?q=wilhelmina"):
            self.downloads(url)
        theirs = (f"/attendees/{person}", f"/attendees/{person}/enrollments", "/attendees?email=vera@example.org")
        for url in (f"{row}/history", f"{row}/ticket.svg", *theirs):
            self.says("GET", url)

    @property
    def secrets(self) -> list[str]:
        found = self.world.container.store.people.by_email(THEIRS)
        person_id = found.id if found else self.person_id
        return [*OWN, OWN[0].lower(), THEIRS, *([person_id] if person_id else [])]


def differences(story: Story, expected: Story) -> list[tuple[str, str]]:
    """The first of them: what else differs follows from it."""
    assert len(story.shapes) == len(expected.shapes)
    pairs = zip(story.shapes, expected.shapes, strict=True)
    return list(itertools.islice(((one, other) for one, other in pairs if one != other), 1))


def shape_of(answer: Answer) -> str:
    return without_ids(f"{answer.status} {sorted(dict(answer.headers).items())} {answer.text}")


def without_ids(text: str) -> str:
    for pattern, shape in _SHAPES:
        text = pattern.sub(shape, text)
    return text


def decoded(text: str) -> bytes:
    """All that base64 may hide, at each offset that it may begin at."""
    found = bytearray()
    for word in re.findall(r"[\w/+-]{16,}", text):
        plain = word.replace("-", "+").replace("_", "/").encode(errors="ignore")
        for begin in range(4):
            part = plain[begin:]
            found += base64.b64decode(part[: len(part) // 4 * 4], validate=False) + b"|"
    return bytes(found)


def betrayed(story: Story) -> list[str]:
    """Which answers say something that they must not."""
    found, secrets = [], story.secrets
    for number, (what, answer) in enumerate(story.answers):
        if number in story.guesses:
            continue
        told = [answer.headers.get(name, "") for name in ("Location", "Link", "ETag")]
        text = " ".join([*told, answer.text])
        hidden = decoded(text)
        for secret in secrets:
            raw = ids.number_of(secret).to_bytes(16) if ids.is_ulid(secret) else secret.encode()
            if secret in text or secret.encode() in hidden or raw in hidden:
                found.append(f"{what}: {secret}")
    return found


def by_address(story: Story, **options: Any) -> str:
    body = {"name": GIVEN, "email": TYPED, **options}
    url = f"/events/{story.event['id']}/enrollments"
    made = story.says("POST", url, body, headers={"Idempotency-Key": "one"})
    assert made.status == 201, made.text
    story.says("POST", url, body, headers={"Idempotency-Key": "one"})
    story.says("POST", url, body)
    return str(made.json["id"])


def held(story: Story) -> str:
    return by_address(story, confirm=False)


def waiting(story: Story) -> str:
    for number in range(2):
        enrolled(story.world, story.event, a_person(story.world, f"seated{number}@example.org"))
    row = by_address(story, waitlist=True)
    story.says("PATCH", f"/events/{story.event['id']}", {"waitlist_mode": "off"})
    return row


def handed_on_by(who: Callable[[Story], Person]) -> Callable[[Story], str]:
    def told(story: Story) -> str:
        row = enrolled(story.world, story.event, story.ada)
        url, body = f"/enrollments/{row['id']}/transfer", {"name": GIVEN, "email": TYPED}
        made = story.says("POST", url, body, by=who(story), headers={"Idempotency-Key": "one"})
        assert made.status == 201, made.text
        story.says("POST", url, body, by=who(story), headers={"Idempotency-Key": "one"})
        story.says("POST", url, body, by=who(story))
        story.says("GET", f"/enrollments/{made.json['id']}", by=story.ada)
        return str(made.json["id"])

    return told


def asked_as_guest(story: Story) -> str:
    url, body = f"/events/{story.event['id']}/enrollments", {"name": GIVEN, "email": TYPED}
    for _ in range(2):
        answer = story.world.post(url, body)
        story.note("POST as a guest", answer)
        assert answer.status == 202
    rows = story.says("GET", url).json["results"]
    return str(rows[0]["id"])


DOORS: dict[str, Callable[[Story], str]] = {
    "enrolled": by_address,
    "held": held,
    "waiting": waiting,
    "handed on by its person": handed_on_by(lambda story: story.ada),
    "handed on by the organizer": handed_on_by(lambda story: story.olga),
    "asked as a guest": asked_as_guest,
}


def told(door: str, state: str) -> Story:
    """The whole life of a place that was made by an address, as those see it who are not its person."""
    story = Story(state)
    row = DOORS[door](story)
    url, event = f"/enrollments/{row}", f"/events/{story.event['id']}"
    story.world.work()
    story.looks(row)
    guesses: list[int] = []
    for guess in (GIVEN, " ".join(OWN), OWN[0]):
        sent = story.says("PUT", url, {"attendee": {"name": guess}, "party_size": 1})
        guesses.append(len(story.answers) - 1)
        story.says("PATCH", url, {"attendee": {"name": None}}, headers={"If-Match": sent.headers.get("ETag", '"1"')})
    story.guesses = frozenset(guesses)
    story.says("POST", f"{url}/resend")
    story.says("POST", f"{url}/confirm")
    story.says("POST", f"{url}/promote")
    story.says("POST", f"{url}/check-in")
    story.says("DELETE", f"{url}/check-in")
    story.says("POST", f"{event}/check-ins", {"rows": [{"enrollment_id": row}, {"enrollment_id": "junk"}]})
    story.says("DELETE", f"{url}/check-in")
    story.says("POST", f"{url}/cancel", {"note": "Sorry"})
    story.looks(row)
    seen = story.says("GET", url).json["attendee"]["id"]
    story.says("POST", f"{event}/enrollments", {"attendee_id": seen})
    story.says("POST", f"{event}/messages", {"subject": "Hello", "body": "You", "segment": "confirmed"})
    story.world.work()
    story.looks(row)
    return story


@functools.cache
def of_nobody(door: str) -> Story:
    story = told(door, "unknown")
    assert betrayed(story) == []
    return story


def pairs() -> list[Any]:
    """Every door with an account and with a guest, one of them with all; the others take their time."""
    quick = {("enrolled", state) for state in STATES} | set(itertools.product(DOORS, ("proven", "guest")))
    every = itertools.product(DOORS, STATES[1:])
    return [pytest.param(*pair, marks=() if pair in quick else pytest.mark.deep) for pair in every]


@pytest.mark.parametrize(("door", "state"), pairs())
def test_every_answer_is_the_same_for_every_address_and_says_nothing_of_its_owner(door: str, state: str) -> None:
    story = told(door, state)

    assert betrayed(story) == []
    assert differences(story, of_nobody(door)) == []


def test_a_record_with_the_address_says_nothing_of_its_owner() -> None:
    """Keepers make records with any address; the record has an id of its own, and its mails are all that comes."""

    def kept(state: str) -> Story:
        story = Story(state)
        record = {"first_name": "Given", "email": TYPED}
        made = story.says("POST", "/attendees", record)
        story.says("POST", "/attendees", record)
        url = f"/attendees/{made.json['id']}"
        story.says("PATCH", url, {"email": "another@example.org"})
        story.says("PATCH", url, {"email": TYPED})
        story.says("PUT", url, record)
        made = story.says("POST", f"/events/{story.event['id']}/enrollments", {"attendee_id": made.json["id"]})
        story.looks(made.json["id"])
        story.says("GET", "/attendees?email=vera@example.org")
        return story

    expected = kept("unknown")
    for state in STATES[1:]:
        story = kept(state)
        assert betrayed(story) == []
        assert differences(story, expected) == [], state


# What a handle is good for


@pytest.fixture
def vera(world: World) -> Person:
    return a_person(world, THEIRS, first_name=OWN[0], last_name=OWN[1])


def placed(world: World, event: dict[str, Any], by: Person, **options: Any) -> dict[str, Any]:
    body = {"name": GIVEN, "email": TYPED, **options}
    answer = world.post(f"/events/{event['id']}/enrollments", body, by.token)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def shown(world: World, row: dict[str, Any], by: Person) -> dict[str, Any]:
    return dict(world.get(f"/enrollments/{row['id']}", by.token).json)


def test_a_persons_handle_is_taken_at_its_event_and_nowhere_else(world: World, olga: Person, vera: Person) -> None:
    event, another = world.an_event(olga.token), world.an_event(olga.token)
    row = placed(world, event, olga)
    handle = row["attendee"]["id"]
    world.post(f"/enrollments/{row['id']}/cancel", None, olga.token)
    url = f"/events/{event['id']}/enrollments"

    again = world.post(url, {"attendee_id": handle}, olga.token)

    assert (again.status, again.json["id"], again.json["attendee"]) == (201, row["id"], row["attendee"])
    problem(world.post(url, {"attendee_id": handle}, olga.token), 409, "already_enrolled")
    problem(world.post(url, {"attendee_id": vera.id}, olga.token), 404, "not_found")
    elsewhere = f"/events/{another['id']}/enrollments"
    for person_id in (handle, vera.id):
        problem(world.post(elsewhere, {"attendee_id": person_id}, olga.token), 404, "not_found")
    theirs = placed(world, another, olga)
    assert theirs["attendee"]["id"] not in {handle, vera.id}, "an id of that event"


def test_a_place_is_handed_on_by_a_handle(world: World, olga: Person, ada: Person, vera: Person) -> None:
    event = world.an_event(olga.token)
    row = placed(world, event, olga)
    world.post(f"/enrollments/{row['id']}/cancel", None, olga.token)
    theirs = enrolled(world, event, ada)

    body = {"attendee_id": row["attendee"]["id"]}
    moved = world.post(f"/enrollments/{theirs['id']}/transfer", body, olga.token)

    assert (moved.status, moved.json["id"], moved.json["attendee"]) == (201, row["id"], row["attendee"])


Agreeing = Callable[[World, dict[str, Any], Person], Answer]
WAYS: dict[str, Agreeing] = {
    "signed in": lambda world, row, vera: world.post(f"/enrollments/{row['id']}/confirm", None, vera.token),
    "by the link as a bearer": lambda world, row, _: world.post(
        f"/enrollments/{row['id']}/confirm", None, link_of(world, row)
    ),
    "by the page of the link": lambda world, row, _: pressed(world, link_of(world, row), "confirm"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("options", [{}, {"confirm": False}], ids=["confirmed", "held"])
def test_who_agrees_is_known_and_every_id_of_before_is_still_good(
    world: World, olga: Person, vera: Person, way: str, options: dict[str, Any]
) -> None:
    event = world.an_event(olga.token)
    row = placed(world, event, olga, **options)
    assert row["attendee"]["name"] == GIVEN

    assert WAYS[way](world, row, vera).status == 200

    after = shown(world, row, olga)
    assert after["id"] == row["id"]
    assert after["attendee"] == {"id": vera.id, "name": " ".join(OWN), "email": THEIRS}
    assert after["status"] == "confirmed"
    assert [one["actor"]["id"] for one in history(world, row, olga)] == [olga.id, vera.id]
    world.post(f"/enrollments/{row['id']}/cancel", None, olga.token)
    for person_id in (row["attendee"]["id"], vera.id):
        again = world.post(f"/events/{event['id']}/enrollments", {"attendee_id": person_id}, olga.token)
        assert (again.status, again.json["attendee"]["id"]) == (201, vera.id), "known once, known for ever"
        world.post(f"/enrollments/{row['id']}/cancel", None, olga.token)


def history(world: World, row: dict[str, Any], by: Person) -> list[dict[str, Any]]:
    return list(world.get(f"/enrollments/{row['id']}/history", by.token).json["results"])


def test_agreeing_mails_nobody_and_happens_once(world: World, olga: Person, vera: Person) -> None:
    row = placed(world, world.an_event(olga.token), olga)
    world.work()
    sent = len(world.mailer.sent)
    assert "Confirm my place" in opened(world, link_of(world, row)).text

    for _ in range(2):
        assert world.post(f"/enrollments/{row['id']}/confirm", None, vera.token).headers["ETag"] == '"2"'
    world.work()

    assert len(world.mailer.sent) == sent
    assert [one["cause"] for one in history(world, row, olga)] == ["enrolled", "agreed"]
    assert "Confirm my place" not in opened(world, link_of(world, row)).text


@pytest.mark.parametrize("way", ["signed in", "by the link"])
def test_giving_a_place_back_is_not_agreeing(world: World, olga: Person, vera: Person, way: str) -> None:
    row = placed(world, world.an_event(olga.token), olga)
    token = vera.token if way == "signed in" else link_of(world, row)

    assert world.post(f"/enrollments/{row['id']}/cancel", None, token).status == 200

    after = shown(world, row, olga)
    assert (after["status"], after["attendee"]) == ("cancelled", row["attendee"])
    assert [one["actor"] for one in history(world, row, olga)][-1] == {"kind": "attendee", "id": row["attendee"]["id"]}


def test_who_enrols_themselves_after_all_is_known(world: World, olga: Person, vera: Person) -> None:
    event = world.an_event(olga.token)
    row = placed(world, event, olga)
    world.post(f"/enrollments/{row['id']}/cancel", None, vera.token)

    own = enrolled(world, event, vera)

    assert (own["id"], own["attendee"]["id"]) == (row["id"], vera.id)
    assert shown(world, row, olga)["attendee"]["name"] == " ".join(OWN)


def test_the_person_sees_themselves(world: World, olga: Person, vera: Person) -> None:
    row = placed(world, world.an_event(olga.token), olga)

    for token in (vera.token, link_of(world, row)):
        attendee = world.get(f"/enrollments/{row['id']}", token).json["attendee"]
        assert attendee == {"id": vera.id, "name": " ".join(OWN), "email": None}
    assert world.get("/me/enrollments", vera.token).json["results"][0]["attendee"]["id"] == vera.id


def test_ones_own_address_is_no_secret(world: World, olga: Person) -> None:
    event = world.an_event(olga.token)

    row = world.post(f"/events/{event['id']}/enrollments", {"name": "Me", "email": "OLGA@example.org"}, olga.token).json

    assert (row["attendee"]["id"], row["attendee"]["name"]) == (olga.id, "Olga Organizer")


# Ids of before


def test_an_id_of_old_is_good_for_whoever_may_know_the_person(world: World, olga: Person, vera: Person) -> None:
    """It is the key in clear: whoever guesses whose the address is would be told by it that they are right."""
    event = world.an_event(olga.token)
    row = placed(world, event, olga)
    old = key_named(row["id"]).id
    url = f"/enrollments/{old}"

    assert world.get(url, vera.token).json["id"] == row["id"]
    assert world.get(url, link_of(world, row)).status == 200
    for method, path in (
        ("GET", url),
        ("GET", f"{url}/history"),
        ("GET", f"{url}/ticket.svg"),
        ("PATCH", url),
        ("PUT", url),
        ("DELETE", url),
        ("POST", f"{url}/confirm"),
        ("POST", f"{url}/cancel"),
        ("POST", f"{url}/promote"),
        ("POST", f"{url}/resend"),
        ("POST", f"{url}/check-in"),
        ("DELETE", f"{url}/check-in"),
    ):
        body: Any = {} if method in {"PATCH", "PUT"} else None
        problem(world.send(method, path, body, token=olga.token), 404, "not_found")
    target = {"name": "Another", "email": "another@example.org"}
    problem(world.post(f"{url}/transfer", target, olga.token), 404, "not_found")
    scans = {"rows": [{"enrollment_id": old}, {"enrollment_id": row["id"]}]}
    [refused, taken] = world.post(f"/events/{event['id']}/check-ins", scans, olga.token).json["results"]
    assert (refused["status"], refused["enrollment_id"], refused["code"]) == ("refused", None, "not_found")
    assert (taken["status"], taken["enrollment_id"]) == ("checked_in", row["id"])

    world.post(f"/enrollments/{row['id']}/confirm", None, vera.token)

    assert world.get(url, olga.token).json["id"] == row["id"]


def test_an_account_cannot_be_looked_for_by_its_id(world: World, olga: Person, vera: Person) -> None:
    """Organizers' ids are public: none of them can be held against the people of an event."""
    event = world.an_event(olga.token)
    placed(world, event, olga)
    url = f"/events/{event['id']}/enrollments"

    answers = [world.post(url, {"attendee_id": one}, olga.token) for one in (vera.id, ids.new_ulid(world.clock()))]

    assert shape_of(answers[0]) == shape_of(answers[1])
    assert answers[0].status == 404
