"""Deploying lists its changes, makes them or says in one place why not, and touches nothing before it can work."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.store.dynamo.definitions import DEFINITIONS
from devtools.deploy import __main__ as command
from devtools.deploy import staging
from devtools.deploy.cloud import Cloud
from devtools.deploy.errors import DeployError
from devtools.deploy.stack import ChangeSetRequest, Stack
from devtools.package import stages
from devtools.package import template as templates
from devtools.package.stages import PARAMS
from tests.infra.conftest import PROJECT, Rendered

WISH = ChangeSetRequest(body="{}", parameters={"A": "1"}, capabilities=("CAPABILITY_IAM",), role="arn:role")
ADDED = {"Action": "Add", "LogicalResourceId": "Queue", "ResourceType": "AWS::SQS::Queue"}
NEW = {**ADDED, "Action": "Modify", "Replacement": "True", "LogicalResourceId": "Table"}


class Formation:
    """CloudFormation that goes through given states."""

    def __init__(
        self, *states: str, status: str = "CREATE_COMPLETE", reason: str = "", changes: Any = (ADDED,)
    ) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._states = list(states)
        self._set = {"Status": status, "StatusReason": reason, "Changes": [{"ResourceChange": one} for one in changes]}

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        def call(**arguments: Any) -> dict[str, Any]:
            self.calls.append((name, arguments))
            return dict(self._answer(name))

        return call

    def _answer(self, name: str) -> Mapping[str, Any]:
        if name == "describe_stacks":
            state = self._states.pop(0) if len(self._states) > 1 else (self._states or [""])[0]
            if not state:
                message = "Stack with id x does not exist"
                raise ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "DescribeStacks")
            return {
                "Stacks": [{"StackStatus": state, "Outputs": [{"OutputKey": "ApiUrl", "OutputValue": "https://a"}]}]
            }
        if name == "describe_change_set":
            return self._set
        events = [
            {"LogicalResourceId": "Queue", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "no such thing"},
            {"LogicalResourceId": "Table", "ResourceStatus": "CREATE_COMPLETE"},
        ]
        return {"StackEvents": events} if name == "describe_stack_events" else {}

    def named(self, name: str) -> list[dict[str, Any]]:
        return [arguments for called, arguments in self.calls if called == name]


class FakeCloud:
    def __init__(self, formation: Formation) -> None:
        self._formation = formation

    def client(self, service: str) -> Formation:
        assert service == "cloudformation"
        return self._formation


def stack(formation: Formation) -> Stack:
    return Stack(FakeCloud(formation), "turnout-new", pause=0)  # type: ignore[arg-type]  # all that a stack asks of it


@pytest.mark.parametrize(
    ("state", "kind"), [("", "CREATE"), ("REVIEW_IN_PROGRESS", "CREATE"), ("UPDATE_ROLLBACK_COMPLETE", "UPDATE")]
)
def test_a_stack_is_made_or_changed(state: str, kind: str) -> None:
    formation = Formation(state, changes=[ADDED, NEW])

    _, changes = stack(formation).propose(WISH)

    (asked,) = formation.named("create_change_set")
    assert (asked["ChangeSetType"], asked["RoleARN"], asked["TemplateBody"]) == (kind, "arn:role", "{}")
    assert asked["Parameters"] == [{"ParameterKey": "A", "ParameterValue": "1"}]
    assert [str(one).split() for one in changes] == [
        ["Add", "AWS::SQS::Queue", "Queue"],
        ["Modify", "AWS::SQS::Queue", "Table", "(made", "anew)"],
    ]


def test_a_template_that_is_too_long_for_a_body_is_named_by_its_address() -> None:
    arguments = ChangeSetRequest(url="https://s3/b/k").arguments()

    assert (arguments["TemplateURL"], "TemplateBody" in arguments, "RoleARN" in arguments) == (
        "https://s3/b/k",
        False,
        False,
    )


def test_nothing_to_change_is_no_failure() -> None:
    formation = Formation(
        "CREATE_COMPLETE", status="FAILED", reason="The submitted information didn't contain changes."
    )

    assert stack(formation).propose(WISH)[1] == []
    assert formation.named("delete_change_set")


@pytest.mark.parametrize(
    ("state", "said"),
    [("ROLLBACK_COMPLETE", "delete the stack. Tables"), ("UPDATE_IN_PROGRESS", "is being changed by somebody")],
)
def test_a_stack_that_cannot_be_changed_says_what_to_do(state: str, said: str) -> None:
    formation = Formation(state)

    with pytest.raises(DeployError, match=said):
        stack(formation).propose(WISH)
    assert formation.named("create_change_set") == []


def test_a_refused_change_says_why() -> None:
    with pytest.raises(DeployError, match="refuses the change of turnout-new: A rule failed"):
        stack(Formation("CREATE_COMPLETE", status="FAILED", reason="A rule failed")).propose(WISH)


def test_a_change_is_waited_for() -> None:
    formation = Formation("UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")

    assert stack(formation).carry_out("p") == {"ApiUrl": "https://a"}
    assert formation.named("execute_change_set") == [{"StackName": "turnout-new", "ChangeSetName": "p"}]


def test_a_change_that_failed_names_what_failed_and_nothing_else() -> None:
    with pytest.raises(DeployError) as failed:
        stack(Formation("CREATE_IN_PROGRESS", "ROLLBACK_COMPLETE")).carry_out("p")

    assert str(failed.value).splitlines() == [
        "turnout-new was not changed (ROLLBACK_COMPLETE):",
        "- Queue: no such thing",
    ]


# --- Tables that are there already


def carried_out(formation: Formation, *, dry_run: bool = False) -> None:
    staging._carry_out(stack(formation), ChangeSetRequest(adopt=True), dry_run=dry_run)


def test_tables_that_stayed_are_taken(capsys: pytest.CaptureFixture[str]) -> None:
    formation = Formation("", "CREATE_COMPLETE", changes=[{**ADDED, "Action": "Import"}, ADDED])

    carried_out(formation)

    assert formation.named("create_change_set")[0]["ImportExistingResources"] is True
    assert formation.named("execute_change_set")
    assert "ApiUrl=https://a" in capsys.readouterr().out


def test_without_one_of_them_nothing_is_made_over_what_is_there() -> None:
    formation = Formation("")

    with pytest.raises(DeployError, match="deploy without ADOPT"):
        carried_out(formation)
    assert (len(formation.named("delete_change_set")), formation.named("execute_change_set")) == (1, [])


def test_a_dry_run_makes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    formation = Formation("CREATE_COMPLETE", changes=[{**ADDED, "Action": "Import"}])

    carried_out(formation, dry_run=True)

    assert (len(formation.named("delete_change_set")), formation.named("execute_change_set")) == (1, [])
    assert "1 changes, of which none was made (DRY_RUN)" in capsys.readouterr().out


def named(name: str, state: str) -> Stack:
    return Stack(FakeCloud(Formation(state)), name, pause=0)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ["", "REVIEW_IN_PROGRESS"])
def test_no_stage_begins_anew_under_a_name_of_restored_tables(state: str) -> None:
    with pytest.raises(DeployError, match=r"tables restored from turnout-prod are called: `make deploy ADOPT=1`"):
        staging.stop_unless_restored(named("turnout-prod--b", state), adopt=False)

    staging.stop_unless_restored(named("turnout-prod--b", state), adopt=True)
    staging.stop_unless_restored(named("turnout-prod--b", "UPDATE_COMPLETE"), adopt=False)
    staging.stop_unless_restored(named("turnout-prod-b", state), adopt=False)


def test_their_names_are_written_out_because_no_intrinsic_is_adopted(rendered: Rendered) -> None:
    named = templates.with_table_names(rendered("prod"), "turnout--b")

    names = {one["TableName"] for one in templates.of_type(named, "AWS::DynamoDB::Table").values()}
    assert names == {f"turnout--b-{name}" for name in DEFINITIONS}


class Bucket:
    """S3 with what was put there."""

    meta = SimpleNamespace(endpoint_url="https://s3.eu-west-1.amazonaws.com")

    def __init__(self, denied: str = "404") -> None:
        self.held: dict[str, bytes] = {}
        self.writes = 0
        self._denied = denied

    def client(self, _: str) -> "Bucket":
        return self

    def head_object(self, Bucket: str, Key: str) -> None:  # noqa: N803 - as the SDK names them
        if f"{Bucket}/{Key}" not in self.held:
            raise ClientError({"Error": {"Code": self._denied}}, "HeadObject")

    def put_object(self, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803
        self.held[f"{Bucket}/{Key}"] = Body
        self.writes += 1


def test_what_is_handed_over_lies_under_its_digest_once() -> None:
    bucket = Bucket()
    store = staging.Store(bucket, "artifacts", "dev")  # type: ignore[arg-type]  # all that it asks of the cloud

    places = {store.put(b"zip", "zip"), store.put(b"zip", "zip"), store.put(b"other", "zip")}

    assert (len(places), bucket.writes) == (2, 2)
    (place, *_) = places
    assert store.address(place) == f"https://s3.eu-west-1.amazonaws.com/{place.removeprefix('s3://')}"


def test_a_bucket_that_may_not_be_looked_into_is_not_taken_for_an_empty_one() -> None:
    store = staging.Store(Bucket("403"), "artifacts", "dev")  # type: ignore[arg-type]

    with pytest.raises(ClientError):
        store.put(b"zip", "zip")


# --- Before anything is touched


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose stage `new` is packaged."""
    shutil.copytree(PROJECT / "template-infra", tmp_path / "template-infra")
    (tmp_path / PARAMS / "new.yaml").write_text(
        "MailFrom: a@turnout.app\nMailIdentity: turnout.app\n", encoding="utf-8"
    )
    folder = tmp_path / "build" / "package"
    folder.mkdir(parents=True)
    (folder / "deployment.zip").write_bytes(b"zip")
    (folder / "parameters.json").write_text(json.dumps(stages.read(tmp_path, "new").values), encoding="utf-8")
    return tmp_path


