"""How `make test` shares the tests between its workers: what is imported, and what is run."""

from collections.abc import Generator, Sequence

import pytest
from xdist.scheduler import LoadGroupScheduling
from xdist.workermanage import WorkerController

MANY = 2_000
# What takes longest comes first: begun last, it would keep one worker busy alone at the end. First those that wait for
# other processes, then folders whose single tests take seconds. Of all others those with the most tests come first.
FIRST = ("stack", "local-stack", "contract-ministack", "local-engine", "tests/contract/test_mails_in_a_browser.py")
LONG = ("tests/simulation/", "tests/component/bench/", "tests/infra/", "tests/architecture/", "tests/property/")


class Collected(list[str]):
    """The tests of a worker, whose places are asked for one by one."""

    def __init__(self, tests: Sequence[str]) -> None:
        super().__init__(tests)
        self._places = {test: place for place, test in enumerate(tests)}

    def index(self, test: str, *_: object) -> int:
        return self._places[test]


class ByModule(LoadGroupScheduling):  # type: ignore[misc]  # xdist has no types
    """Of thousands of tests a module goes to one worker: its fixtures are made once, and hundreds of pieces are shared.

    Of hundreds, as in `make test-deep`, each test is a piece of its own, as xdist has it. Groups stay together.
    """

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        super().add_node_collection(node, collection)
        self.registered_collections[node] = Collected(collection)

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """What is done is forgotten: xdist counts all that a worker was ever given, after every single test."""
        scope = self._split_scope(self.registered_collections[node][item_index])
        super().mark_test_complete(node, item_index, duration)
        if all(self.assigned_work[node][scope].values()):
            del self.assigned_work[node][scope]

    def _split_scope(self, nodeid: str) -> str:
        scope = str(super()._split_scope(nodeid))
        return scope.partition("::")[0] if self.collection and len(self.collection) > MANY else scope

    def _assign_work_unit(self, node: WorkerController) -> None:
        if (scope := self._longest()) is not None:
            self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)

    def _longest(self) -> str | None:
        named = (scope for scope in FIRST if scope in self.workqueue)
        return next(named, next((scope for scope in self.workqueue if scope.startswith(LONG)), None))


class FromTheEnd:
    """A plugin of one of two workers: it imports the modules in the opposite order.

    Where nothing is compiled yet, as on a fresh checkout, each then compiles half of them and reads the other half,
    instead of both compiling everything at the same time.
    """

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        if isinstance(collector, pytest.Directory):
            report.result.reverse()
        return report


def in_order(items: list[pytest.Item]) -> None:
    """By their files, whatever order these were imported in: all workers have to agree."""
    items.sort(key=lambda item: item.path.parts)
