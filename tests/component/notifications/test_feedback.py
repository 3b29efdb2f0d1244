"""What SES reports, however often and in whatever order: dead addresses, what becomes of mails, who was not told."""

import contextlib
import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import container
from chalicelib.domain.outbox.entry import OutboxState
from chalicelib.workers import feedback
from devtools.simdb.client import SimClient
from tests.support.builders import a_person, due_rows, enrolled
from tests.support.handles import key_named
from tests.support.mails.notices import bounce, complaint, delivery
from tests.support.world import World

OK: dict[str, Any] = {"batchItemFailures": []}


class Crash(BaseException):
    """The process ends: nothing catches it."""


class CrashingClient(SimClient):
    """Ends the process at one call, before it is made or after its answer was lost."""

    def __init__(self, world: World, at: int, *, before: bool) -> None:
        super().__init__(world.db)
        self._left, self._before = at, before

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> dict[str, Any]:
        self._left -= 1
        if self._left == 0 and self._before:
            raise Crash
        answer = super()._make_api_call(operation_name, api_params)
        if self._left == 0:
            raise Crash
        return answer


class Scene:
    """Ada is enrolled at an event of Olga's, and was sent the confirmation."""

    def __init__(self, world: World, capacity: int = 20) -> None:
        self.world = world
        self.olga, self.ada = a_person(world), a_person(world, "ada@example.org")
        self.event = world.an_event(self.olga.token, capacity=capacity)
        self.row = enrolled(world, self.event, self.ada)
        [self.mail] = list(world.queue.waiting)
        world.work()
        world.clock.advance(timedelta(seconds=1))

    def take(self, *bodies: str) -> dict[str, Any]:
        container.use(self.world.container)
        return feedback.handle({"Records": [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]})

    def shown(self) -> dict[str, Any]:
        return dict(self.world.get(f"/enrollments/{self.row['id']}", self.ada.token).json)

    def bounced(self) -> int:
        [event] = self.world.get("/me/events", self.olga.token).json["results"]
        return int(event["counts"]["bounced"])

    def state(self) -> tuple[object, ...]:
        """Everything that reports leave behind, but for the version of the row."""
        mailboxes = [row for row in self.world.db.snapshot_all("turnout-accounts") if row["pk"]["S"][:8] == "mailbox#"]
        [sent] = due_rows(self.world, "enrollment_confirmed")
        told = {name: value for name, value in sent.items() if name.startswith("feedback")}
        return mailboxes, told, self.bounced(), self.shown()["mail"], bool(self.marked())

    def marked(self) -> datetime | None:
        key = key_named(self.row["id"])
        row = self.world.container.store.enrollments.by_key(key) if key else None
        assert row
        return row.bounced_at


@pytest.fixture
def scene(world: World) -> Scene:
    return Scene(world)


def test_a_delivered_mail_shows_on_the_enrollment(scene: Scene) -> None:
    assert scene.take(delivery("ada@example.org", scene.mail.key)) == OK

    assert scene.shown()["mail"] == {
        "kind": "enrollment_confirmed",
        "state": "delivered",
        "at": "2026-06-01T09:05:00Z",
        "reason": None,
    }


@pytest.mark.parametrize("capacity", [20, 600])
def test_a_mail_that_came_back_marks_the_enrollment_counts_and_ends_the_address(world: World, capacity: int) -> None:
    scene = Scene(world, capacity)

    assert scene.take(bounce("ada@example.org", scene.mail.key)) == OK

    assert scene.marked() == datetime(2026, 6, 1, 9, 5, tzinfo=UTC)
    assert scene.bounced() == 1
    mail = scene.shown()["mail"]
    assert (mail["state"], mail["reason"]) == ("bounced", "Permanent/General smtp; 550 user unknown")
    assert world.container.store.mailboxes.get("ada@example.org").suppressed == "bounce"


def test_nothing_is_sent_to_the_address_any_more(scene: Scene) -> None:
    scene.take(bounce("ada@example.org", scene.mail.key))
    sent = len(scene.world.mailer.sent)

    scene.world.delete(f"/enrollments/{scene.row['id']}", scene.ada.token)
    [due] = [one for one in scene.world.queue.waiting if one.kind.is_mail]

    assert scene.world.container.notifications.deliver(due.key) is OutboxState.SKIPPED
    assert len(scene.world.mailer.sent) == sent
    assert (scene.shown()["mail"]["state"], scene.shown()["mail"]["reason"]) == ("skipped", "suppressed: bounce")


