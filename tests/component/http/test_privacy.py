"""Addresses go to those who need them and to nobody else; nothing secret is ever logged."""

import json
import logging
import re
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Any

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.observability import usage
from chalicelib.services.notifications.ports import SendLaterError, SendRefusedError
from tests.support.builders import Person, an_api_key, cancelled, signed_in
from tests.support.http import Answer
from tests.support.stories.sample import ENDPOINTS, Sample, name
from tests.support.world import PASSWORD, SETTINGS, World

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
UID = re.compile(r"^UID:[0-9A-HJKMNP-TV-Z]{26}@api\.test\r?$", re.MULTILINE)  # an event at this host: nobody's address
OURS = parseaddr(SETTINGS.mail_from)[1]
READS = [endpoint for endpoint in ENDPOINTS if endpoint.method == "GET" and endpoint.tag != "documents"]


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with World() as world:
        yield Sample(world)


def addresses(answer: Answer) -> set[str]:
    """The people's addresses in an answer; of calendars as their readers see them, whose lines are not folded."""
    unfolded = answer.text.replace("\r\n ", "")
    return set(ADDRESS.findall(UID.sub("", unfolded))) - {OURS}


@pytest.mark.parametrize("endpoint", READS, ids=name)
def test_a_visitor_sees_no_address_anywhere(sample: Sample, endpoint: Endpoint) -> None:
    answer = sample.send(endpoint)

    assert not addresses(answer)
    assert not ADDRESS.search(str(dict(answer.headers)))


@pytest.mark.parametrize("endpoint", READS, ids=name)
def test_a_stranger_sees_no_address_but_their_own(sample: Sample, endpoint: Endpoint) -> None:
    answer = sample.send(endpoint, token=sample.stranger.token)

    assert addresses(answer) <= {sample.stranger.email}


@pytest.mark.parametrize("endpoint", READS, ids=name)
def test_an_attendee_sees_no_address_but_their_own(sample: Sample, endpoint: Endpoint) -> None:
    answer = sample.send(endpoint, token=sample.ada.token)

    assert addresses(answer) <= {sample.ada.email}


def test_the_organizer_sees_the_addresses_of_those_who_come_and_no_others(sample: Sample) -> None:
    seen = {one.name: addresses(sample.send(one, token=sample.olga.token)) for one in READS}

    assert seen.pop("list_team") == seen.pop("list_activity") == {"door@example.org"}, "an invitation is open"
    roster = {"list_enrollments_of_event", "show_enrollment", "export_enrollments"}
    assert {operation for operation, found in seen.items() if found - {sample.olga.email}} == roster
    for operation in roster:
        assert seen[operation] == {sample.ada.email}


def test_refusals_repeat_no_address(sample: Sample) -> None:
    world = sample.world
    answers: list[Answer] = [
        world.post("/auth/signup", {"email": sample.ada.email, "password": PASSWORD}),
        world.post("/auth/signup", {"email": "new.person@example.org", "password": PASSWORD, "username": "ada"}),
        world.post("/auth/login", {"email": sample.ada.email, "password": "wrong password"}),
        world.post("/auth/verify-email", {"email": sample.ada.email, "otp": "123456", "password": PASSWORD}),
        world.post(f"/events/{sample.event['id']}/enrollments", {}, sample.ada.token),
        world.post(f"/events/{sample.event['id']}/cancel", token=sample.olga.token),
    ]

    assert all(answer.status >= 400 for answer in answers)
    assert not any(ADDRESS.search(answer.text) for answer in answers)


