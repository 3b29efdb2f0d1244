"""Erasures that were asked for after the second that tables were put back to: asked for once more."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.container import Container
from chalicelib.domain.errors import BusyError, OwnAccountError
from chalicelib.domain.outbox import buckets as outbox_buckets
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.shared.limits import ERASURE_GRACE
from chalicelib.domain.shared.times import hours_between
from chalicelib.services.shared.outcomes import TryAgainError


@dataclass(frozen=True, slots=True)
class Again:
    """An account that is not as its owner wants it: erased, waiting for that, or kept."""

    user_id: str
    at: datetime | None  # when it is erased; None: kept

    def __str__(self) -> str:
        return "is to be erased" if self.at else "was kept by its owner, and would be erased"


def hours(since: datetime, now: datetime) -> list[str]:
    """In which erasures lie that were asked for, or done, since then."""
    return hours_between(since, now + ERASURE_GRACE)


def missing(before: Container, restored: Container, since: datetime, done: Callable[[], None]) -> Iterator[Again]:
    """`before`: the tables that were restored from."""
    now, seen = restored.clock(), set[str]()
    for hour in hours(since, now):
        for bucket in outbox_buckets.in_use().in_hour(QueueName.JOBS, hour):
            for user_id in sorted(before.store.erasures.asked_for(bucket) - seen):
                seen.add(user_id)
                present = restored.store.accounts.details(user_id)
                at = _erases_at(before, user_id, now)
                if present and (present.account.erases_at is None) is not (at is None):
                    yield Again(user_id, at)
        done()


def _erases_at(before: Container, user_id: str, now: datetime) -> datetime | None:
    """At once, if it is gone."""
    details = before.store.accounts.details(user_id)
    return details.account.erases_at if details else now


def done_again(restored: Container, again: Again) -> str:
    """Why it was not, if it was not. Raises `TryAgainError`."""
    try:
        if again.at:
            restored.privacy.close.again(again.user_id, again.at)
        else:
            restored.privacy.close.undo(again.user_id)
    except OwnAccountError:
        return "is an admin here: end that first (`make admin`), then repeat this"
    except BusyError:
        raise TryAgainError from None
    return ""
