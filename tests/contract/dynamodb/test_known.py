"""The table of differences names checks that exist; a misspelt line would expect nothing."""

import importlib
from pathlib import Path

import pytest

from tests.contract.dynamodb.conftest import COLLECTED
from tests.contract.dynamodb.engines import ENGINES
from tests.contract.dynamodb.known import KNOWN

FOLDER = Path(__file__).parent


@pytest.mark.parametrize("engine_name", ENGINES)
def test_every_difference_names_a_check(engine_name: str) -> None:
    modules = [importlib.import_module(f"{__package__}.{file.stem}") for file in FOLDER.glob("test_*.py")]
    functions = {name for module in modules for name in vars(module) if name.startswith("test_")}
    collected_functions = {check.partition(":")[0] for engine, check in COLLECTED if engine == engine_name}

    for check in KNOWN[engine_name]:
        function = check.partition(":")[0]
        assert function in functions, check
        if function in collected_functions:
            assert (engine_name, check) in COLLECTED, check
