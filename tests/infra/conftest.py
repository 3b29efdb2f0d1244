"""The application as it is now, rendered into its template once; every test gets a copy that it may spoil."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from devtools.package.infra import Tools
from devtools.package.template import Template

PROJECT = Path(__file__).resolve().parents[2]
Rendered = Callable[[str], Template]
Parameters = Mapping[str, str]
Translate = Callable[[Template, Parameters], Template]


@pytest.fixture(scope="session")
def rendered() -> Rendered:
    """What `make package` writes for a stage, without packing."""

    @cache
    def text(stage: str) -> str:
        from app import app
        from devtools.package.render import render

        return json.dumps(render(app, PROJECT, stage))

    def template(stage: str) -> Template:
        loaded: Template = json.loads(text(stage))
        return loaded

    return template


@pytest.fixture(scope="session")
def translations() -> Translate:
    """What CloudFormation makes of a SAM template with parameters, each only once."""

    @cache
    def made(text: str, given: str) -> str:
        return json.dumps(Tools(PROJECT).translated(json.loads(text), json.loads(given)))

    def translate(template: Template, parameters: Parameters) -> Template:
        loaded: Template = json.loads(made(json.dumps(template), json.dumps(dict(parameters))))
        return loaded

    return translate


@pytest.fixture
def template(rendered: Rendered) -> Template:
    """The template of the stage `prod`."""
    return rendered("prod")
