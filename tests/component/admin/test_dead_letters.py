"""What failed for good is a letter with its reason, and is tried again once for each letter."""

from datetime import timedelta

from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.notifications.ports import SendRefusedError
from chalicelib.workers import mail
from tests.support.builders import Person, a_letter, due_rows, enrolled
from tests.support.people.admin import acts, kinds
from tests.support.problems import problem
from tests.support.world import World


def refused_mail(world: World, person: Person, event_owner: Person) -> dict[str, str]:
    """A confirmation that the provider refused; its row."""
    event = world.an_event(event_owner.token)
    enrolled(world, event, person)
    world.mailer.failures.append(SendRefusedError("MessageRejected: ada@example.org is on a list"))
    world.work()
    [row] = [row for row in due_rows(world, "enrollment_confirmed") if row["state"] == "failed"]
    return row


def back_in_their_queues(world: World) -> None:
    """What was put back into the queue of mails is handed to its worker, as SQS does."""
    for queue, body, reason in world.redriven.letters:
        assert queue is QueueName.MAIL
        attributes = {"reason": {"stringValue": reason, "dataType": "String"}}
        record = {"messageId": "message-1", "body": body, "messageAttributes": attributes}
        assert mail.handle({"Records": [record]}) == {"batchItemFailures": []}
    world.redriven.letters.clear()


def test_a_mail_that_was_refused_is_listed_without_the_address(world: World, admin: Person, ada: Person) -> None:
    refused_mail(world, ada, admin)

    answer = world.get("/admin/dead-letters", admin.token)

    assert (answer.status, answer.json["count"], answer.json["count_exact"]) == (200, 1, True)
    [letter] = answer.json["results"]
    assert (letter["queue"], letter["kind"], letter["redriven_at"]) == ("mail", "enrollment_confirmed", None)
    assert letter["reason"] == "refused: MessageRejected: *** is on a list"


def test_redriving_sends_the_mail_once(world: World, admin: Person, ada: Person) -> None:
    row = refused_mail(world, ada, admin)
    [letter] = world.get("/admin/dead-letters", admin.token).json["results"]
    url = f"/admin/dead-letters/{letter['id']}/redrive"

    first = world.post(url, None, admin.token)
    again = world.post(url, None, admin.token)
    world.work()

    assert (first.status, again.status) == (202, 202)
    assert again.json == first.json
    assert first.json["redriven_at"] == "2026-06-01T09:00:00Z"
    assert len(world.redriven.letters) == 1
    back_in_their_queues(world)
    assert [due["state"] for due in due_rows(world, "enrollment_confirmed") if due["sk"] == row["sk"]] == ["done"]
    assert len(world.mailer.to(ada.email)) == 1
    assert [(act["what"], act["about"]) for act in acts(world)] == [("redrive_letter", letter["id"])]


def test_what_fails_again_is_a_letter_of_its_own(world: World, admin: Person, ada: Person) -> None:
    refused_mail(world, ada, admin)
    [letter] = world.get("/admin/dead-letters", admin.token).json["results"]
    world.post(f"/admin/dead-letters/{letter['id']}/redrive", None, admin.token)
    world.work()
    world.clock.advance(timedelta(seconds=5))
    world.mailer.failures.append(SendRefusedError("again"))

    back_in_their_queues(world)

    letters = world.get("/admin/dead-letters", admin.token).json["results"]
    assert [one["redriven_at"] is None for one in letters] == [True, False]
    assert letters[0]["reason"] == "refused: again"


def test_a_job_that_puts_back_stays_while_the_queue_has_no_address(world: World, admin: Person) -> None:
    world.redriven.missing = True
    world.post(f"/admin/dead-letters/{a_letter(world)}/redrive", None, admin.token)
    [job] = [due for due in world.queue.waiting if due.kind is OutboxKind.REDRIVE]

    answer = world.handed("jobs", f'{{"bucket": "{job.key.bucket}", "place": "{job.key.place}"}}')

    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    world.redriven.missing = False
    world.clock.advance(timedelta(minutes=3))
    world.tick()
    world.work()
    assert len(world.redriven.letters) == 1


def test_letters_come_in_pages_the_last_ones_first(world: World, admin: Person) -> None:
    made = []
    for _ in range(3):
        made.append(a_letter(world))
        world.clock.advance(timedelta(seconds=1))

    first = world.get("/admin/dead-letters?page_size=2", admin.token).json
    second = world.get(first["next"], admin.token).json

    assert [one["id"] for one in first["results"] + second["results"]] == made[::-1]
    assert (second["next"], second["count"]) == (None, 3)
    assert [one["id"] for one in world.get(second["previous"], admin.token).json["results"]] == made[:0:-1]


def test_a_letter_that_is_not_there_is_not_redriven(world: World, admin: Person) -> None:
    for letter_id in ("20260601T090000000Z-x", "junk", "x" * 65, "%C3%A4"):
        problem(world.post(f"/admin/dead-letters/{letter_id}/redrive", None, admin.token), 404, "not_found")

    assert kinds(world) == []
