"""What is deployed: rendered for every stage, or with `--package` the two files that `make package` has built."""

import json
from pathlib import Path

import pytest

from devtools.package import stages
from devtools.package import template as templates
from devtools.package.build import Package
from devtools.package.template import Template
from tests.infra.conftest import PROJECT, Parameters, Rendered, Translate

STAGES = ("dev", "prod")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--package", type=Path, help="the folder of a built template.yaml and deployment.zip")


def _folder(config: pytest.Config) -> Path | None:
    """None where this file is read too late for an option, that is when whole folders of tests run."""
    folder: Path | None = config.getoption("package", default=None)
    return folder


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """There is no zip to look at but a built one."""
    return True if collection_path.name == "test_zip.py" and _folder(config) is None else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "stage" in metafunc.fixturenames:
        metafunc.parametrize("stage", ["built"] if _folder(metafunc.config) else STAGES, scope="session")


@pytest.fixture(scope="session")
def package(pytestconfig: pytest.Config) -> Package:
    folder = _folder(pytestconfig)
    assert folder is not None, "asked for by the checks of a built zip only"
    return Package(folder / "template.yaml", folder / "deployment.zip")


@pytest.fixture(scope="session")
def project() -> Path:
    """The working tree that is packaged."""
    return PROJECT


@pytest.fixture(scope="session")
def template(stage: str, rendered: Rendered, request: pytest.FixtureRequest) -> Template:
    """The template to be deployed; nobody changes it."""
    if stage == "built":
        return templates.load(request.getfixturevalue("package").template)
    return rendered(stage)


@pytest.fixture(scope="session")
def parameters(stage: str, request: pytest.FixtureRequest) -> Parameters:
    """What the template is deployed with."""
    if stage == "built":
        found: Parameters = json.loads(request.getfixturevalue("package").parameters.read_text(encoding="utf-8"))
        return found
    return stages.read(PROJECT, stage).values


@pytest.fixture(scope="session")
def translated(template: Template, parameters: Parameters, translations: Translate) -> Template:
    """What CloudFormation deploys; nobody changes it."""
    return translations(template, parameters)
