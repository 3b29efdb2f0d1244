"""One way for every command: the system of `make run`, or a deployed stage as its API function is configured."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import moto
import pytest
from botocore.exceptions import ClientError

from chalicelib.services.shared.outcomes import TryAgainError
from devtools.local import state
from devtools.local.paths import BASE_VARIABLE, Layout, layout
from operations import target
from operations.target import TargetError

CLOUD = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-west-1"}
DEPLOYED = {"TABLE_PREFIX": "prod", "KEY_RING_PARAMETER": "/prod/key-ring"}
DENIED = "Each command has a role that may do this: docs/operators.md says which, docs/deploy.md how it is taken."
ROLE = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}


def _stack(**function: Any) -> str:
    """A template with the API function alone."""
    properties = {"Handler": "app.app", "Runtime": "python3.12", "Code": {"ZipFile": "pass"}, **function}
    role = {"Role": {"Fn::GetAtt": ["Role", "Arn"]}}
    return json.dumps(
        {
            "Resources": {
                "Role": {"Type": "AWS::IAM::Role", "Properties": ROLE},
                target.FUNCTION: {"Type": "AWS::Lambda::Function", "Properties": {**properties, **role}},
            }
        }
    )


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS with the stage `prod`, and the stage `bare`, whose function has no settings."""
    for name, value in CLOUD.items():
        monkeypatch.setenv(name, value)
    with moto.mock_aws():
        stacks = botocore.session.get_session().create_client("cloudformation")
        stacks.create_stack(StackName="prod", TemplateBody=_stack(Environment={"Variables": DEPLOYED}))
        stacks.create_stack(StackName="bare", TemplateBody=_stack())
        yield


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """The data of a stack of its own, which does not run."""
    monkeypatch.setenv(BASE_VARIABLE, str(tmp_path))
    return layout()


@pytest.mark.usefixtures("cloud")
def test_a_stage_has_the_settings_of_its_function_and_none_of_the_shell() -> None:
    environ = {"KEY_RING": "mine:a2V5", "TABLE_PREFIX": "mine", "AWS_REGION": "eu-west-1"}

    target.use_stage("prod", environ)

    assert environ == {**DEPLOYED, "AWS_REGION": "eu-west-1"}


@pytest.mark.usefixtures("cloud")
def test_a_stage_that_is_not_there_or_cannot_be_read_leaves_the_environment_alone() -> None:
    environ = {"TABLE_PREFIX": "mine"}

    with pytest.raises(ClientError, match=r"DescribeStackResource operation: Stack .* does not exist"):
        target.use_stage("dev", environ)
    with pytest.raises(TargetError, match="of the stack bare has no settings that may be read here"):
        target.use_stage("bare", environ)

    assert environ == {"TABLE_PREFIX": "mine"}


def test_the_local_system_is_the_one_that_runs_and_is_ready(here: Layout) -> None:
    environ = {"AWS_PROFILE": "work", "TABLE_PREFIX": "mine"}
    lock = state.lock(here)
    assert lock is not None
    with lock:
        state.write(here, state.Stack(1, 1, state.STARTING))
        with pytest.raises(TargetError, match="Nothing runs here"):
            target.use_local(environ)
        state.write(here, state.Stack(1, 1, state.READY, environment={"TABLE_PREFIX": "turnout"}))

        target.use_local(environ)

    assert environ == {"TABLE_PREFIX": "turnout"}


def test_without_a_running_system_a_command_says_what_to_do(here: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    assert not here.run.exists()

    assert target.run(argparse.ArgumentParser(), lambda _, __: 0, []) == 1

    assert capsys.readouterr().err == (
        "Nothing runs here: start `make run` first, or name a deployed stage with --stage.\n"
    )


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (KeyboardInterrupt(), 130, "Stopped: the same command goes on from here."),
        (TryAgainError("busy"), 1, "The tables are busy: the same command goes on from here later."),
        (TargetError("Nothing runs here."), 1, "Nothing runs here."),
        (
            ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}, "Query"),
            1,
            f"An error occurred (AccessDeniedException) when calling the Query operation: not authorized\n{DENIED}",
        ),
        (
            ClientError({"Error": {"Code": "Throttling", "Message": "slower"}}, "Query"),
            1,
            "An error occurred (Throttling) when calling the Query operation: slower",
        ),
    ],
    ids=["Ctrl-C", "busy", "no system", "denied", "refused otherwise"],
)
def test_what_an_operator_can_do_something_about_is_one_line(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, line: str
) -> None:
    def work() -> int:
        raise error

    assert target.exit_code(work) == code
    assert capsys.readouterr().err == f"{line}\n"
