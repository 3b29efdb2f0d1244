"""The tables of the running stack, read and written past the API: what counters and rows really say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import botocore.session
from pynamodb.connection.base import Connection

from chalicelib.container import Container, system_clock
from chalicelib.domain.accounts.account import Role
from chalicelib.domain.enrollments.enrollment import EnrollmentChange, EnrollmentKey
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.domain.shared.times import stamp, to_milliseconds
from chalicelib.settings import Settings
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Get
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import EnrollmentItem, PostingItem, SeatItem
from devtools.local.stack import Running
from tests.e2e.site import User
from tests.support import builders
from tests.support.expected.agreement import disagreements
from tests.support.world import World

MOMENT = timedelta(milliseconds=300)


def container_on(stack: Running) -> Container:
    """The application's parts on the engine of the stack, with the keys of the stack."""
    environment = stack.environment
    region = environment["AWS_DEFAULT_REGION"]
    connection = Connection(region=region, max_retry_attempts=0)
    connection._client = botocore.session.Session().create_client(
        "dynamodb",
        region,
        endpoint_url=stack.endpoint_url,
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    return Container(Settings.from_env(environment), connection=connection)


SOON = timedelta(minutes=10)  # a mail waits two minutes for its tick at most, a sum three


class Tables:
    """What a test needs of the engine's content."""

    def __init__(self, stack: Running) -> None:
        self._container = container_on(stack)

    def people(self, number: int, *roles: Role) -> list[User]:
        """Accounts that are verified and signed in, without a password hash and a mail for each of them.

        With `roles` they have these; otherwise everything that a person may choose.
        """
        place = cast("World", SimpleNamespace(clock=system_clock, container=self._container))
        made = [builders.a_person(place, roles=roles or builders.BOTH) for _ in range(number)]
        return [User(one.id, one.email, one.token, one.refresh) for one in made]

    def free_seats(self, event_id: str) -> int:
        """What the shards of the event have left together."""
        header = self._container.store.dynamo.get(SeatItem, keys.seat(event_id, 0), consistent=True)
        assert header is not None
        others = [
            self._container.store.dynamo.get(SeatItem, keys.seat(event_id, shard), consistent=True)
            for shard in range(1, int(header.n))
        ]
        return sum(int(one.free) for one in [header, *others] if one is not None)

    def rows(self, event_id: str) -> list[Mapping[str, Any]]:
        """Every enrollment row of the event: who and in which state."""
        found = self._container.store.events.with_seats(event_id, consistent=True)
        assert found is not None
        rows: list[Mapping[str, Any]] = []
        for bucket in range(found[0].buckets):
            query = Query(model=EnrollmentItem, partition=keys.enrollments(event_id, bucket), consistent=True)
            pages = self._container.store.dynamo.query(query)
            rows += [{"person": raw["sk"]["S"], "status": raw["status"]["S"]} for raw in pages["Items"]]
        return rows

    def waiting(self, event_id: str) -> list[str]:
        """Who waits, in the order of their tickets."""
        return [row.key.attendee_id for row in self._container.store.enrollments.first_waiting(event_id, 200)]

    def ends_now(self, event_id: str, person: User) -> None:
        """The hold or offer of this person ends in a moment, as if its time had passed."""
        found = self._container.store.events.with_seats(event_id, consistent=True)
        assert found is not None
        row = self._container.store.enrollments.by_key(EnrollmentKey.of(event_id, found[0].buckets, person.id))
        assert row is not None
        sooner = replace(row, expires_at=to_milliseconds(system_clock() + MOMENT), version=row.version + 1)
        self._container.store.enrollments.write([EnrollmentChange(row, sooner)], [], [])

    def disagreements(self, event_id: str) -> list[str]:
        """What the tables say of the event that cannot all be true."""
        found = self._container.store.events.with_seats(event_id, consistent=True)
        assert found is not None
        gets = [Get(SeatItem, keys.seat(event_id, shard)) for shard in range(found[1].shards)]
        seats = self._container.store.dynamo.transact_get(gets)
        items: list[Mapping[str, Any]] = []
        for part in (*range(found[0].buckets), "W", "H"):
            query = Query(model=EnrollmentItem, partition=f"{event_id}#{part}", consistent=True)
            items += self._container.store.dynamo.query(query)["Items"]
        return disagreements([raw for raw in seats if raw], items)

    def live_people(self, event_id: str) -> list[str]:
        return sorted(row["person"] for row in self.rows(event_id) if row["status"] == "confirmed")

    def lose_words(self, event_id: str, letters: str) -> None:
        """The rows that show the event under the words that begin so go."""

        def is_lost(posted: tuple[str, str]) -> bool:
            return posted[0] == "word" and posted[1].startswith(letters)

        places = self._container.store.event_index.indexed(event_id).places
        lost = [(posted, place) for place, names in places.items() for posted in names if is_lost(posted)]
        for posted, place in lost:
            self._container.store.dynamo.delete(PostingItem, (keys.posted(*posted), place))

    def unfinished(self) -> int:
        """How many mails and jobs wait or are being worked on.

        What is due later does not count: a deadline, an audit, a sum, the end of a time of grace.
        """
        now = system_clock()
        client: Any = self._container.store.dynamo.connection.client
        pages = client.get_paginator("scan").paginate(
            TableName=self._container.store.dynamo.table("due"),
            FilterExpression="#s IN (:waiting, :claimed) AND sk <= :soon AND "
            "NOT ((kind IN (:expire, :no_shows, :sum, :audit, :remind, :reminder, :follow_up) OR contains(sk, :full)) "
            "AND sk > :now)",
            ExpressionAttributeNames={"#s": "state"},
            ExpressionAttributeValues={
                ":waiting": {"S": "waiting"},
                ":claimed": {"S": "claimed"},
                ":audit": {"S": OutboxKind.AUDIT.value},
                ":expire": {"S": OutboxKind.EXPIRE.value},
                ":full": {"S": ".full"},  # the job by which an event joins the list of full ones
                ":no_shows": {"S": OutboxKind.NO_SHOWS.value},
                ":remind": {"S": OutboxKind.REMIND.value},
                ":reminder": {"S": OutboxKind.REMINDER.value},
                ":follow_up": {"S": OutboxKind.FOLLOW_UP.value},
                ":sum": {"S": OutboxKind.SUM.value},
                ":now": {"S": stamp(now)},
                ":soon": {"S": stamp(now + SOON)},
            },
        )
        return sum(int(page["Count"]) for page in pages)
