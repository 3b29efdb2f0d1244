"""`make redrive`: what an operator sees of what failed for good, and that it is tried again exactly once."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import botocore.session
import moto
import pytest
from rich.console import Console

from chalicelib.container import system_clock
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.mail.dead_letters import SqsDeadLetters
from chalicelib.services.notifications.ports import SendRefusedError
from chalicelib.workers import mail
from operations.redrive.__main__ import run
from operations.redrive.messages import DeadQueue
from tests.support.builders import Person, a_person, due_rows, enrolled
from tests.support.people.admin import acts
from tests.support.world import World

CLOUD = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
REASON = "refused: MessageRejected: *** is on a list"


class Dead:
    """The queue of mails and its dead letters, in moto."""

    def __init__(self) -> None:
        self.sqs = botocore.session.get_session().create_client("sqs")
        self.urls = {name: self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("mail", "mail-dead")}
        self.queues = {QueueName.MAIL: DeadQueue(self.sqs, self.urls["mail-dead"], self.urls["mail"])}
        self.letters = SqsDeadLetters({QueueName.MAIL: self.urls["mail-dead"]})

    def number(self, name: str) -> int:
        """Visible messages: what the alarm of a queue of dead letters looks at."""
        wanted = "ApproximateNumberOfMessages"
        found = self.sqs.get_queue_attributes(QueueUrl=self.urls[name], AttributeNames=[wanted])
        return int(found["Attributes"][wanted])


@pytest.fixture
def dead(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dead]:
    for name, value in CLOUD.items():
        monkeypatch.setenv(name, value)
    with moto.mock_aws():
        made = Dead()
        world.container.mail.dead_letters = made.letters
        yield made


def failed_mails(world: World, olga: Person, number: int) -> None:
    event = world.an_event(olga.token)
    for _ in range(number):
        enrolled(world, event, a_person(world))
    world.mailer.failures.extend([SendRefusedError("MessageRejected: ada@example.org is on a list")] * number)
    while world.queue.waiting:
        due = world.queue.waiting.popleft()
        body = f'{{"bucket": "{due.key.bucket}", "place": "{due.key.place}"}}'
        assert world.handed("mail" if due.kind.is_mail else "jobs", body) == {"batchItemFailures": []}


def redrive(world: World, dead: Dead, *, write: bool) -> tuple[int, str]:
    text = StringIO()
    terminal, until = Console(file=text, width=200), system_clock() + timedelta(seconds=1)
    code = run(world.container, [QueueName.MAIL], dead.queues, terminal, until=until, write=write)
    return code, text.getvalue()


def test_a_dry_run_lists_reasons_without_addresses_and_changes_nothing(world: World, olga: Person, dead: Dead) -> None:
    failed_mails(world, olga, 3)
    dead.letters.bury(QueueName.MAIL, "junk of ada@example.org", "not the key of a due row")
    before = world.db.snapshot_all("turnout-accounts")

    for _ in range(2):
        code, text = redrive(world, dead, write=False)
        assert code == 1
        assert f"mail: 3 rows that failed: enrollment_confirmed: {REASON}" in text
        assert "mail: 1 messages without such a row: not the key of a due row" in text
        assert "ada@example.org" not in text

    assert dead.number("mail-dead") == 4
    assert dead.number("mail") == 0
    assert world.db.snapshot_all("turnout-accounts") == before


def test_everything_is_tried_again_once_and_the_alarm_is_over(world: World, olga: Person, dead: Dead) -> None:
    failed_mails(world, olga, 2)
    sent = len(world.mailer.sent)

    assert redrive(world, dead, write=True)[0] == 0
    code, text = redrive(world, dead, write=True)
    world.work()

    assert (code, "0 tried again." in text) == (0, True)
    assert dead.number("mail-dead") == 0
    assert len(world.redriven.letters) == 2, "each row is put back once"
    for _, body, reason in world.redriven.letters * 2:
        record = {"messageId": "message-0", "body": body, "messageAttributes": {"reason": {"stringValue": reason}}}
        assert mail.handle({"Records": [record]}) == {"batchItemFailures": []}
    assert len(world.mailer.sent) == sent + 2
    assert {row["state"] for row in due_rows(world, "enrollment_confirmed")} == {"done"}
    assert [(act["admin"], act["what"]) for act in acts(world)] == [("operator", "redrive_letter")] * 2


def test_a_message_that_no_row_accounts_for_goes_back_as_it_is(world: World, dead: Dead) -> None:
    dead.sqs.send_message(QueueUrl=dead.urls["mail-dead"], MessageBody="by SQS")
    dead.letters.bury(QueueName.MAIL, "by us", "a kind of mail that this version does not know")

    code, text = redrive(world, dead, write=True)

    assert code == 0
    assert "2 tried again." in text
    assert (dead.number("mail-dead"), dead.number("mail")) == (0, 2)
    found = dead.sqs.receive_message(QueueUrl=dead.urls["mail"], MaxNumberOfMessages=10, MessageAttributeNames=["All"])[
        "Messages"
    ]
    reasons = {one["Body"]: "reason" in one.get("MessageAttributes", {}) for one in found}
    assert reasons == {"by SQS": False, "by us": True}


def test_an_interrupted_run_goes_on_with_those_that_are_left(
    world: World, olga: Person, dead: Dead, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed_mails(world, olga, 3)
    desk = world.container.admin.letters
    real = desk.redrive_by_operator
    done: list[str] = []

    def until_interrupted(letter_id: str) -> object:
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(letter_id)
        return real(letter_id)

    monkeypatch.setattr(desk, "redrive_by_operator", until_interrupted)
    with pytest.raises(KeyboardInterrupt):
        redrive(world, dead, write=True)
    monkeypatch.setattr(desk, "redrive_by_operator", real)

    code, text = redrive(world, dead, write=True)

    assert (code, "mail: 2 rows that failed" in text) == (0, True)
    assert len(acts(world)) == 3
    assert dead.number("mail-dead") == 0


def test_other_queues_are_left_alone(world: World, olga: Person, dead: Dead) -> None:
    failed_mails(world, olga, 1)
    now = world.clock()

    assert run(world.container, [QueueName.JOBS], {}, Console(file=StringIO()), until=now, write=True) == 0

    assert dead.number("mail-dead") == 1
    assert acts(world) == []


def test_what_came_after_it_began_is_left_to_the_next_run(world: World, dead: Dead) -> None:
    dead.letters.bury(QueueName.MAIL, "later", "a reason")
    before = system_clock() - timedelta(hours=1)

    assert run(world.container, [QueueName.MAIL], dead.queues, Console(file=StringIO()), until=before, write=True) == 0

    assert dead.number("mail") == 0


def test_the_message_of_a_row_that_waits_after_it_was_driven_is_not_lost(
    world: World, olga: Person, dead: Dead
) -> None:
    failed_mails(world, olga, 1)
    assert redrive(world, dead, write=True)[0] == 0
    world.work()
    [(queue, body, reason)] = world.redriven.letters
    dead.letters.bury(queue, body, reason)  # as SQS does when its tries are used up

    assert redrive(world, dead, write=True)[0] == 0

    assert (dead.number("mail-dead"), dead.number("mail")) == (0, 1)