class Ears(logging.Handler):
    """Hears what the service logs."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def ears() -> Iterator[Ears]:
    log = logging.getLogger("turnout")
    level, listening = log.level, Ears()
    log.addHandler(listening)
    log.setLevel(logging.INFO)
    yield listening
    log.removeHandler(listening)
    log.setLevel(level)


def whole_story(world: World) -> list[str]:
    """Everything that people do, right and wrong; returns what no log may contain."""
    from chalicelib.workers import jobs, mail, tick

    secrets = [PASSWORD, "another password", "wrong password", "203.0.113", "Ada-Secretname"]
    ada = {
        "email": "ada.secret@example.org",
        "password": PASSWORD,
        "first_name": "Ada-Secretname",
        "username": "adasecret",
    }
    world.post("/auth/signup", ada)
    world.post("/auth/signup", ada)
    code = world.code_for("ada.secret@example.org")
    world.post("/auth/verify-email", {"email": ada["email"], "otp": "000000", "password": PASSWORD})
    world.post("/auth/verify-email", {"email": ada["email"], "otp": code, "password": PASSWORD})
    world.post("/auth/resend-otp", {"email": ada["email"]})
    world.post("/auth/login", {"email": ada["email"], "password": "wrong password"})
    pair = world.post("/auth/login", {"username": "adasecret", "password": PASSWORD}).json
    following = world.post("/auth/refresh", {"refresh": pair["refresh"]}).json
    world.post("/auth/refresh", {"refresh": pair["refresh"] + "x"})
    world.get("/auth/me", pair["access"] + "x")
    sample = Sample(world)
    world.send("PATCH", "/auth/me", {"last_name": "Ada-Secretname"}, token=following["access"])
    changed = world.post(
        "/auth/change-password", {"old_password": PASSWORD, "new_password": "another password"}, following["access"]
    ).json
    event = world.an_event(changed["access"])
    world.post(f"/events/{event['id']}/enrollments", {}, changed["access"], Idempotency_Key="secret-idempotency-key")
    world.send("POST", "/events", raw=b'{"title": "ada.secret@example.org"', token=changed["access"])
    world.get("/events?cursor=ada.secret@example.org")
    world.post(f"/enrollments/{sample.row['id']}/cancel", {"note": "for ada.secret@example.org"}, sample.olga.token)
    cancelled(world, sample.event, sample.olga)
    links = [one for one in READS if one.name in {"show_feed", "show_unsubscribe", "show_link"}]
    assert [sample.send(one).status for one in links] == [200] * 3
    world.mailer.failures.append(SendLaterError("Throttling"))
    world.mailer.failures.append(SendRefusedError("MessageRejected"))
    while world.queue.waiting:
        due = world.queue.waiting.popleft()
        record = {"messageId": "m", "body": json.dumps({"bucket": due.key.bucket, "place": due.key.place})}
        (mail if due.kind.is_mail else jobs).handle({"Records": [record]})
    mail.handle({"Records": [{"messageId": "m", "body": "ada.secret@example.org"}]})
    tick.handle({})
    world.post("/auth/logout", token=changed["access"])
    tokens = [value for one in (pair, following, changed) for value in (one["access"], one["refresh"])]
    parts = [part for token in tokens for part in token.split(".")[2:]]
    parts += [sample.url(one).rpartition("/")[2] for one in links]
    return [
        *secrets,
        *parts,
        code,
        "secret-idempotency-key",
        "ada.secret",
        signed_in(world, sample.ada.account).token,
    ]


def test_a_whole_story_logs_no_address_name_password_token_or_code(world: World, ears: Ears) -> None:
    unsaid = whole_story(world)

    log = "\n".join(ears.lines)
    assert len(ears.lines) > 25
    assert not ADDRESS.search(log)
    assert [secret for secret in unsaid if secret in log] == []


def requests(ears: Ears) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [json.loads(line) for line in ears.lines]
    return [line for line in lines if line["message"] == "request"]


def test_every_request_is_one_line_of_json_with_its_id_operation_and_status(world: World, ears: Ears) -> None:
    world.get("/events")
    world.get("/auth/me")
    world.send("HEAD", "/events")
    world.send("PUT", "/events")

    lines = requests(ears)
    names = ("level", "message", "request_id", "operation", "status", "code", "user")
    assert [tuple(line[name] for name in names) for line in lines] == [
        ("info", "request", "test-request", operation, status, code, None)
        for operation, status, code in (
            ("list_events", 200, None), ("show_me", 401, "unauthenticated"), ("list_events", 200, None),
            ("none", 405, "method_not_allowed"),
        )
    ]  # fmt: skip
    assert len(lines) == len(ears.lines)
    assert all(line["ms"] >= 0 for line in lines)
    assert all(len(line) <= 1024 for line in ears.lines)


def test_a_line_says_what_the_request_cost_and_whose_it_was(
    world: World, ears: Ears, olga: Person, ada: Person
) -> None:
    event = world.an_event(olga.token)
    ears.lines.clear()
    world.post(f"/events/{event['id']}/enrollments", {}, olga.token)
    with world.db.meter() as meter:
        world.post(f"/events/{event['id']}/enrollments", {}, ada.token)
    world.get("/auth/me", olga.token)

    lines = requests(ears)
    assert lines[0]["user"] == lines[-1]["user"] != lines[-2]["user"]
    assert (lines[-1]["calls"], lines[-1]["write_units"], lines[-1]["conflicts"]) == (2, 0, 0)
    of_all = lines[1:-1]
    assert sum(line["calls"] for line in of_all) == meter.calls
    assert sum(line["read_units"] for line in of_all) == meter.reads
    assert sum(line["write_units"] for line in of_all) == meter.writes
    assert olga.id not in "".join(ears.lines)


def test_a_call_with_a_key_is_its_accounts_and_no_line_has_the_key(world: World, ears: Ears, olga: Person) -> None:
    key = an_api_key(world, olga)["secret"]
    ears.lines.clear()
    world.get("/auth/me", olga.token)
    world.get("/auth/me", key)
    world.post("/auth/logout", None, key)
    world.get(f"/events/{key}", key)

    with_login, with_key = requests(ears)[:2]
    assert with_login["user"] == with_key["user"]
    assert "tk_turnout_" not in "".join(ears.lines)


def test_a_conflict_is_counted_where_it_happened(world: World, ears: Ears) -> None:
    """Beside DynamoDB's own figure of a table, this names the operation."""
    with usage.counted() as used:
        usage.called("PutItem", {"ConsumedCapacity": {"CapacityUnits": 2.0}})
        usage.called("BatchGetItem", {"ConsumedCapacity": [{"CapacityUnits": 0.5}, {"CapacityUnits": 1.0}]})
        usage.refused(conflict=True)

    assert used.facts() == {"calls": 3, "read_units": 1.5, "write_units": 2.0, "conflicts": 1}
