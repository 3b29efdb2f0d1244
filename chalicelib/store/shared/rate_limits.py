"""The numbers of the limiter: one item a key; TTL only cleans up what has no effect any more."""

from collections.abc import Sequence

from chalicelib.domain.shared.rate_limit import DAY_SECONDS, Failures
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo, Get
from chalicelib.store.dynamo.tables import FailuresItem, LimitItem

_KEPT_SECONDS = 3_600
_FAILURES_KEPT_SECONDS = 2 * DAY_SECONDS


class DynamoLimits:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def seen(self, names: Sequence[str]) -> list[int | None]:
        # Consistent: somebody who was just counted asks again at once. Raw: a row of an address that others have used
        # must not take longer than none.
        if len(names) == 1:
            raw = self._dynamo.get_raw(LimitItem, keys.limit(names[0]), consistent=True)
            return [int(raw["tat"]["N"]) if raw else None]
        raws = self._dynamo.batch_get([Get(LimitItem, keys.limit(name), consistent=True) for name in names])
        return [int(raw["tat"]["N"]) if raw else None for raw in raws]

    def put(self, key: str, expected: int | None, number: int, mark: str) -> bool:
        same = LimitItem.pk.does_not_exist() if expected is None else LimitItem.tat == expected
        actions = [
            LimitItem.tat.set(number),
            LimitItem.mark.set(mark),
            LimitItem.expires.set(number // 1000 + _KEPT_SECONDS),
        ]

        def attempt() -> bool:
            try:
                self._dynamo.update(LimitItem, keys.limit(key), actions, same)
            except ConditionFailedError as error:
                # A repeat after a lost response finds its own mark: it is counted already, once.
                return error.item is not None and error.item["mark"]["S"] == mark
            return True

        return self._dynamo.retries.run(attempt)

    def failures(self, key: str) -> Failures | None:
        item = self._dynamo.get(FailuresItem, keys.failures(key), consistent=True)
        return Failures(int(item.failures), int(item.until)) if item else None

    def put_failures(self, key: str, expected: Failures | None, failures: Failures, mark: str) -> bool:
        absent = FailuresItem.pk.does_not_exist()
        same = (
            (FailuresItem.failures == expected.number) & (FailuresItem.until == expected.until) if expected else absent
        )
        actions = [
            FailuresItem.failures.set(failures.number),
            FailuresItem.until.set(failures.until),
            FailuresItem.mark.set(mark),
            FailuresItem.expires.set(failures.until // 1000 + _FAILURES_KEPT_SECONDS),
        ]

        def attempt() -> bool:
            try:
                self._dynamo.update(FailuresItem, keys.failures(key), actions, same)
            except ConditionFailedError as error:
                return error.item is not None and error.item["mark"]["S"] == mark
            return True

        return self._dynamo.retries.run(attempt)

    def forget_failures(self, key: str) -> None:
        self._dynamo.delete(FailuresItem, keys.failures(key))
