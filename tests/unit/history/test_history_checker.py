"""The history checker: good histories have an order, each bad one is refused for its reason."""

import random
from dataclasses import replace
from math import inf
from typing import Any

import pytest

from tests.history.checker import Verdict, check
from tests.history.model import Reason, Rules
from tests.history.operations import Answer, Kind, Operation, Recorder
from tests.history.state import State

ONE, TWO = State(1), State(2)
OFFERS = Rules(offers=True, offer=60)
HOUR = 3600.0


def op(kind: Kind, person: str, at: float, until: float, answer: Answer = Answer.UNKNOWN, **more: Any) -> Operation:
    return Operation(kind=kind, person=person, invoked=at, answered=until, answer=answer, **more)


def enrol(person: str, at: float, until: float, answer: Answer = Answer.CONFIRMED, **more: Any) -> Operation:
    return op(Kind.ENROL, person, at, until, answer, **more)


def hold(person: str, at: float, until: float, expires_at: float) -> Operation:
    return enrol(person, at, until, Answer.PENDING, hold=True, expires_at=expires_at)


def join(person: str, at: float, until: float, **more: Any) -> Operation:
    return enrol(person, at, until, Answer.WAITLISTED, wait=True, **more)


def cancel(person: str, at: float, until: float) -> Operation:
    return op(Kind.CANCEL, person, at, until, Answer.CANCELLED)


def confirm(person: str, at: float, until: float, answer: Answer = Answer.CONFIRMED, **more: Any) -> Operation:
    return op(Kind.CONFIRM, person, at, until, answer, **more)


def show(person: str, at: float, answer: Answer) -> Operation:
    return op(Kind.SHOW, person, at, at + 0.1, answer)


def crashed(operation: Operation) -> Operation:
    return op(operation.kind, operation.person, operation.invoked, inf, hold=operation.hold, wait=operation.wait)


def quiet(at: float) -> Operation:
    return op(Kind.QUIET, "", at, at, Answer.DONE)


def resize(to: int, at: float, until: float, answer: Answer = Answer.DONE) -> Operation:
    return op(Kind.RESIZE, "", at, until, answer, capacity=to)


A, B, C, D = "ada", "bob", "cyd", "dee"
FULL, ALREADY = Answer.FULL, Answer.ALREADY


def check_in(person: str, at: float, kind: Kind = Kind.CHECK_IN) -> Operation:
    return op(kind, person, at, at + 0.1, Answer.DONE)


def change(person: str, at: float, party: int, answer: Answer = Answer.DONE, **more: Any) -> Operation:
    return op(Kind.CHANGE, person, at, at + 0.1, answer, party=party, **more)


def refused(operation: Operation) -> Operation:
    return replace(operation, answer=Answer.HERE)


