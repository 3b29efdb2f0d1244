"""The port to attendee records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.accounts.people import Attendee
from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.services.shared.idempotency import Remember
from chalicelib.services.shared.paging import Slice


@dataclass(frozen=True, slots=True)
class Uses:
    """How often the person of a kept record was enrolled, and which enrollments that made."""

    number: int
    keys: tuple[EnrollmentKey, ...]


class AttendeeRecords(Protocol):
    def get(self, attendee_id: str) -> Attendee | None: ...
    def own(self, user_id: str) -> Attendee | None:
        """The account's own record; version 0 as long as nothing was added to the account."""

    def add(self, attendee: Attendee, remember: Remember | None) -> None:
        """All or nothing: raises `EmailTakenError` or `AnsweredBeforeError`."""

    def replace(self, before: Attendee, after: Attendee) -> None:
        """Raises `StaleError` when the record changed since it was read, `EmailTakenError`."""

    def uses(self, attendee_id: str) -> Uses:
        """Where the person was enrolled, consistently: everything since such uses are written down."""

    def remove(self, attendee: Attendee, uses: Uses, now: datetime) -> None:
        """Raises `StaleError` when the record changed, or its person was enrolled again, since they were read."""

    def of_keeper(
        self, keeper_id: str, *, start: str | None, forward: bool, limit: int, words: Sequence[str]
    ) -> Slice[Attendee]:
        """Kept records in the order in which they were made; every word begins a word of the name."""

    def count_of_keeper(self, keeper_id: str, words: Sequence[str]) -> tuple[int, bool]:
        """`(number, exact)`."""

    def with_email(self, keeper_id: str, email: str) -> Attendee | None: ...
