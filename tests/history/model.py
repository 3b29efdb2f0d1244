"""What one event may answer and do by itself, one thing after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf

from tests.history.operations import LIVE, SEATED, TEMPORARY, Answer, Kind, Operation
from tests.history.state import Place, State

STALE = 1.0  # seconds: how old the state may be that makes an event full
SKEW = 2.0  # seconds: from reading the clock to committing
LOOK_DOWN = 20


class Reason(StrEnum):
    """Why an answer is impossible in a state."""

    OVERSOLD = "more seats than there are"
    TWICE = "a second live enrollment of one person"
    OVERTAKEN = "somebody who waits was overtaken"
    FALSE_FULL = "full, and nobody was in the way within the last second"
    NOT_ENROLLED = "already enrolled, and was not"
    LOST = "an acknowledged success is gone"
    TOO_LATE = "confirmed after the deadline"
    TOO_EARLY = "expired before the deadline"
    NOT_FULL = "waits beside free seats"
    ENOUGH = "the capacity would have held everybody"
    CLOSED = "the event is cancelled"
    CAME = "a place was given away by who is checked in"
    NOT_HERE = "checked in, and was not"
    OTHER = "the enrollment is in another state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The settings of the event; times in seconds."""

    offers: bool = False  # waitlist_mode offer instead of auto
    best_fit: bool = False
    max_skips: int = 3
    hold: float = 15 * 60
    offer: float = 720 * 60
    release_at: float = inf  # from when those who did not come lose their seats


Result = State | Reason


