"""The workers of `make test` share modules, and begin with what waits."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.sharing import FIRST, LONG, MANY, ByModule


class Worker:
    """What the scheduler knows of one."""

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.shutting_down = False
        self.told: list[int] = []

    def send_runtest_some(self, places: list[int]) -> None:
        self.told += places

    def shutdown(self) -> None:
        self.shutting_down = True


@pytest.fixture
def workers() -> list[Worker]:
    return [Worker("gw0"), Worker("gw1")]


def shared(workers: list[Worker], tests: list[str]) -> list[list[str]]:
    """What each has run at the end; the faster one has finished a test when the other begins its second."""
    settings: Any = SimpleNamespace(
        getvalue=lambda _: ["popen"] * len(workers), option=SimpleNamespace(loadscopereorder=True)
    )
    scheduler = ByModule(settings)
    for worker in workers:
        scheduler.add_node(worker)
        scheduler.add_node_collection(worker, tests)
    scheduler.schedule()
    done = [0 for _ in workers]
    while any(place < len(worker.told) for place, worker in zip(done, workers, strict=True)):
        for number, worker in enumerate(workers):
            if done[number] < len(worker.told):
                scheduler.mark_test_complete(worker, worker.told[done[number]])
                done[number] += 1
    return [[tests[place] for place in worker.told] for worker in workers]


def test_of_thousands_a_module_goes_to_one_worker(workers: list[Worker]) -> None:
    tests = [f"tests/test_{number % 40}.py::test_it[{number}]" for number in range(MANY + 1)]

    ran = shared(workers, tests)

    assert sorted(ran[0] + ran[1]) == sorted(tests)
    modules = [{test.partition("::")[0] for test in one} for one in ran]
    assert all(modules)
    assert not modules[0] & modules[1]


def test_what_waits_is_begun_first_and_stays_together(workers: list[Worker]) -> None:
    many = [f"tests/test_a.py::test_it[{number}]" for number in range(MANY)]
    waiting = ["tests/test_y.py::test_b@stack", "tests/test_z.py::test_c@stack"]

    ran = shared(workers, many + waiting)

    assert FIRST[0] == "stack"
    assert ran[0][:2] == waiting


def test_what_takes_long_comes_before_what_has_many_tests(workers: list[Worker]) -> None:
    many = [f"tests/test_{number % 4}.py::test_it[{number}]" for number in range(MANY)]
    slow = [f"{LONG[0]}test_it.py::test_seed", f"{LONG[1]}test_it.py::test_time"]

    ran = shared(workers, many + slow)

    assert [one[0] for one in ran] == slow


def test_of_hundreds_each_is_shared(workers: list[Worker]) -> None:
    tests = [f"tests/test_a.py::test_it[{number}]" for number in range(10)]

    ran = shared(workers, tests)

    assert sorted(ran[0] + ran[1]) == sorted(tests)
    assert all(ran)
