"""What clients asked of one event, when, and what they were told; times are seconds on one clock."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import inf


class Kind(StrEnum):
    ENROL = "enrol"
    CONFIRM = "confirm"  # a hold, or an offer that is accepted
    CANCEL = "cancel"
    CHOOSE = "choose"  # the organizer promotes a chosen one
    TRANSFER = "transfer"
    CHANGE = "change"  # of the size of a party
    CHECK_IN = "check_in"
    UNDO = "undo"
    RESIZE = "resize"
    CLOSE = "close"  # the event is cancelled
    SHOW = "show"
    QUIET = "quiet"  # all queues are empty and nothing is under way: a statement of the test itself


class Answer(StrEnum):
    """What a client was told. The first six are states of an enrollment too."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NOBODY = "nobody"  # 404
    FULL = "event_full"
    ALREADY = "already_enrolled"
    BELOW = "capacity_below_taken"
    HERE = "checked_in"  # refused: who has come keeps the place
    DONE = "done"
    REFUSED = "refused"  # any other answer that promises that nothing was changed
    UNKNOWN = "unknown"  # crashed, busy, lost: it may have happened, at any time after it was asked, or not at all


LIVE = frozenset({Answer.PENDING, Answer.CONFIRMED, Answer.WAITLISTED, Answer.OFFERED})
SEATED = LIVE - {Answer.WAITLISTED}
TEMPORARY = frozenset({Answer.PENDING, Answer.OFFERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One request. `expires_at` is the deadline that the client knew: answered to a hold, or seen before confirming."""

    kind: Kind
    invoked: float
    answered: float = inf
    answer: Answer = Answer.UNKNOWN
    person: str = ""
    other: str = ""  # to whom a place is transferred
    party: int = 1
    hold: bool = False
    wait: bool = False
    capacity: int = 0
    expires_at: float | None = None
    in_charge: bool = False  # the organizer asks

    @property
    def is_known(self) -> bool:
        return self.answer is not Answer.UNKNOWN

    def __str__(self) -> str:
        who = f" {self.person}" if self.person else ""
        return f"{self.kind}{who} [{self.invoked:g}, {self.answered:g}] -> {self.answer}"


@dataclass(slots=True)
class Recorder:
    """Collects a history while it happens: what is begun and never ended stays unknown.

    A retry with the same `Idempotency-Key` or attempt is the same operation: begin it once, end it once.
    """

    clock: Callable[[], float]
    operations: list[Operation] = field(default_factory=list)

    def begin(self, operation: Operation) -> int:
        """Note that a request is sent; returns its number. The time is taken here."""
        self.operations.append(replace(operation, invoked=self.clock(), answered=inf, answer=Answer.UNKNOWN))
        return len(self.operations) - 1

    def end(self, number: int, answer: Answer, *, expires_at: float | None = None) -> None:
        """Note the answer to a request; `Answer.UNKNOWN` leaves it open."""
        if answer is Answer.UNKNOWN:
            return
        begun = self.operations[number]
        known = expires_at if expires_at is not None else begun.expires_at
        self.operations[number] = replace(begun, answered=self.clock(), answer=answer, expires_at=known)
