"""Many threads, each with an application of its own, on one real DynamoDB; conflicts come as often as is wished."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.connection.base import Connection

from chalicelib.container import Container
from chalicelib.domain.accounts.account import Claims
from chalicelib.domain.errors import TurnoutError
from chalicelib.domain.events.event import Event
from chalicelib.domain.shared.ids import new_ulid
from chalicelib.mail.render import TemplateRenderer
from chalicelib.services.enrollments.enrol import EnrolmentRequest
from chalicelib.services.enrollments.view import EnrollmentView
from chalicelib.services.shared.outcomes import TryAgainError
from chalicelib.store.items.accounts import account_item, session_item
from tests.contract.dynamodb.engines import Client
from tests.integration.store.stories import a_session, an_account
from tests.support.expected.agreement import disagreements, rows_of
from tests.support.fakes import FastPasswords, MemoryMailer, MemoryQueue, SetClock
from tests.support.tables import create_table_requests
from tests.support.world import SETTINGS

RENDERER = TemplateRenderer("Turnout")
CONFLICTS = 0.15  # of all transactions; DynamoDB Local lets transactions wait for each other where AWS refuses one
THREADS = 10
Press = Callable[[Container], Any]


class Rough:
    """The engine's client; every now and then a transaction meets another one, as on AWS."""

    def __init__(self, client: Client, seed: int, conflicts: list[int]) -> None:
        self._client = client
        self._rng = random.Random(seed)
        self._seed = seed
        self._conflicts = conflicts

    def _make_api_call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if operation == "TransactWriteItems" and self._rng.random() < CONFLICTS:
            self._conflicts.append(self._seed)
            reasons: list[dict[str, Any]] = [{"Code": "None"} for _ in parameters["TransactItems"]]
            reasons[0] = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
            error = {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"}
            raise ClientError({"Error": error, "CancellationReasons": reasons}, operation)
        return self._client._make_api_call(operation, parameters)


class Crossing:
    """One place where many applications meet: the same tables and clock, a process of its own for everybody."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.clock = SetClock()
        self.queue = MemoryQueue()
        self.mailer = MemoryMailer()
        for table in create_table_requests("race"):
            client._make_api_call("CreateTable", table)
        self.conflicts: list[int] = []  # whose transactions met another one
        self._seeds = iter(range(10_000))
        self.quiet = self.process(client)

    def close(self) -> None:
        for table in create_table_requests("race"):
            self.client._make_api_call("DeleteTable", {"TableName": table["TableName"]})

    def process(self, client: Any = None) -> Container:
        seed = next(self._seeds)
        connection = Connection(region="us-east-1", max_retry_attempts=0)
        rough = Rough(self.client, seed, self.conflicts)
        call = client._make_api_call if client else rough._make_api_call
        signer = SimpleNamespace(_credentials=True)  # or PynamoDB makes a client of its own
        stand_in = SimpleNamespace(_make_api_call=call, _request_signer=signer)
        connection._client = stand_in  # type: ignore[assignment]
        return Container(
            replace(SETTINGS, table_prefix="race"),
            clock=self.clock,
            sleep=lambda seconds: time.sleep(min(seconds, 0.02)),
            rng=random.Random(seed),
            connection=connection,
            queue=self.queue,
            mailer=self.mailer,
            renderer=RENDERER,
            passwords=FastPasswords(8),
        )

    # People and what they do

    def people(self, number: int) -> list[Claims]:
        """Accounts that are verified and signed in."""
        found = []
        for _ in range(number):
            person = new_ulid(self.clock())
            account = an_account(f"{person}@example.org", id=person, email_verified=True)
            session = a_session(account)
            self.quiet.store.dynamo.put(account_item(account))
            self.quiet.store.dynamo.put(session_item(session))
            found.append(Claims(account.id, session.id))
        return found

    def at_once(self, presses: Sequence[Press]) -> list[str]:
        """What came of each: the status of the enrollment, or the code of the refusal."""
        outcomes: dict[int, str] = {}
        together = threading.Barrier(THREADS)

        def worker(first: int) -> None:
            mine = self.process()
            together.wait()
            for number in range(first, len(presses), THREADS):
                try:
                    outcomes[number] = _outcome(presses[number], mine)
                except Exception as failure:  # noqa: BLE001 - a name in the outcomes fails the test, with the others'
                    outcomes[number] = repr(failure)

        threads = [threading.Thread(target=worker, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [outcomes[number] for number in range(len(presses))]

    def settle(self, event: Event) -> None:
        """What the workers would do in the end."""
        while self.quiet.seats.settlement.settle(event.id, 50):
            pass

    # What the tables say

    def table(self, name: str) -> list[dict[str, Any]]:
        """All items, page by page."""
        items: list[dict[str, Any]] = []
        request: dict[str, Any] = {"TableName": f"race-{name}", "ConsistentRead": True}
        while True:
            page = self.client._make_api_call("Scan", request)
            items += page["Items"]
            if "LastEvaluatedKey" not in page:
                return items
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def now_live(self, event: Event) -> dict[str, str]:
        """Status by person of all live rows; the tables must agree with themselves."""
        enrollments = self.table("enrollments")
        assert disagreements(self.table("seats"), enrollments) == []
        return {
            row.key.attendee_id: row.status.value
            for row in rows_of(enrollments)
            if row.key.event_id == event.id and row.is_live
        }


def _outcome(press: Press, container: Container) -> str:
    try:
        done = press(container)
    except TurnoutError as refusal:
        return refusal.code
    except TryAgainError:
        return "busy"
    return str(done.enrollment.status.value) if isinstance(done, EnrollmentView) else "done"


def enrol(who: Claims, event: Event, **options: Any) -> Press:
    return lambda container: container.enrollments.enrol(
        who, EnrolmentRequest(event_id=event.id, request_id="race", **options), idempotency=None
    )
