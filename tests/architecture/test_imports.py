"""Importing has no side effects and loads no more than its function needs."""

import sys
import sysconfig
from pathlib import Path

import pytest

from devtools.package import bare
from tests.infra.package.test_functions import WORKERS
from tests.infra.package.test_zip import banned

HERE = bare.Unpacked(Path(__file__).resolve().parents[2], Path(sys.executable))
LIBRARIES = f"sys.path.append({sysconfig.get_path('purelib')!r})"
MODULES = ["app", *(dotted.rpartition(".")[0] for dotted in WORKERS.values())]


@pytest.mark.parametrize("module", MODULES)
def test_a_function_imports_without_aws_network_files_or_settings(module: str) -> None:
    loaded = bare.probe(HERE, f"{LIBRARIES}; import {module}")["modules"]

    assert module in loaded


@pytest.mark.parametrize("module", MODULES)
def test_a_function_loads_no_more_than_it_needs(module: str) -> None:
    loaded = bare.probe(HERE, f"{LIBRARIES}; import {module}")["modules"]

    assert [name for name in banned(module) if name in loaded] == []
