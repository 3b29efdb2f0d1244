"""What app.py declares, what .chalice/config.json names and what the template deploys are the same functions."""

import json
from pathlib import Path
from typing import Any

import pytest

from app import app
from devtools.package.render import render
from devtools.package.template import Template, paths
from tests.infra.package.test_functions import WORKERS

PROJECT = Path(__file__).resolve().parents[2]
CONFIG: dict[str, Any] = json.loads((PROJECT / ".chalice" / "config.json").read_text(encoding="utf-8"))
DECLARED = {"send_mail": "SendMail", "run_job": "RunJob", "take_feedback": "TakeFeedback", "tick": "Tick"}


@pytest.fixture(scope="module", params=["dev", "prod"])
def packaged(request: pytest.FixtureRequest) -> Template:
    """The template of the application as it is now, for each stage that can be deployed."""
    return render(app, PROJECT, request.param)


def test_the_configuration_names_exactly_the_functions_that_are_declared() -> None:
    assert {source.name for source in app.event_sources} == set(DECLARED)
    assert set(CONFIG["lambda_functions"]) == {"api_handler", *DECLARED}


def test_every_declared_function_is_deployed_with_a_plain_handler() -> None:
    assert set(DECLARED.values()) == set(WORKERS)


def test_every_route_is_in_the_template_under_one_form(packaged: Template) -> None:
    assert set(paths(packaged)) == set(app.routes)


def test_no_stage_carries_an_environment_that_could_be_deployed() -> None:
    assert set(CONFIG["stages"]) == {"local", "dev", "prod"}
    assert "environment_variables" not in json.dumps(CONFIG)


def test_chalice_itself_grants_nothing() -> None:
    policy = json.loads((PROJECT / ".chalice" / CONFIG["iam_policy_file"]).read_text(encoding="utf-8"))

    assert CONFIG["autogen_policy"] is False
    assert policy["Statement"] == []