def test_an_answering_machine_ends_nothing(scene: Scene) -> None:
    scene.take(bounce("ada@example.org", scene.mail.key, kind="Transient", subtype="General", diagnosis=""))

    assert scene.world.container.store.mailboxes.get("ada@example.org").suppressed is None
    assert (scene.bounced(), scene.marked()) == (0, None)
    mail = scene.shown()["mail"]
    assert (mail["state"], mail["reason"]) == ("sent", "Transient/General")


def test_a_complaint_ends_the_address_and_is_no_bounce(scene: Scene) -> None:
    scene.take(complaint("ada@example.org", scene.mail.key))

    assert scene.world.container.store.mailboxes.get("ada@example.org").suppressed == "complaint"
    assert (scene.shown()["mail"]["state"], scene.bounced()) == ("complained", 0)


def test_every_order_with_every_repetition_ends_in_the_same_state() -> None:
    ends = []
    for order in itertools.permutations(range(3)):
        with World() as world:
            scene = Scene(world)
            to, key = "ada@example.org", scene.mail.key
            notices = [
                delivery(to, key, at="2026-06-01T09:01:00.000Z"),
                bounce(to, key, at="2026-06-01T09:02:00.000Z"),
                complaint(to, key, at="2026-06-01T09:03:00.000Z"),
            ]
            for number in (*order, *order[:2], order[0]):
                assert scene.take(notices[number]) == OK
            ends.append(scene.state())

    assert ends == ends[:1] * 6
    mailboxes, told, bounced, mail, marked = ends[0]
    assert "2026-06-01T09:03:00.000Z complaint" in str(mailboxes)
    assert ("'feedback': 'complained'" in str(told), bounced, marked) == (True, 1, True)
    assert "'state': 'complained'" in str(mail)


def calls_of_a_bounce() -> int:
    with World() as world:
        scene = Scene(world)
        client = CrashingClient(world, 0, before=True)
        world.container.store.dynamo.connection._client = client  # type: ignore[assignment]
        scene.take(bounce("ada@example.org", scene.mail.key))
        return -client._left


@pytest.mark.parametrize("before", [True, False])
def test_a_crash_at_any_call_is_made_good_by_the_next_delivery(*, before: bool) -> None:
    ends = []
    calls = calls_of_a_bounce()
    assert calls >= 5
    for at in range(1, calls + 2):  # the last one does not crash
        with World() as world:
            scene = Scene(world)
            world.container.store.dynamo.connection._client = CrashingClient(world, at, before=before)  # type: ignore[assignment]
            with contextlib.suppress(Crash):
                scene.take(bounce("ada@example.org", scene.mail.key))
            world.container.store.dynamo.connection._client = SimClient(world.db)  # type: ignore[assignment]
            assert scene.take(bounce("ada@example.org", scene.mail.key)) == OK
            ends.append(scene.state())

    assert ends == ends[:1] * (calls + 1)
    assert ends[0][2] == 1


def test_the_bounce_of_a_mail_before_the_last_one_marks_nothing(scene: Scene) -> None:
    scene.world.clock.advance(timedelta(minutes=11))
    assert scene.world.post(f"/enrollments/{scene.row['id']}/resend", None, scene.olga.token).status == 202

    scene.take(bounce("ada@example.org", scene.mail.key))

    assert (scene.marked(), scene.bounced()) == (None, 0)


def test_sending_it_again_takes_the_mark_away(scene: Scene) -> None:
    scene.take(bounce("ada@example.org", scene.mail.key))
    scene.world.container.store.mailboxes.lift("ada@example.org", scene.world.clock() + timedelta(minutes=40))
    scene.world.clock.advance(timedelta(minutes=40))

    assert scene.world.post(f"/enrollments/{scene.row['id']}/resend", None, scene.olga.token).status == 202
    assert (scene.marked(), scene.bounced(), scene.shown()["mail"]["state"]) == (None, 0, "queued")
    scene.world.work()

    assert scene.shown()["mail"]["state"] == "sent"
    assert len(scene.world.mailer.to("ada@example.org")) == 2


def test_a_mail_of_an_earlier_enrolment_marks_nothing(scene: Scene) -> None:
    scene.world.delete(f"/enrollments/{scene.row['id']}", scene.ada.token)
    enrolled(scene.world, scene.event, scene.ada)

    scene.take(bounce("ada@example.org", scene.mail.key))

    assert (scene.marked(), scene.bounced()) == (None, 0)


