"""The simulated DynamoDB: the API subset that Turnout uses, exact, in memory, and fast.

Without a scheduler it simply answers. With one, every call is a point where others run and faults strike.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from devtools.simdb.errors import InvalidError, validation
from devtools.simdb.faults import Fault
from devtools.simdb.meter import Meter, Receipt
from devtools.simdb.operations import registry
from devtools.simdb.operations.operation import Answer, Operation
from devtools.simdb.scheduler import Scheduler
from devtools.simdb.shapes import ShapeRecorder
from devtools.simdb.tables.storage import Storage
from devtools.simdb.values import Item, Row, copy_item, ingest_item, scalar


class SimDB(Storage):
    """The database, and what tests may do to it beyond the API."""

    def __init__(self, scheduler: Scheduler | None = None, **options: float) -> None:
        super().__init__(scheduler, **options)
        self.meters: list[Meter] = []
        self.recorders: list[ShapeRecorder] = []

    def meter(self, *, mine: bool = False) -> Meter:
        """Use it in a `with`; `mine` leaves out what other logical clients do meanwhile."""
        owner = self._caller()
        return Meter(self, (lambda: self._caller() is owner) if mine else None)

    def record_shapes(self) -> ShapeRecorder:
        """Use it in a `with`: collects one example of each distinct operation that is called."""
        return ShapeRecorder(self, self.recorders)

    def snapshot_all(self, table: str) -> list[Item]:
        """Every item as it is now, outside of metering, time and faults."""
        return [copy_item(row.attributes) for row in self.tables[table].rows()]

    def load(self, table: str, items: Iterable[Mapping[str, Any]]) -> None:
        """Puts items outside of metering, time and faults."""
        target = self.tables[table]
        for raw in items:
            item = ingest_item(raw)
            key = target.schema.key.of_item(item)
            old, new = target.get(key), Row(item)
            target.put(key, new)
            for change in target.changes(key, old, new):
                target.indexes[change.index_name].apply(change)

    def delete_expired(self) -> int:
        """Does what TTL does on AWS at some moment within days: removes what has expired; tells how many."""
        gone = 0
        for table in self.tables.values():
            for row in table.rows() if table.ttl_attribute else ():
                expires = row.attributes.get(str(table.ttl_attribute), {})
                if "N" in expires and scalar(expires) <= self.now:
                    self.store(table, table.schema.key.key(row.attributes), row, None)
                    gone += 1
        return gone

    def clone(self, scheduler: Scheduler | None = None) -> "SimDB":
        """An independent copy with the same tables and items, on another scheduler."""
        twin = SimDB(
            scheduler,
            conflict_window=self.conflict_window,
            index_lag=self.index_lag,
            read_lag=self.read_lag,
        )
        twin.clock = self.clock
        twin.tables = {name: table.copy() for name, table in self.tables.items()}
        twin.tokens = self.tokens.copy()
        return twin

    def reset(self) -> None:
        """Empties all tables and forgets all tokens."""
        self.tables = {name: table.emptied() for name, table in self.tables.items()}
        self.tokens.clear()
        self.locks.clear()

    def call(self, name: str, request: Mapping[str, Any]) -> Answer:
        """One API call: an answer, or the error that botocore would raise."""
        operation = registry.find(name, request)
        for meter in self.meters:
            meter.count_call(name)
        if self.scheduler is None or not operation.scheduled:
            return self.perform(operation, request)
        return self.scheduler.call(
            operation.site,
            lambda: self.perform(operation, request),
            kinds=operation.kinds,
            special=lambda fault, _: self._struck(operation, request, fault),
        )

    def _struck(self, operation: Operation, request: Mapping[str, Any], fault: Fault) -> Answer:
        """The call as a fault of DynamoDB's own makes it."""
        if fault is Fault.PARTIAL:
            wanted = sum(len(each["Keys"]) for each in request["RequestItems"].values())
            return self.perform(operation, request, limit=self.rng.randrange(wanted))
        raise operation.failure(fault, request, self.rng)

    def perform(self, operation: Operation, request: Mapping[str, Any], **options: Any) -> Answer:
        """The effect alone, with its bill; what goes wrong is billed too."""
        receipt = Receipt(operation.name)
        try:
            if self.recorders:
                return self._recorded(operation, request, receipt, **options)
            return self._answered(operation, request, receipt, **options)
        except InvalidError as error:
            raise validation(str(error), operation.name) from error
        finally:
            for meter in self.meters:
                meter.count(receipt)

    def _recorded(self, operation: Operation, request: Mapping[str, Any], receipt: Receipt, **options: Any) -> Answer:
        shapes = [recorder.shape(operation.name, request) for recorder in self.recorders]
        outcome: ClientError | None = None
        try:
            answer = self._answered(operation, request, receipt, **options)
        except ClientError as error:
            outcome = error
        for recorder, shape in zip(self.recorders, shapes, strict=True):
            recorder.keep(shape, outcome)
        if outcome is not None:
            raise outcome
        return answer

    def _answered(self, operation: Operation, request: Mapping[str, Any], receipt: Receipt, **options: Any) -> Answer:
        answer = operation.handle(self, request, receipt, **options)
        capacity = receipt.capacity(request.get("ReturnConsumedCapacity"))
        if capacity is not None:
            answer["ConsumedCapacity"] = capacity if operation.many_tables else capacity[0]
        answer["ResponseMetadata"] = {"HTTPStatusCode": 200, "RequestId": "simdb", "RetryAttempts": 0}
        return answer

    def _caller(self) -> Any:
        return None if self.scheduler is None else self.scheduler.current
