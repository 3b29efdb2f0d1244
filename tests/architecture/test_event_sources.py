"""What app.py declares, what .chalice/config.json names and what the template deploys are the same functions."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from chalice.app import SQSEventConfig

from app import app
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.domain.outbox.queues import Content, QueueName
from devtools.package.render import render
from devtools.package.template import Template, of_type, paths, referred
from tests.infra.package.test_functions import WORKERS

PROJECT = Path(__file__).resolve().parents[2]
CONFIG: dict[str, Any] = json.loads((PROJECT / ".chalice" / "config.json").read_text(encoding="utf-8"))
FUNCTION, SQS_QUEUE = "AWS::Serverless::Function", "AWS::SQS::Queue"
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


def test_each_queue_is_read_by_one_declared_function_with_its_worker() -> None:
    sources = {source.queue: source.name for source in app.event_sources if isinstance(source, SQSEventConfig)}
    assert set(sources) == {f"turnout-{queue}" for queue in QueueName}

    for queue in QueueName:
        module, _, _ = WORKERS[DECLARED[sources[f"turnout-{queue}"]]].rpartition(".")
        assert import_module(module).QUEUE is queue


def test_each_queue_and_its_dead_letters_are_deployed_under_its_name(packaged: Template) -> None:
    named = {properties["QueueName"]["Fn::Sub"]: name for name, properties in of_type(packaged, SQS_QUEUE).items()}
    variables = of_type(packaged, FUNCTION)["APIHandler"]["Environment"]["Variables"]

    for queue in QueueName:
        found, dead = named[f"${{TablePrefix}}-{queue}"], named[f"${{TablePrefix}}-{queue}-dead"]
        redrive = packaged["Resources"][found]["Properties"]["RedrivePolicy"]
        assert referred(redrive["deadLetterTargetArn"]) == dead
        assert referred(variables[queue.dead_variable]) == dead
        assert queue.carries is Content.REPORT or referred(variables[queue.variable]) == found


def test_each_entry_of_the_outbox_has_a_queue_that_carries_such() -> None:
    for kind in OutboxKind:
        assert kind.queue.carries is (Content.MAIL if kind.is_mail else Content.JOB)


def test_no_stage_carries_an_environment_that_could_be_deployed() -> None:
    assert set(CONFIG["stages"]) == {"local", "dev", "prod"}
    assert "environment_variables" not in json.dumps(CONFIG)


def test_chalice_itself_grants_nothing() -> None:
    policy = json.loads((PROJECT / ".chalice" / CONFIG["iam_policy_file"]).read_text(encoding="utf-8"))

    assert CONFIG["autogen_policy"] is False
    assert policy["Statement"] == []