def test_a_packaged_stage_is_ready(project: Path) -> None:
    stage, package = staging.ready(project, "new")

    assert (stage.name, package.zip.name) == ("new", "deployment.zip")


def test_examples_are_not_deployed() -> None:
    with pytest.raises(DeployError, match=r"(?s)The stage dev is not yours yet:.*MailFrom: .* is an example"):
        staging.ready(PROJECT, "dev")


def test_without_a_package_there_is_nothing_to_deploy(project: Path) -> None:
    (project / "build" / "package" / "deployment.zip").unlink()

    with pytest.raises(DeployError, match="run `make package STAGE=new`"):
        staging.ready(project, "new")


def test_the_package_of_another_stage_is_refused(project: Path) -> None:
    (project / "build" / "package" / "parameters.json").write_text('{"TablePrefix": "other"}', encoding="utf-8")

    with pytest.raises(DeployError, match="of another stage or of other parameters"):
        staging.ready(project, "new")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A shell that knows no account: no profile, no credentials, and no machine to ask for some."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return monkeypatch


def test_without_a_region_it_says_how_to_name_one(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("AWS_REGION", "eu-west-1")  # which the SDK does not read
    with pytest.raises(DeployError, match="set AWS_DEFAULT_REGION"):
        Cloud()


def test_without_credentials_it_says_how_to_get_some(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    assert command.main(["account"]) == 1
    said = capsys.readouterr().err
    assert "There are no AWS credentials here" in said
    assert said.count("\n") == 1


def test_an_account_that_is_not_prepared_is_told_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "Stack", lambda *_: stack(Formation("")))

    with pytest.raises(DeployError, match="run `make account` once"):
        staging.shared_by_stages(None)  # type: ignore[arg-type]  # asked for nothing