def test_who_has_left_does_not_count(scene: Scene) -> None:
    scene.take(bounce("ada@example.org", scene.mail.key))
    assert scene.bounced() == 1

    scene.world.delete(f"/enrollments/{scene.row['id']}", scene.ada.token)

    assert scene.bounced() == 0


def test_who_waits_keeps_the_place_and_is_marked_there_too(world: World) -> None:
    olga, ada, bob = a_person(world), a_person(world), a_person(world, "bob@example.org")
    event = world.an_event(olga.token, capacity=1)
    first = enrolled(world, event, ada)
    world.post(f"/events/{event['id']}/enrollments", {"waitlist": True}, bob.token)
    [mail] = [due for due in world.queue.waiting if due.kind == "enrollment_waitlisted"]
    world.work()

    feedback.handle({"Records": [{"messageId": "m", "body": bounce("bob@example.org", mail.key)}]})

    [shown] = world.get(f"/events/{event['id']}/waitlist", olga.token).json["results"]
    assert shown["status"] == "waitlisted"
    assert world.delete(f"/enrollments/{first['id']}", ada.token).status == 204
    promoted = world.get(f"/enrollments/{shown['id']}", bob.token).json
    assert promoted["status"] == "confirmed"
    [counted] = world.get("/me/events", olga.token).json["results"]
    assert counted["counts"]["bounced"] == 1


def test_the_bounce_of_a_code_ends_the_address_and_marks_nothing(world: World) -> None:
    world.post("/auth/signup", {"email": "eve@example.org", "password": "correct horse battery"})
    [mail] = list(world.queue.waiting)
    world.work()

    assert feedback.handle({"Records": [{"messageId": "m", "body": bounce("eve@example.org", mail.key)}]}) == OK

    assert world.container.store.mailboxes.get("eve@example.org").suppressed == "bounce"
    assert due_rows(world, "verify_email")[0]["feedback"] == "bounced"


def test_a_report_about_a_mail_that_is_cleaned_away_still_ends_the_address(scene: Scene) -> None:
    before = due_rows(scene.world)

    assert scene.take(bounce("bob@example.org")) == OK

    assert scene.world.container.store.mailboxes.get("bob@example.org").suppressed == "bounce"
    assert due_rows(scene.world) == before


def test_malformed_notices_are_put_aside_with_their_reason_and_hold_up_no_other(scene: Scene) -> None:
    assert scene.take("junk", delivery("ada@example.org", scene.mail.key), "[]") == OK

    assert scene.shown()["mail"]["state"] == "delivered"
    assert [(queue, body) for queue, body, _ in scene.world.dead_letters.letters] == [
        ("feedback", "junk"),
        ("feedback", "[]"),
    ]
    assert all(reason for _, _, reason in scene.world.dead_letters.letters)


def test_a_busy_table_brings_the_notice_back(scene: Scene) -> None:
    class Throttled(SimClient):
        def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> dict[str, Any]:
            raise ConnectionError

    scene.world.container.store.dynamo.connection._client = Throttled(scene.world.db)  # type: ignore[assignment]

    answer = scene.take(bounce("ada@example.org", scene.mail.key))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert scene.world.dead_letters.letters == []


def test_no_table_keeps_the_address(scene: Scene) -> None:
    scene.take(bounce("bob@example.net", scene.mail.key, diagnosis="550 <bob@example.net> unknown"))

    for table in ("accounts", "due", "enrollments", "seats"):
        assert "bob@example.net" not in str(scene.world.db.snapshot_all(f"turnout-{table}")), table


def test_the_organizers_list_shows_the_mails_in_one_more_read(scene: Scene) -> None:
    bob = a_person(scene.world, "bob@example.org")
    enrolled(scene.world, scene.event, bob)
    scene.take(bounce("ada@example.org", scene.mail.key))

    results = scene.world.get(f"/events/{scene.event['id']}/enrollments", scene.olga.token).json["results"]

    assert {one["attendee"]["email"]: one["mail"]["state"] for one in results} == {
        "ada@example.org": "bounced",
        "bob@example.org": "queued",
    }


def test_the_etag_changes_with_the_fate_of_the_mail_and_if_match_does_not_care(scene: Scene) -> None:
    url = f"/enrollments/{scene.row['id']}"
    before = scene.world.get(url, scene.ada.token).headers["ETag"]
    assert scene.world.get(url, scene.ada.token, If_None_Match=before).status == 304

    scene.take(delivery("ada@example.org", scene.mail.key))

    assert scene.world.get(url, scene.ada.token, If_None_Match=before).status == 200
    assert scene.world.delete(url, scene.ada.token, If_Match=before).status == 204
