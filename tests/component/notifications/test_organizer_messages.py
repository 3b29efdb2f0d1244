"""What an organizer writes to a part of those enrolled: counted before, sent once, to each alone, not too often."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.domain.outbox.entry import OutboxKind
from tests.support.builders import Person, a_member, a_person, cancelled, due_rows, enrolled, people
from tests.support.http import Answer
from tests.support.people.admin import set_access
from tests.support.people.guests import PRODUCTION
from tests.support.problems import problem
from tests.support.world import World

WORDS = {"subject": "Bring a laptop", "body": "Dear all,\n\nbring a laptop & a <pen>.", "segment": "confirmed"}


@pytest.fixture
def event(world: World, olga: Person) -> dict[str, Any]:
    return world.an_event(olga.token, capacity=3)


@pytest.fixture
def strict() -> Iterator[World]:
    with World(PRODUCTION) as made:
        yield made


def write(
    world: World, event: dict[str, Any], person: Person, confirm: str = "", headers: Any = None, **words: Any
) -> Answer:
    query = f"?confirm={confirm}" if confirm else ""
    return world.post(f"/events/{event['id']}/messages{query}", {**WORDS, **words}, person.token, **(headers or {}))


def previewed(world: World, event: dict[str, Any], person: Person, **words: Any) -> dict[str, Any]:
    return problem(write(world, event, person, **words), 409, "confirmation_required")


def sent(world: World, event: dict[str, Any], person: Person, **words: Any) -> dict[str, Any]:
    answer = write(world, event, person, previewed(world, event, person, **words)["confirm"], **words)
    assert answer.status == 202, answer.text
    return dict(answer.json)


def got(world: World) -> list[str]:
    world.work()
    return sorted(mail.to for mail in world.mailer.sent if "List-Unsubscribe" in mail.headers)


def test_the_first_request_says_how_many_would_get_it_and_sends_nothing(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    for person in people(world, 2):
        enrolled(world, event, person)

    body = previewed(world, event, olga)

    assert body["preview"] == {"recipients": 2}
    assert got(world) == []
    assert due_rows(world, "job_message") == []


def test_confirmed_it_goes_to_each_of_them_alone(world: World, olga: Person, event: dict[str, Any]) -> None:
    ada, bob = a_person(world, first_name="Ada", last_name="Byron"), a_person(world, first_name="Bob", last_name="Ross")
    for person in (ada, bob):
        enrolled(world, event, person)

    made = sent(world, event, olga)

    assert made["recipients"] == 2
    assert got(world) == sorted([ada.email, bob.email])
    for person, other in ((ada, bob), (bob, ada)):
        mail = world.mailer.to(person.email)[-1]
        everything = "\n".join([mail.subject, mail.text, mail.html, json.dumps(dict(mail.headers))])
        assert "Bring a laptop" in mail.subject
        assert "bring a laptop & a <pen>." in mail.text
        assert "bring a laptop &amp; a &lt;pen&gt;." in mail.html
        assert "Olga Organizer" in mail.text
        assert (other.email in everything, "Ross" in everything and person is ada) == (False, False)
        assert olga.email not in everything
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail.attachments == ()


@pytest.mark.parametrize(
    ("segment", "names"),
    [
        ("confirmed", ["came", "missing"]),
        ("checked_in", ["came"]),
        ("not_checked_in", ["missing"]),
        ("waitlisted", ["waits"]),
    ],
)
def test_it_goes_to_the_segment_only(world: World, olga: Person, segment: str, names: list[str]) -> None:
    event = world.an_event(olga.token, capacity=3)
    url = f"/events/{event['id']}/enrollments"
    by_name = {name: a_person(world, f"{name}@example.org") for name in ("came", "missing", "holds", "waits")}
    came = enrolled(world, event, by_name["came"])
    enrolled(world, event, by_name["missing"])
    assert world.post(url, {"confirm": False}, by_name["holds"].token).json["status"] == "pending"
    assert world.post(url, {"waitlist": True}, by_name["waits"].token).json["status"] == "waitlisted"
    assert world.post(f"/enrollments/{came['id']}/check-in", None, olga.token).status == 200
    world.work()
    world.mailer.sent.clear()

    made = sent(world, event, olga, segment=segment)

    assert made["recipients"] == len(names)
    assert got(world) == [f"{name}@example.org" for name in names]


def test_who_is_in_the_segment_is_looked_at_when_the_mail_is_sent(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    ada, bob, eve = people(world, 3)
    rows = {person.id: enrolled(world, event, person) for person in (ada, bob)}
    made = sent(world, event, olga, segment="not_checked_in")
    assert made["recipients"] == 2
    enrolled(world, event, eve)
    (job,) = (due for due in world.queue.waiting if due.kind is OutboxKind.MESSAGE)
    world.container.background.jobs.run(job.key)
    assert len(due_rows(world, "organizer_message")) == 3
    assert world.post(f"/enrollments/{rows[ada.id]['id']}/cancel", None, ada.token).status == 200
    assert world.post(f"/enrollments/{rows[bob.id]['id']}/check-in", None, olga.token).status == 200

    assert got(world) == [eve.email]

    assert sorted(row["detail"] for row in due_rows(world, "organizer_message") if row["state"] == "skipped") == [
        "not not_checked_in any more",
        "the enrollment is cancelled now",
    ]


def test_the_value_is_good_for_this_text_segment_and_event_only(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    other = world.an_event(olga.token)
    confirm = previewed(world, event, olga)["confirm"]

    for one, words in (
        (event, {"subject": "Bring two"}),
        (event, {"body": "Bring money."}),
        (event, {"segment": "waitlisted"}),
        (event, {"subject": "Bring a laptopDear", "body": WORDS["body"].removeprefix("Dear")}),
        (other, {}),
    ):
        fresh = problem(write(world, one, olga, confirm, **words), 409, "confirmation_required")
        assert fresh["confirm"] != confirm
    enrolled(world, event, a_person(world))
    url = f"/events/{event['id']}/cancel?confirm={confirm}"
    problem(world.post(url, None, olga.token), 409, "confirmation_required")
    assert due_rows(world, "job_message") == []


def test_the_value_does_not_mind_who_comes_and_goes_meanwhile(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    confirm = previewed(world, event, olga)["confirm"]
    ada = a_person(world)
    enrolled(world, event, ada)

    answer = write(world, event, olga, confirm)

    assert (answer.status, answer.json["recipients"]) == (202, 1)
    assert got(world) == [ada.email]


def test_the_value_is_good_for_ten_minutes(world: World, olga: Person, event: dict[str, Any]) -> None:
    confirm = previewed(world, event, olga)["confirm"]

    world.clock.advance(timedelta(minutes=10))

    problem(write(world, event, olga, confirm), 409, "confirmation_required")
    for junk in ("junk", confirm[:-1], f"{confirm}x"):
        problem(write(world, event, olga, junk), 409, "confirmation_required")


def test_it_is_sent_once_however_often_the_request_is_repeated(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    ada = a_person(world)
    enrolled(world, event, ada)
    confirm = previewed(world, event, olga)["confirm"]

    first = write(world, event, olga, confirm, {"Idempotency_Key": "once"})
    again = write(world, event, olga, confirm, {"Idempotency_Key": "once"})
    without = write(world, event, olga, confirm)
    enrolled(world, event, a_person(world))
    later = write(world, event, olga, confirm, {"Idempotency_Key": "another"})

    assert [one.status for one in (first, again, without, later)] == [202] * 4
    assert first.json == again.json == without.json == later.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(due_rows(world, "job_message")) == 1
    assert got(world).count(ada.email) == 1


def test_the_same_words_can_be_sent_again_on_purpose(world: World, olga: Person, event: dict[str, Any]) -> None:
    ada = a_person(world)
    enrolled(world, event, ada)
    first = sent(world, event, olga)
    world.clock.advance(timedelta(seconds=1))

    second = sent(world, event, olga)

    assert first["id"] != second["id"]
    assert got(world) == [ada.email] * 2


def test_a_key_of_another_text_is_refused(world: World, olga: Person, event: dict[str, Any]) -> None:
    confirm = previewed(world, event, olga)["confirm"]
    assert write(world, event, olga, confirm, {"Idempotency_Key": "once"}).status == 202

    problem(
        write(world, event, olga, confirm, {"Idempotency_Key": "once"}, subject="Else"), 422, "idempotency_key_reused"
    )


def test_an_event_has_five_messages_a_day(strict: World) -> None:
    olga = a_person(strict)
    event, other = strict.an_event(olga.token), strict.an_event(olga.token)
    for number in range(5):
        sent(strict, event, olga, subject=f"Number {number}")
    confirm = previewed(strict, event, olga)["confirm"]

    answer = write(strict, event, olga, confirm)

    problem(answer, 429, "too_many_requests")
    assert answer.headers["RateLimit-Limit"] == "5"
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400
    assert len(due_rows(strict, "job_message")) == 5
    sent(strict, other, olga)


def test_an_organizer_has_twenty_messages_a_day(strict: World) -> None:
    olga = a_person(strict)
    events = [strict.an_event(olga.token) for _ in range(5)]
    for number in range(20):
        sent(strict, events[number % 4], olga, subject=f"Number {number}")
    confirm = previewed(strict, events[4], olga)["confirm"]

    answer = write(strict, events[4], olga, confirm)

    problem(answer, 429, "too_many_requests")
    assert answer.headers["RateLimit-Limit"] == "20"
    somebody = a_person(strict)
    sent(strict, strict.an_event(somebody.token), somebody)


def test_a_repetition_of_what_was_sent_does_not_count(strict: World) -> None:
    olga = a_person(strict)
    event = strict.an_event(olga.token)
    confirm = previewed(strict, event, olga)["confirm"]

    answers = [write(strict, event, olga, confirm) for _ in range(8)]

    assert {answer.status for answer in answers} == {202}


def test_only_the_organizer_writes(world: World, olga: Person, event: dict[str, Any]) -> None:
    ada = a_person(world)
    enrolled(world, event, ada)
    draft = world.an_event(olga.token, status="draft")

    problem(write(world, event, ada), 403, "forbidden")
    problem(world.post(f"/events/{event['id']}/messages", WORDS), 401, "unauthenticated")
    problem(write(world, {"id": "01JZ3V5E9GQ7M2X4T6R8W0YABC"}, olga), 404, "not_found")
    problem(write(world, {"id": "junk"}, olga), 404, "not_found")
    problem(write(world, draft, ada), 404, "not_found")
    problem(write(world, draft, olga), 409, "event_not_published")


def test_an_event_that_is_off_has_nobody_to_write_to(world: World, olga: Person, event: dict[str, Any]) -> None:
    ada = a_person(world)
    enrolled(world, event, ada)
    sent(world, event, olga)
    cancelled(world, event, olga)

    problem(write(world, event, olga), 409, "event_cancelled")
    assert got(world) == [], "and what was not sent yet is not sent"


def test_it_can_follow_up_on_an_event_for_a_month(world: World, olga: Person, event: dict[str, Any]) -> None:
    ada = a_person(world)
    row = enrolled(world, event, ada)
    world.work()
    assert world.post(f"/enrollments/{row['id']}/check-in", None, olga.token).status == 200
    world.mailer.sent.clear()
    world.clock.now = world.clock.now.replace(month=7, day=30)
    assert sent(world, event, later(world, olga), segment="checked_in")["recipients"] == 1
    assert got(world) == [ada.email]

    world.clock.now = world.clock.now.replace(month=8, day=1)

    problem(write(world, event, later(world, olga)), 409, "event_past")


def later(world: World, person: Person) -> Person:
    """The same person after another login: tokens end."""
    return Person(person.account, world.logged_in(person.email)["access"], person.refresh)


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"subject": ""}, "/subject", "invalid"),
        ({"subject": "  "}, "/subject", "invalid"),
        ({"subject": "x" * 151}, "/subject", "invalid"),
        ({"subject": "two\nlines"}, "/subject", "invalid"),
        ({"subject": 5}, "/subject", "invalid"),
        ({"body": ""}, "/body", "invalid"),
        ({"body": " \n\t "}, "/body", "invalid"),
        ({"body": "x" * 4001}, "/body", "invalid"),
        ({"body": "a\u0000b"}, "/body", "invalid"),
        ({"segment": "everybody"}, "/segment", "invalid"),
        ({"segment": None}, "/segment", "invalid"),
        ({"html": "<b>"}, "/html", "unknown_field"),
    ],
)
def test_every_fault_is_named(
    world: World, olga: Person, event: dict[str, Any], change: dict[str, Any], where: str, code: str
) -> None:
    faults = problem(write(world, event, olga, **change), 400, "invalid_request")["errors"]

    assert [fault["pointer"] for fault in faults] == [where]
    assert faults[0]["code"] == code


def test_everything_that_is_missing_is_named(world: World, olga: Person, event: dict[str, Any]) -> None:
    answer = world.post(f"/events/{event['id']}/messages", {}, olga.token)

    faults = problem(answer, 400, "invalid_request")["errors"]

    assert {fault["pointer"] for fault in faults} == {"/subject", "/body", "/segment"}


def test_a_subject_cannot_smuggle_headers(world: World, olga: Person, event: dict[str, Any]) -> None:
    for subject in ("Hello\r\nBcc: eve@example.org", "Hello\u2028Bcc: eve@example.org"):
        problem(write(world, event, olga, subject=subject), 400, "invalid_request")


def test_the_text_is_as_long_as_it_may_be(world: World, olga: Person, event: dict[str, Any]) -> None:
    ada = a_person(world)
    enrolled(world, event, ada)
    world.work()
    world.mailer.sent.clear()

    sent(world, event, olga, subject="ü" * 150, body="€" * 4000)

    assert got(world) == [ada.email]
    assert "€" * 4000 in world.mailer.sent[0].text.replace("\n", "")


@pytest.mark.parametrize(
    ("written", "told", "shown"),
    [
        (
            "  - sockets\n    - of two kinds\n\n- a window",
            "  - sockets\n    - of two kinds\n\n- a window",
            "\u00a0\u00a0- sockets<br>\n\u00a0\u00a0\u00a0\u00a0- of two kinds<br>\n<br>\n- a window",
        ),
        (
            "\n \n  first\n\tthen  <b>\n \n",
            "  first\n\tthen  <b>",
            "\u00a0\u00a0first<br>\n\u00a0\u00a0\u00a0\u00a0then\u00a0 &lt;b&gt;",
        ),
    ],
)
def test_its_indentation_is_kept(
    world: World, olga: Person, event: dict[str, Any], written: str, told: str, shown: str
) -> None:
    ada = a_person(world)
    enrolled(world, event, ada)

    sent(world, event, olga, body=written)

    assert got(world) == [ada.email]
    mail = world.mailer.to(ada.email)[-1]
    assert f"\n\n{told}\n\n" in mail.text
    assert f">{shown}</p>" in mail.html


def test_a_message_to_nobody_is_sent_to_nobody(world: World, olga: Person, event: dict[str, Any]) -> None:
    assert sent(world, event, olga)["recipients"] == 0
    assert got(world) == []
    assert due_rows(world, "job_message")[0]["state"] == "done"


def test_who_has_unsubscribed_gets_none(world: World, olga: Person, event: dict[str, Any]) -> None:
    ada, bob = people(world, 2)
    for person in (ada, bob):
        enrolled(world, event, person)
    sent(world, event, olga)
    world.work()
    link = world.mailer.to(ada.email)[-1].headers["List-Unsubscribe"].strip("<>")
    assert world.post(link.removeprefix("https://api.test"), None).status == 200
    world.mailer.sent.clear()
    world.clock.advance(timedelta(seconds=1))

    sent(world, event, olga)

    assert got(world) == [bob.email]


def tried(world: World, event: dict[str, Any], person: Person, **words: Any) -> Answer:
    return write(world, event, person, test=True, **words)


def test_a_test_is_mailed_to_whoever_wrote_it_and_to_nobody_else(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    enrolled(world, event, a_person(world))
    world.work()
    before = len(world.mailer.sent)

    answer = tried(world, event, olga)

    assert (answer.status, answer.json["recipients"]) == (202, 1)
    world.work()
    (mail,) = world.mailer.sent[before:]
    assert (mail.to, mail.subject) == (olga.email, f"Test: Bring a laptop ({event['title']})")
    assert "bring a laptop & a <pen>." in mail.text
    assert f"/e/{event['id']}" in mail.text
    assert "List-Unsubscribe" not in mail.headers
    assert world.get(f"/events/{event['id']}/messages", olga.token).json["results"] == []


def test_a_test_is_in_the_language_of_its_writer(world: World, event: dict[str, Any], olga: Person) -> None:
    world.patch("/auth/me", {"locale": "de"}, olga.token)

    assert tried(world, event, olga).status == 202

    world.work()
    assert "Diesen Test haben nur Sie bekommen" in world.mailer.sent[-1].text


def test_a_test_sends_what_a_key_stands_for_once(world: World, olga: Person, event: dict[str, Any]) -> None:
    key = {"Idempotency_Key": "one"}
    first, second = (write(world, event, olga, headers=key, test=True) for _ in range(2))

    world.work()

    assert first.json == second.json
    assert [mail.to for mail in world.mailer.sent if mail.subject.startswith("Test: ")] == [olga.email]


def test_who_may_not_write_to_its_people_may_not_test_it_either(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    problem(tried(world, event, a_person(world)), 403, "forbidden")
    draft = world.an_event(olga.token, status="draft")
    problem(tried(world, draft, olga), 409, "event_not_published")


def test_tests_are_limited_by_account_and_use_up_no_messages(strict: World) -> None:
    olga = a_person(strict)
    event = strict.an_event(olga.token, capacity=3)
    for _ in range(20):
        assert tried(strict, event, olga).status == 202

    problem(tried(strict, event, olga), 429, "too_many_requests")

    assert previewed(strict, event, olga)["preview"] == {"recipients": 0}


def test_a_test_of_an_event_that_is_off_by_then_is_not_sent(world: World, olga: Person, event: dict[str, Any]) -> None:
    assert tried(world, event, olga).status == 202
    cancelled(world, event, olga)

    world.work()

    assert not [mail for mail in world.mailer.sent if mail.subject.startswith("Test: ")]


def test_nothing_goes_out_any_more_of_whoever_was_disabled(world: World, olga: Person, event: dict[str, Any]) -> None:
    enrolled(world, event, a_person(world))
    sent(world, event, olga)
    set_access(world, a_person(world, roles=(Role.ADMIN,)), olga, disabled=True)

    assert got(world) == []
    [job] = due_rows(world, "job_message")
    assert job["state"] == "skipped"


def test_mails_that_wait_are_not_sent_when_their_author_was_disabled(
    world: World, olga: Person, event: dict[str, Any]
) -> None:
    """An account is looked at once in ten seconds, so that a thousand mails do not read it each."""
    for person in people(world, 3):
        enrolled(world, event, person)
    world.work()
    sent(world, event, olga)
    job = world.queue.waiting.popleft()
    world.run_entry(job.key, job=True)
    first = world.queue.waiting.popleft()
    world.run_entry(first.key, job=False)
    set_access(world, a_person(world, roles=(Role.ADMIN,)), olga, disabled=True)
    world.clock.advance(timedelta(seconds=10))

    assert len(got(world)) == 1


@pytest.mark.parametrize("author", ["manager", "admin"])
def test_what_somebody_else_writes_goes_out_though_the_organizer_is_disabled(
    world: World, olga: Person, event: dict[str, Any], author: str
) -> None:
    bob, admin = a_person(world), a_person(world, roles=(Role.ADMIN,))
    writer = admin if author == "admin" else a_member(world, event, TeamRole.MANAGER)
    enrolled(world, event, bob)
    world.work()
    sent(world, event, writer)
    set_access(world, admin, olga, disabled=True)

    assert got(world) == [bob.email]
