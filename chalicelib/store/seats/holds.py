"""Holds and offers whose time is up, for the figures of events: they keep no seat any more."""

from datetime import datetime

from chalicelib.domain.events.event import Event
from chalicelib.domain.shared.times import stamp
from chalicelib.services.seats.enrollment_store import Hold
from chalicelib.services.seats.kept_seats import MANY
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo
from chalicelib.store.dynamo.queries import Query
from chalicelib.store.dynamo.tables import HoldItem
from chalicelib.store.items.enrollments import hold_from


def over_holds(dynamo: Dynamo, event: Event, now: datetime) -> list[Hold]:
    """By their own deadlines; all are looked at when the event may have ended some that last longer."""
    ended = min(event.facts.closes_at, event.facts.starts_at) <= now
    query = Query(
        model=HoldItem,
        partition=keys.holds(event.id),
        between=("0", keys.LAST if ended else f"{stamp(now)}~"),  # a deadline is over when it has come
        limit=MANY,
    )
    holds = [hold_from(raw) for raw in dynamo.query(query)["Items"]]
    return [hold for hold in holds if hold.deadline(event) <= now]
