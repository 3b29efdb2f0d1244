"""The arithmetic of budgets against their definition: in no hour and no day more than they say, and nobody held up."""

from collections.abc import Callable, Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.shared.mail_budget import (
    DAY,
    HOUR,
    Budget,
    Sent,
    SharedBudget,
    counting,
    free_at,
    is_counted,
)

BUDGETS = st.builds(lambda hour, more: Budget(hour, hour + more), hour=st.integers(1, 5), more=st.integers(0, 6))
SHARED = st.builds(SharedBudget, each=BUDGETS, beyond=BUDGETS, firsts=BUDGETS)
STEPS = st.lists(st.tuples(st.integers(0, 2 * HOUR), st.sampled_from("abc")), min_size=1, max_size=40)
BEGIN = 1_780_000_000


def let_through(budget: Budget | SharedBudget, steps: Sequence[tuple[int, str]]) -> list[Sent]:
    """Every mail that found room when it asked."""
    now, found = BEGIN, []
    ledger: tuple[Sent, ...] = ()
    for number, (step, actor) in enumerate(steps):
        now += step
        if free_at(ledger, actor, budget, now) == now:
            ledger = counting(ledger, str(number), actor, now)
            found.append(ledger[-1])
    return found


def keeps(sent: Sequence[Sent], budget: Budget) -> bool:
    """Whether no window of an hour or a day that begins with a mail has more than the budget."""
    return all(
        sum(first.at <= one.at < first.at + span for one in sent) <= number
        for first in sent
        for span, number in ((HOUR, budget.hour), (DAY, budget.day))
    )


@given(BUDGETS, STEPS)
def test_a_budget_is_kept_in_every_hour_and_every_day(budget: Budget, steps: list[tuple[int, str]]) -> None:
    assert keeps(let_through(budget, steps), budget)


@given(SHARED, STEPS)
def test_so_are_all_parts_of_a_shared_one(budget: SharedBudget, steps: list[tuple[int, str]]) -> None:
    sent = let_through(budget, steps)

    assert all(keeps([one for one in sent if one.actor == actor], budget.each) for actor in "abc")
    assert keeps([one for one in sent if one.first], budget.firsts)
    assert keeps([one for one in sent if not one.first], budget.beyond)


@given(SHARED, STEPS, st.sampled_from("abcd"))
@example(SharedBudget(Budget(2, 2), Budget(1, 1), Budget(2, 2)), [(0, "a"), (0, "b"), (1, "a")], "b")
def test_who_comes_when_told_finds_room_and_a_second_before_none(
    budget: SharedBudget, steps: list[tuple[int, str]], actor: str
) -> None:
    ledger = let_through(budget, steps)
    now = BEGIN + sum(step for step, _ in steps)

    at = free_at(ledger, actor, budget, now)

    if at > now:
        assert free_at(ledger, actor, budget, at - 1) > at - 1
    assert at <= now + DAY


@given(SHARED, STEPS)
def test_much_of_others_never_holds_up_who_has_caused_nothing(
    budget: SharedBudget, steps: list[tuple[int, str]]
) -> None:
    """As long as there are fewer of them than first mails fit."""
    wide = SharedBudget(budget.each, budget.beyond, firsts=Budget(hour=10, day=10))
    now = BEGIN + sum(step for step, _ in steps)

    assert free_at(let_through(wide, steps), "d", wide, now) == now


@given(STEPS)
def test_a_mail_is_known_for_a_day_and_then_forgotten(steps: list[tuple[int, str]]) -> None:
    ledger: tuple[Sent, ...] = ()
    now = BEGIN
    known: dict[str, int] = {}
    for number, (step, actor) in enumerate(steps):
        now += step
        ledger = counting(ledger, str(number), actor, now)
        known[str(number)] = now
    check: Callable[[str], bool] = lambda mail: is_counted(ledger, mail, now)  # noqa: E731 - read twice

    assert [mail for mail in known if check(mail)] == [mail for mail, at in known.items() if at + DAY > now]
    assert len(ledger) == sum(at + DAY > now for at in known.values())
