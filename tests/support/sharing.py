"""How `make test` shares the tests between its workers."""

from collections.abc import Sequence

from xdist.scheduler import LoadGroupScheduling
from xdist.workermanage import WorkerController

MANY = 2_000
# They wait for other processes for minutes: begun last, they would keep one worker waiting alone at the end.
FIRST = ("stack", "local-stack", "contract-ministack", "local-engine", "tests/contract/test_mails_in_a_browser.py")


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

    def _split_scope(self, nodeid: str) -> str:
        scope = str(super()._split_scope(nodeid))
        return scope.partition("::")[0] if self.collection and len(self.collection) > MANY else scope

    def _assign_work_unit(self, node: WorkerController) -> None:
        for scope in FIRST:
            if scope in self.workqueue:
                self.workqueue.move_to_end(scope, last=False)
                break
        super()._assign_work_unit(node)
