"""What the bench measures of schedules and reminders is what it says, on fewer of them."""

from tests.bench.background import IDLE_READS, idle_day
from tests.bench.rows import Budget


def test_idle_schedules_cost_the_same_beside_any_number_of_enrollments() -> None:
    few, many = (idle_day(number, Budget(), minutes=120) for number in (10, 2_000))

    assert (few.reads, few.writes) == (many.reads, many.writes)
    assert 0 < few.reads <= IDLE_READS / 12
    assert few.writes == 12
