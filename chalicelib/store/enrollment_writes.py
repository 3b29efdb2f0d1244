"""What a transaction does to an enrollment: it, its place in the waitlist and its deadline move together."""

from collections.abc import Sequence

from pynamodb.expressions.condition import Condition

from chalicelib.domain.enrollments import TEMPORARY, Enrollment, EnrollmentChange, EnrollmentStatus
from chalicelib.domain.times import stamp
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import EnrollmentItem, HoldItem, WaitlistItem
from chalicelib.store.dynamo.transactions import Transaction
from chalicelib.store.items.enrollments import enrollment_item, hold_item, waitlist_item


def row_name(number: int) -> str:
    return f"row {number}"


def join_changes(
    transaction: Transaction, changes: Sequence[EnrollmentChange], *, ended_by_event: bool = False
) -> None:
    """`ended_by_event`: what expires is over by its event, which a step of its seats demands."""
    for number, change in enumerate(changes):
        transaction.put(row_name(number), enrollment_item(change.after), _unchanged(change, ended_by_event))
        _join_waitlist(transaction, number, change)
        _join_hold(transaction, number, change)


def _unchanged(change: EnrollmentChange, ended_by_event: bool) -> Condition:  # noqa: FBT001
    """The enrollment is as it was read; a deadline is on the side of the clock that the transition needs."""
    before, after = change.before, change.after
    if before is None:
        return EnrollmentItem.pk.does_not_exist()  # one enrollment a person and event, ever
    same: Condition = EnrollmentItem.version == before.version
    if before.status in TEMPORARY and after.status is EnrollmentStatus.EXPIRED and not ended_by_event:
        same &= EnrollmentItem.expires_at <= stamp(after.updated_at)
    elif before.status in TEMPORARY and after.status is EnrollmentStatus.CONFIRMED:
        same &= EnrollmentItem.expires_at > stamp(after.updated_at)
    return same


def _join_waitlist(transaction: Transaction, number: int, change: EnrollmentChange) -> None:
    old, new = _place(change.before), _place(change.after)
    if new is not None:
        absent = WaitlistItem.pk.does_not_exist() if old != new else WaitlistItem.pk.exists()
        transaction.put(f"queue {number}", waitlist_item(change.after), absent)
    if old is not None and old != new:
        transaction.delete(
            f"old queue {number}", WaitlistItem, old, WaitlistItem.pk.exists()
        )  # two promoters: one wins


def _join_hold(transaction: Transaction, number: int, change: EnrollmentChange) -> None:
    old, new = _deadline(change.before), _deadline(change.after)
    if old == new:
        return
    if old is not None:
        transaction.delete(f"old hold {number}", HoldItem, old, HoldItem.pk.exists())
    if new is not None:
        transaction.put(f"hold {number}", hold_item(change.after))


def _place(enrollment: Enrollment | None) -> Key | None:
    if enrollment is None or enrollment.status is not EnrollmentStatus.WAITLISTED or enrollment.waitlist_number is None:
        return None
    return keys.waitlist_place(enrollment.key.event_id, enrollment.waitlist_number)


def _deadline(enrollment: Enrollment | None) -> Key | None:
    if enrollment is None or enrollment.status not in TEMPORARY or enrollment.expires_at is None:
        return None
    return keys.hold(enrollment.key, enrollment.expires_at)
