"""Importing has no side effects and loads no more than its function needs."""

import sysconfig
from pathlib import Path

import pytest

from devtools.package import bare, function_checks, zip_checks

PROJECT = Path(__file__).resolve().parents[2]
LIBRARIES = f"sys.path.append({sysconfig.get_path('purelib')!r})"
MODULES = ["app", *(dotted.rpartition(".")[0] for dotted in function_checks.WORKERS.values())]


@pytest.mark.parametrize("module", MODULES)
def test_a_function_imports_without_aws_network_files_or_settings(module: str) -> None:
    loaded = bare.probe(PROJECT, f"{LIBRARIES}; import {module}")["modules"]

    assert module in loaded


@pytest.mark.parametrize("module", MODULES)
def test_a_function_loads_no_more_than_it_needs(module: str) -> None:
    loaded = bare.probe(PROJECT, f"{LIBRARIES}; import {module}")["modules"]

    assert [name for name in zip_checks.banned(module) if name in loaded] == []