class Model:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._judges: dict[Kind, Callable[[State, Operation], Result]] = {
            Kind.ENROL: self._enrol,
            Kind.CONFIRM: self._confirm,
            Kind.CANCEL: self._cancel,
            Kind.CHOOSE: self._choose,
            Kind.TRANSFER: self._transfer,
            Kind.CHANGE: self._change,
            Kind.CHECK_IN: self._check_in,
            Kind.UNDO: self._check_in,
            Kind.RESIZE: self._resize,
            Kind.CLOSE: lambda state, _: replace(state, closed=True),
            Kind.SHOW: self._show,
            Kind.QUIET: self._quiet,
        }

    def results(self, state: State, asked: Operation) -> list[Result]:
        """The state after this answer, or why it cannot be; of an unknown answer every success is tried."""
        if asked.answer is Answer.REFUSED:
            return [state]
        if asked.answer is Answer.HERE:
            place = state.live(asked.person)
            return [state if place and place.checked_in else Reason.NOT_HERE]
        if asked.is_known:
            return [self._judges[asked.kind](state, asked)]
        return [self._judges[asked.kind](state, replace(asked, answer=answer)) for answer in _successes(asked)]

    def steps(self, state: State, now: float, latest: float) -> Iterator[tuple[State, float]]:
        """What the event may do by itself not later than `latest`: promote, expire, release, cancel when closed."""
        for person, place in state.places:
            if place.status in TEMPORARY and place.ends_from <= latest:
                yield state.moved(person, Answer.EXPIRED), max(now, place.ends_from)
            if state.closed and place.is_live:
                yield state.moved(person, Answer.CANCELLED), now
            if place.status is Answer.CONFIRMED and not place.checked_in and self._rules.release_at <= latest:
                yield state.moved(person, Answer.CANCELLED), max(now, self._rules.release_at)
        promoted = None if state.closed else self._promoted(state, now)
        if promoted is not None:
            yield promoted, now

    def _promoted(self, state: State, now: float) -> State | None:
        chosen = self._next(state)
        if chosen is None:
            return None
        head = state.queue[0]
        if self._rules.offers:
            after = state.moved(chosen, Answer.OFFERED, ends_from=now + self._rules.offer - SKEW)
        else:
            after = state.moved(chosen, Answer.CONFIRMED)
        if chosen == head:
            return after
        first, party = dict(state.places)[head], dict(state.places)[chosen].party
        return after.put(head, replace(first, skipped=first.skipped + party))

    def _next(self, state: State) -> str | None:
        """Whom free seats are for: the head, or under best_fit the first who fits and may go past it."""
        if not state.queue:
            return None
        places = dict(state.places)
        head = places[state.queue[0]]
        if head.party <= state.free:
            return state.queue[0]
        most = min(state.free, self._rules.max_skips - head.skipped) if self._rules.best_fit else 0
        return next((one for one in state.queue[1 : LOOK_DOWN + 1] if places[one].party <= most), None)

    def _enrol(self, state: State, asked: Operation) -> Result:
        if asked.answer is Answer.FULL:
            free = state.free_at(asked.invoked)  # a deadline that has passed was never in the way
            return state if state.queue or free < asked.party else Reason.FALSE_FULL
        mine = state.live(asked.person)
        if asked.answer is Answer.ALREADY:
            return state if mine and asked.invoked < mine.ends_until else Reason.NOT_ENROLLED
        objection = self._no_new_place(state, asked)
        if objection is not None:
            return objection
        ends = (asked.expires_at,) * 2 if asked.expires_at is not None else (asked.invoked + self._rules.hold, inf)
        place = Place(asked.answer, asked.party, *(ends if asked.answer is Answer.PENDING else ()))
        return state.put(asked.person, place)

    def _no_new_place(self, state: State, asked: Operation) -> Reason | None:
        if state.closed:
            return Reason.CLOSED
        if state.live(asked.person):
            return Reason.TWICE
        if asked.answer is Answer.WAITLISTED:
            return Reason.NOT_FULL if not state.queue and state.free >= asked.party else None
        if state.queue:
            return Reason.OVERTAKEN
        return Reason.OVERSOLD if state.free < asked.party else None

    def _confirm(self, state: State, asked: Operation) -> Result:
        place = state.place(asked.person)
        if place is None:
            return Reason.LOST
        if asked.answer is Answer.EXPIRED:
            return _over(state, asked, place)
        if place.status is Answer.CONFIRMED:
            return state
        deadline = place.ends_until if asked.expires_at is None else min(place.ends_until, asked.expires_at)
        if place.status is Answer.EXPIRED or (place.status in TEMPORARY and asked.invoked >= deadline):
            return Reason.TOO_LATE
        return state.moved(asked.person, Answer.CONFIRMED) if place.status in TEMPORARY else Reason.OTHER

    def _cancel(self, state: State, asked: Operation) -> Result:
        place = state.place(asked.person)
        if place is None:
            return Reason.LOST
        if asked.answer is Answer.EXPIRED:
            return _over(state, asked, place)
        if not place.is_live:
            return state
        return Reason.CAME if _is_kept(place, asked) else state.moved(asked.person, Answer.CANCELLED)

    def _choose(self, state: State, asked: Operation) -> Result:
        place = state.live(asked.person)
        if place is None or place.status is not Answer.WAITLISTED:
            return state if place and place.status is Answer.CONFIRMED else Reason.OTHER
        return state.moved(asked.person, Answer.CONFIRMED) if place.party <= state.free else Reason.OVERSOLD

    def _transfer(self, state: State, asked: Operation) -> Result:
        place = state.place(asked.person)
        if place is not None and not place.is_live and place.gone_to == asked.other and state.live(asked.other):
            return state  # asked again: it is done
        if place is None or not place.is_live:
            return Reason.OTHER
        if place.checked_in:
            return Reason.CAME
        theirs = state.live(asked.other)
        is_seated = theirs is not None and theirs.status is not Answer.WAITLISTED  # who waits leaves the line for it
        return Reason.TWICE if is_seated else state.handed(asked.person, asked.other)

    def _change(self, state: State, asked: Operation) -> Result:
        place = state.live(asked.person)
        if place is None:  # it is over, and there is nothing to do where it has that size already
            last = state.place(asked.person)
            return state if last is not None and last.party == asked.party else Reason.OTHER
        if asked.party < place.party and _is_kept(place, asked):
            return Reason.CAME
        more = asked.party - place.party if place.seats else 0
        if asked.answer is Answer.FULL:
            return state if more > 0 and (state.queue or state.free < more) else Reason.FALSE_FULL
        if more > 0 and state.queue:
            return Reason.OVERTAKEN
        return Reason.OVERSOLD if more > state.free else state.put(asked.person, replace(place, party=asked.party))

    def _check_in(self, state: State, asked: Operation) -> Result:
        place = state.live(asked.person)
        if place is None or place.status is not Answer.CONFIRMED:
            return Reason.LOST if place is None else Reason.OTHER
        return state.put(asked.person, replace(place, checked_in=asked.kind is Kind.CHECK_IN))

    def _resize(self, state: State, asked: Operation) -> Result:
        if asked.answer is Answer.BELOW:
            return state if asked.capacity < state.taken else Reason.ENOUGH
        return Reason.OVERSOLD if asked.capacity < state.taken else replace(state, capacity=asked.capacity)

    def _show(self, state: State, asked: Operation) -> Result:
        place = state.place(asked.person)
        present = place.status if place else Answer.NOBODY
        if present is asked.answer:
            return state
        if present in LIVE and asked.answer not in LIVE:
            return Reason.LOST
        if present in SEATED and asked.answer is Answer.WAITLISTED:
            return Reason.NOT_FULL
        if present is Answer.WAITLISTED and place:
            return Reason.OVERTAKEN if state.queue[0] != asked.person else Reason.OVERSOLD
        return Reason.OTHER

    def _quiet(self, state: State, asked: Operation) -> Result:
        """Nobody waits beside free seats that are for them, and nobody's time is up."""
        late = any(place.ends_until <= asked.invoked for _, place in state.places)
        return Reason.NOT_FULL if self._next(state) or late else state


def _over(state: State, asked: Operation, place: Place) -> Result:
    """Told that the time is up: it was so before the answer, whether or not anybody had written it down."""
    over = place.status is Answer.EXPIRED or (place.status in TEMPORARY and place.ends_from <= asked.answered)
    return state if over else Reason.TOO_EARLY


def _is_kept(place: Place, asked: Operation) -> bool:
    """Who is checked in keeps the place until the organizer says otherwise."""
    return place.checked_in and not asked.in_charge


def _successes(asked: Operation) -> list[Answer]:
    if asked.kind is not Kind.ENROL:
        return [Answer.DONE]
    seated = Answer.PENDING if asked.hold else Answer.CONFIRMED
    return [seated, Answer.WAITLISTED] if asked.wait else [seated]