GOOD: dict[str, tuple[State, Rules, list[Operation]]] = {
    "nothing": (ONE, Rules(), []),
    "who has come is refused to leave": (ONE, Rules(), [enrol(A, 0, 1), check_in(A, 2), refused(cancel(A, 3, 4))]),
    "a check-in that was taken back keeps nobody": (
        ONE,
        Rules(),
        [enrol(A, 0, 1), check_in(A, 2), check_in(A, 3, Kind.UNDO), cancel(A, 4, 5), enrol(B, 6, 7)],
    ),
    "the organizer may": (
        ONE,
        Rules(),
        [enrol(A, 0, 1), check_in(A, 2), replace(cancel(A, 3, 4), in_charge=True), enrol(B, 5, 6)],
    ),
    "a party that has come grows": (TWO, Rules(), [enrol(A, 0, 1), check_in(A, 2), change(A, 3, 2)]),
    "the answer that came later was decided earlier": (ONE, Rules(), [enrol(A, 0, 9, FULL), enrol(B, 5, 6)]),
    "full in the middle of a hand-over": (ONE, Rules(), [enrol(A, 0, 1), cancel(A, 2, 8), enrol(B, 3, 7, FULL)]),
    "a full state may be a second old": (ONE, Rules(), [enrol(A, 0, 1), cancel(A, 2, 3), enrol(B, 3.9, 4, FULL)]),
    "cancel and enrol again": (
        ONE, Rules(), [enrol(A, 0, 1), cancel(A, 2, 3), enrol(A, 4, 5), enrol(A, 6, 7, ALREADY)]
    ),
    "the first of the queue is promoted by itself": (
        ONE, Rules(),
        [enrol(A, 0, 1), join(B, 2, 3), join(C, 4, 5), cancel(A, 6, 7), show(B, 8, Answer.CONFIRMED),
         show(C, 9, Answer.WAITLISTED), quiet(10)],
    ),
    "joins at the same time may be in either order": (
        ONE, Rules(),
        [enrol(A, 0, 1), join(B, 2, 5), join(C, 3, 6), cancel(A, 7, 8), show(C, 9, Answer.CONFIRMED),
         show(B, 9.5, Answer.WAITLISTED)],
    ),
    "an unknown request happened": (ONE, Rules(), [crashed(enrol(A, 0, 1)), enrol(B, 2, 3, FULL)]),
    "an unknown request did not happen": (ONE, Rules(), [crashed(enrol(A, 0, 1)), enrol(B, 2, 3)]),
    "an unknown request happened much later": (
        ONE, Rules(), [crashed(enrol(A, 0, 1)), enrol(B, 2, 3), cancel(B, 4, 5), enrol(C, 50, 51, FULL)]
    ),
    "an unknown cancellation freed the seat": (
        ONE, Rules(), [enrol(A, 0, 1), crashed(cancel(A, 2, 3)), enrol(B, 4, 5)]
    ),
    "an unknown join waits": (
        ONE, Rules(), [enrol(A, 0, 1), crashed(join(B, 2, 3)), cancel(A, 4, 5), enrol(C, 8, 9, FULL)]
    ),
    "a hold is confirmed in time": (
        ONE, Rules(), [hold(A, 0, 1, 60), confirm(A, 59, 61), show(A, 90, Answer.CONFIRMED)]
    ),
    "an expired hold gives its seat to the next": (
        ONE, Rules(), [hold(A, 0, 1, 60), enrol(B, 61, 62), confirm(A, 63, 64, Answer.EXPIRED)]
    ),
    "an offer is declined and the next gets it": (
        ONE, OFFERS,
        [enrol(A, 0, 1), join(B, 2, 3), join(C, 4, 5), cancel(A, 6, 7), show(B, 8, Answer.OFFERED), cancel(B, 9, 10),
         confirm(C, 12, 13, expires_at=71), quiet(14)],
    ),
    "an offer that nobody took goes on": (
        ONE, OFFERS,
        [enrol(A, 0, 1), join(B, 2, 3), join(C, 4, 5), cancel(A, 6, 7), confirm(B, 90, 91, Answer.EXPIRED),
         show(C, 92, Answer.OFFERED)],
    ),
    "a strict head waits beside seats that do not fit": (
        TWO, Rules(),
        [enrol(A, 0, 1), enrol(D, 0, 1), join(B, 2, 3, party=2), join(C, 4, 5), cancel(A, 6, 7), quiet(8),
         show(C, 9, Answer.WAITLISTED)],
    ),
    "under best fit a smaller party goes past": (
        TWO, Rules(best_fit=True),
        [enrol(A, 0, 1), enrol(D, 0, 1), join(B, 2, 3, party=2), join(C, 4, 5), cancel(A, 6, 7),
         show(C, 9, Answer.CONFIRMED), show(B, 9, Answer.WAITLISTED)],
    ),
    "more capacity promotes": (
        ONE, Rules(), [enrol(A, 0, 1), join(B, 2, 3), resize(2, 4, 5), show(B, 6, Answer.CONFIRMED), quiet(7)]
    ),
    "a lower capacity below the taken seats is refused": (
        ONE, Rules(), [enrol(A, 0, 1), resize(0, 2, 3, Answer.BELOW)]
    ),
    "the organizer's choice goes first": (
        State(0), Rules(),
        [join(A, 0, 1), join(B, 2, 3), resize(1, 4, 9), op(Kind.CHOOSE, B, 5, 6, Answer.CONFIRMED),
         show(A, 10, Answer.WAITLISTED)],
    ),
    "a place is handed on in the queue": (
        ONE, Rules(),
        [enrol(A, 0, 1), join(B, 2, 3), join(C, 3, 4), op(Kind.TRANSFER, B, 5, 6, Answer.DONE, other=D),
         cancel(A, 7, 8), show(D, 9, Answer.CONFIRMED), show(B, 9, Answer.CANCELLED)],
    ),
    "who did not come gives the seat back": (
        ONE, Rules(release_at=HOUR), [enrol(A, 0, 1), join(B, 2, 3), show(B, HOUR, Answer.CONFIRMED)]
    ),
    "a party grows into free seats": (TWO, Rules(), [enrol(A, 0, 1), op(Kind.CHANGE, A, 2, 3, Answer.DONE, party=2)]),
    "a cancelled event takes nobody and cancels all": (
        ONE, Rules(),
        [enrol(A, 0, 1), op(Kind.CLOSE, "", 2, 3, Answer.DONE), enrol(B, 4, 5, Answer.REFUSED),
         show(A, 9, Answer.CANCELLED)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_good_history_has_an_order(name: str) -> None:
    start, rules, history = GOOD[name]

    verdict = check(history, start, rules)

    assert verdict.holds, str(verdict)
    assert {one for one in history if one.is_known} <= set(verdict.order)


BAD: dict[str, tuple[State, Rules, list[Operation], Reason]] = {
    "left by who has come": (ONE, Rules(), [enrol(A, 0, 1), check_in(A, 2), cancel(A, 3, 4)], Reason.CAME),
    "refused to who has not come": (ONE, Rules(), [enrol(A, 0, 1), refused(cancel(A, 3, 4))], Reason.NOT_HERE),
    "a party that has come shrank": (
        TWO,
        Rules(),
        [enrol(A, 0, 1, party=2), check_in(A, 2), change(A, 3, 1)],
        Reason.CAME,
    ),
    "handed on by who has come": (
        ONE,
        Rules(),
        [enrol(A, 0, 1), check_in(A, 2), op(Kind.TRANSFER, A, 3, 4, Answer.DONE, other=B)],
        Reason.CAME,
    ),
    "oversold": (ONE, Rules(), [enrol(A, 0, 9), enrol(B, 1, 8)], Reason.OVERSOLD),
    "oversold by a hold": (ONE, Rules(), [hold(A, 0, 1, 60), enrol(B, 2, 3)], Reason.OVERSOLD),
    "oversold by a party": (TWO, Rules(), [enrol(A, 0, 1), enrol(B, 0, 1, party=2)], Reason.OVERSOLD),
    "oversold by a party that grew": (
        ONE, Rules(), [enrol(A, 0, 1), op(Kind.CHANGE, A, 2, 3, Answer.DONE, party=2)], Reason.OVERSOLD
    ),
    "oversold by a lower capacity": (ONE, Rules(), [enrol(A, 0, 1), resize(0, 2, 3)], Reason.OVERSOLD),
    "one person wins twice": (TWO, Rules(), [enrol(A, 0, 9), enrol(A, 1, 8)], Reason.TWICE),
    "one person has two places after a transfer": (
        TWO, Rules(), [enrol(A, 0, 1), enrol(B, 2, 3), op(Kind.TRANSFER, A, 4, 5, Answer.DONE, other=B)], Reason.TWICE
    ),
    "an acknowledged success is lost": (ONE, Rules(), [enrol(A, 0, 1), show(A, 2, Answer.NOBODY)], Reason.LOST),
    "an acknowledged place in the queue is lost": (
        ONE, Rules(), [enrol(A, 0, 1), join(B, 2, 3), show(B, 4, Answer.CANCELLED)], Reason.LOST
    ),
    "a winner is told that he was enrolled already": (ONE, Rules(), [enrol(A, 0, 1, ALREADY)], Reason.NOT_ENROLLED),
    "full of nothing": (ONE, Rules(), [enrol(A, 0, 1, FULL)], Reason.FALSE_FULL),
    "full of what is older than a second": (
        ONE, Rules(), [enrol(A, 0, 1), cancel(A, 2, 3), enrol(B, 4.1, 5, FULL)], Reason.FALSE_FULL
    ),
    "full of an expired hold": (ONE, Rules(), [hold(A, 0, 1, 60), enrol(B, 60, 61, FULL)], Reason.FALSE_FULL),
    "a newcomer overtakes the queue": (
        ONE, Rules(), [enrol(A, 0, 1), join(B, 2, 3), cancel(A, 4, 8), enrol(C, 5, 9), show(B, 10, Answer.WAITLISTED)],
        Reason.OVERTAKEN,
    ),
    "the second overtakes the first": (
        ONE, Rules(),
        [enrol(A, 0, 1), join(B, 2, 3), join(C, 4, 5), cancel(A, 6, 7), show(C, 8, Answer.CONFIRMED)], Reason.OVERTAKEN,
    ),
    "a party that grows overtakes the queue": (
        TWO, Rules(),
        [enrol(A, 0, 1), join(B, 0, 1, party=2), op(Kind.CHANGE, A, 2, 3, Answer.DONE, party=2)], Reason.OVERTAKEN,
    ),
    "more than max_skips go past": (
        TWO, Rules(best_fit=True, max_skips=1),
        [enrol(A, 0, 1), enrol(D, 0, 1), join(B, 2, 3, party=2), join(C, 4, 5), join("eve", 6, 7), cancel(A, 8, 9),
         show(C, 10, Answer.CONFIRMED), cancel(C, 11, 12), show("eve", 13, Answer.CONFIRMED)],
        Reason.OVERTAKEN,
    ),
    "a hold is confirmed at its deadline": (
        ONE, Rules(), [hold(A, 0, 1, 60), confirm(A, 60, 61)], Reason.TOO_LATE
    ),
    "a hold is confirmed after another has its seat": (
        ONE, Rules(), [hold(A, 0, 1, 60), enrol(B, 61, 62), confirm(A, 63, 64)], Reason.TOO_LATE
    ),
    "an offer is accepted after its deadline": (
        ONE, OFFERS,
        [enrol(A, 0, 1), join(B, 2, 3), cancel(A, 4, 5), confirm(B, 70, 71, expires_at=65.0)], Reason.TOO_LATE,
    ),
    "a hold expires too early": (
        ONE, Rules(), [hold(A, 0, 1, 60), confirm(A, 50, 59, Answer.EXPIRED)], Reason.TOO_EARLY
    ),
    "a cancellation is told too early that time was up": (
        ONE, Rules(), [hold(A, 0, 1, 60), op(Kind.CANCEL, A, 50, 59, Answer.EXPIRED)], Reason.TOO_EARLY
    ),
    "an offer expires too early": (
        ONE, OFFERS,
        [enrol(A, 0, 1), join(B, 2, 3), cancel(A, 4, 5), confirm(B, 20, 30, Answer.EXPIRED)], Reason.TOO_EARLY,
    ),
    "somebody waits beside a free seat": (
        ONE, Rules(), [enrol(A, 0, 1), join(B, 2, 3), cancel(A, 4, 5), quiet(6), show(B, 7, Answer.WAITLISTED)],
        Reason.NOT_FULL,
    ),
    "a wish to wait is granted while seats are free": (ONE, Rules(), [join(A, 0, 1)], Reason.NOT_FULL),
    "enough capacity is refused": (TWO, Rules(), [enrol(A, 0, 1), resize(1, 2, 3, Answer.BELOW)], Reason.ENOUGH),
    "a cancelled event takes somebody": (
        ONE, Rules(), [op(Kind.CLOSE, "", 0, 1, Answer.DONE), enrol(A, 2, 3)], Reason.CLOSED
    ),
    "somebody is checked in who was cancelled": (
        ONE, Rules(), [enrol(A, 0, 1), cancel(A, 2, 3), op(Kind.CHECK_IN, A, 4, 5, Answer.DONE)], Reason.LOST
    ),
    "who was checked in loses the seat": (
        ONE, Rules(release_at=HOUR),
        [enrol(A, 0, 1), op(Kind.CHECK_IN, A, 2, 3, Answer.DONE), show(A, HOUR, Answer.CANCELLED)], Reason.LOST,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_history_is_refused_for_its_reason(name: str) -> None:
    start, rules, history, reason = BAD[name]

    verdict = check(history, start, rules)

    assert not verdict.holds
    assert verdict.reason is reason, str(verdict)


def test_a_refusal_says_how_far_it_came_and_what_was_impossible() -> None:
    bad = enrol(B, 2, 3)
    verdict = check([enrol(A, 0, 1), bad, enrol(C, 6, 7, FULL)], ONE)

    assert verdict.order == (enrol(A, 0, 1),)
    assert verdict.objections == ((bad, Reason.OVERSOLD),)
    assert str(verdict) == (
        "does not hold; in this order:\n  enrol ada [0, 1] -> confirmed\nbut not:\n"
        "  enrol bob [2, 3] -> confirmed: more seats than there are"
    )


def test_what_is_never_answered_stays_unknown() -> None:
    times = iter([1.0, 2.0, 3.0])
    recorder = Recorder(lambda: next(times))
    first = recorder.begin(Operation(kind=Kind.ENROL, person=A, invoked=0))
    second = recorder.begin(Operation(kind=Kind.ENROL, person=B, invoked=0, hold=True))
    recorder.end(first, Answer.UNKNOWN)
    recorder.end(second, Answer.PENDING, expires_at=60.0)

    assert recorder.operations == [crashed(enrol(A, 1, 1)), hold(B, 2, 3, 60.0)]


def simulated(seed: int, clients: int = 6, rounds: int = 5) -> list[Operation]:
    """A truthful event of two seats with a waitlist: each request is decided at one moment of its interval."""
    rng = random.Random(seed)
    capacity, seated, queue, history = 2, list[str](), list[str](), list[Operation]()
    pending = []
    for number in range(clients):
        at = rng.random()
        for _ in range(rounds):
            length = rng.expovariate(1)
            pending.append((at + length * rng.random(), at, at + length, f"p{number}"))
            at += length + rng.random()
    for _, at, until, person in sorted(pending):
        if person in seated or person in queue:
            (seated if person in seated else queue).remove(person)
            history.append(cancel(person, at, until))
        elif len(seated) < capacity and not queue:
            seated.append(person)
            history.append(enrol(person, at, until))
        elif rng.random() < 0.5:
            queue.append(person)
            history.append(join(person, at, until))
        else:
            history.append(enrol(person, at, until, FULL))
        if queue and len(seated) < capacity:
            seated.append(queue.pop(0))
    return [crashed(one) if rng.random() < 0.1 else one for one in history]


@pytest.mark.parametrize("seed", range(60))
def test_histories_of_a_truthful_event_always_hold(seed: int) -> None:
    verdict = check(simulated(seed), TWO)

    assert verdict.holds, str(verdict)


def test_one_seat_too_many_is_found_in_most_long_histories() -> None:
    verdicts: list[Verdict] = [check(simulated(seed), ONE) for seed in range(20)]

    assert sum(not verdict.holds for verdict in verdicts) >= 15
