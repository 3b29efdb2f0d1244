"""A run of the simulator as a history of one event, and whether some order of its requests explains all answers."""

from dataclasses import replace
from math import inf

from chalicelib.domain.enrollments.enrollment import LIVE, EnrollmentStatus
from chalicelib.domain.events.event import EventStatus
from chalicelib.domain.events.event_facts import PartyPolicy, WaitlistMode
from tests.history.checker import UndecidedError, Verdict, check
from tests.history.model import Rules
from tests.history.operations import Answer, Kind, Operation
from tests.history.state import State
from tests.simulation.actors.seekers import MAKING, UNKNOWN, Told
from tests.simulation.actors.staging import Run

FEW_STATES, MOST_STATES = 2_000, 50_000
MINUTE = 60.0
_KINDS = {
    **dict.fromkeys(("enrol", "hold", "join"), Kind.ENROL),
    "confirm": Kind.CONFIRM,
    **dict.fromkeys(("cancel", "remove"), Kind.CANCEL),
    "promote": Kind.CHOOSE,
    "hand": Kind.TRANSFER,
    "resize": Kind.CHANGE,
    "check": Kind.CHECK_IN,
    "undo": Kind.UNDO,
    **dict.fromkeys(("raise", "lower"), Kind.RESIZE),
    **dict.fromkeys(("close", "delete"), Kind.CLOSE),
}
_SHOWN = frozenset({Kind.ENROL, Kind.CONFIRM, Kind.CANCEL})  # their answers are states, the others' successes are DONE
_CODES = {
    "already_enrolled": Answer.ALREADY,
    "capacity_below_taken": Answer.BELOW,
    "hold_expired": Answer.EXPIRED,
    "offer_expired": Answer.EXPIRED,
    "checked_in": Answer.HERE,
}


def unexplained(run: Run) -> list[str]:
    """What no order of the requests explains. Raises `UndecidedError` for a history that is too wild to tell.

    Guests are told nothing, so that their histories say nothing: they are left out.
    """
    if any(told.action in {"guest", "prove"} for told in run.told):
        return []
    verdict = verdict_of(run)
    return [] if verdict.holds else [f"not linearizable: {verdict.reason}"]


def verdict_of(run: Run) -> Verdict:
    """By what clients saw alone; where too many orders are possible, by what the rows tell of crashed requests too."""
    start = State(run.event.facts.capacity or 0)
    try:
        return check(history(run), start, rules(run), most=FEW_STATES)
    except UndecidedError:
        return check(history(run, with_rows=True), start, rules(run), most=MOST_STATES)


def rules(run: Run) -> Rules:
    facts, release_at = run.event.facts, run.event.no_show_release_at
    return Rules(
        offers=facts.waitlist_mode is WaitlistMode.OFFER,
        best_fit=facts.party_policy is PartyPolicy.BEST_FIT,
        max_skips=facts.max_skips,
        hold=facts.hold_minutes * MINUTE,
        offer=facts.offer_minutes * MINUTE,
        release_at=release_at.timestamp() if release_at else inf,
    )


def history(run: Run, *, with_rows: bool = False) -> list[Operation]:
    """What was asked and answered, and at the end what everybody sees."""
    asked: list[Operation] = []
    for told in run.told:
        if with_rows and told.answer in UNKNOWN and told.person:
            asked += _from_rows(run, told)
        elif told.action in _KINDS:
            asked += _operations(run, told)
    return [*asked, *_at_the_end(run)]


def _from_rows(run: Run, told: Told) -> list[Operation]:
    """A request whose answer nobody got: it happened if the person's row says so, and before that was seen."""
    kind = _KINDS[told.action]
    for at, row in run.world.witness.log(run.event.id).seen.get(told.person, []):
        for one in row.history:
            if one.request_id == told.request_id:
                answer = Answer(one.status.value) if kind in _SHOWN else Answer.DONE
                return [replace(_operation(kind, told, answer), answered=at)]
    return []


def _operations(run: Run, told: Told) -> list[Operation]:
    """One; two when an answer was lost, and the row was shown that had moved on before it was found."""
    kind = _KINDS[told.action]
    answer = _answer(kind, told)
    made = _made(run, told) if kind is Kind.ENROL and answer.value in set(EnrollmentStatus) else answer
    if made is answer:
        return [_operation(kind, told, answer)]
    return [_operation(kind, told, made), _operation(Kind.SHOW, told, answer)]


def _made(run: Run, told: Told) -> Answer:
    """The status in which the request made the row, as the row's trail says."""
    for _, row in run.world.witness.log(run.event.id).seen.get(told.person, []):
        for one in row.history:
            if one.request_id == told.request_id and one.cause in MAKING:
                return Answer(one.status.value)
    return Answer(told.answer)


def _operation(kind: Kind, told: Told, answer: Answer) -> Operation:
    return Operation(
        kind=kind,
        invoked=told.start,
        answered=inf if answer is Answer.UNKNOWN else told.end,
        answer=answer,
        person=told.person,
        other=told.other,
        party=told.party,
        hold=told.action == "hold",
        wait=told.action == "join",
        capacity=told.capacity,
        in_charge=told.action == "remove",
        expires_at=told.deadline if kind is Kind.ENROL and answer is Answer.PENDING else None,
    )


def _answer(kind: Kind, told: Told) -> Answer:
    if told.answer in UNKNOWN:
        return Answer.UNKNOWN
    if kind is Kind.ENROL and told.answer == "event_full":
        return Answer.FULL
    if told.answer in _CODES:
        return _CODES[told.answer] if told.answer != "already_enrolled" or kind is Kind.ENROL else Answer.REFUSED
    if kind in _SHOWN:
        return Answer(told.answer) if told.answer in set(Answer) else Answer.REFUSED
    return Answer.DONE if told.answer in {"done", *LIVE} else Answer.REFUSED


def _at_the_end(run: Run) -> list[Operation]:
    now = run.world.scheduler.now
    rows = run.world.witness.log(run.event.id).rows
    found = []
    for seeker in run.seekers:
        row = rows.get(seeker.claims.user_id)
        seen = Answer(row.status.value) if row else Answer.NOBODY
        found.append(Operation(kind=Kind.SHOW, invoked=now, answered=now, answer=seen, person=seeker.claims.user_id))
    if run.status is EventStatus.PUBLISHED and not run.event.is_past(run.world.now()):
        found.append(Operation(kind=Kind.QUIET, invoked=now, answered=now, answer=Answer.DONE))
    return found
