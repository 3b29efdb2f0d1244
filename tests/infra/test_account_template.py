"""What all stages of an account share: made once, lost with no stage, and open to nobody who need not have it."""

import json
from typing import Any

import pytest

from devtools.package.access import statements
from devtools.package.infra import Tools
from devtools.package.lint import ACCOUNT
from devtools.package.stages import read
from devtools.package.template import Template, load, of_type
from tests.infra.conftest import PROJECT, Rendered, Translate

OIDC = "token.actions.githubusercontent.com"


@pytest.fixture(scope="module")
def account() -> Template:
    return load(PROJECT / ACCOUNT)


def role(account: Template, name: str) -> dict[str, Any]:
    return of_type(account, "AWS::IAM::Role")[name]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_the_permission_of_the_gateway_to_log_is_of_the_account_and_of_no_stage(
    account: Template, rendered: Rendered
) -> None:
    """A stage that had it would take it from all others when it is deleted."""
    assert of_type(account, "AWS::ApiGateway::Account")
    for stage in ("dev", "prod"):
        assert of_type(rendered(stage), "AWS::ApiGateway::Account") == {}
        roles = of_type(rendered(stage), "AWS::IAM::Role").values()
        assert [one for one in roles if "apigateway.amazonaws.com" in json.dumps(one)] == []


@pytest.mark.parametrize("name", ["GatewayAccount", "GatewayLogsRole", "Artifacts", "GitHub"])
def test_what_stages_stand_on_outlives_the_stack(account: Template, name: str) -> None:
    assert account["Resources"][name]["DeletionPolicy"] == "Retain"


def test_packages_are_private_encrypted_and_forgotten_in_the_end(account: Template) -> None:
    (bucket,) = of_type(account, "AWS::S3::Bucket").values()

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] > 0
    (policy,) = of_type(account, "AWS::S3::BucketPolicy").values()
    assert "aws:SecureTransport" in json.dumps(policy)


def test_only_workflows_of_named_environments_of_one_repository_may_deploy(account: Template) -> None:
    (statement,) = role(account, "Deployer")["AssumeRolePolicyDocument"]["Statement"]
    wanted = statement["Condition"]["StringEquals"]

    assert statement["Condition"].keys() == {"StringEquals"}, "nothing that is compared with a star"
    assert wanted[f"{OIDC}:aud"] == "sts.amazonaws.com"
    subjects = [one["Fn::Sub"][0] for one in wanted[f"{OIDC}:sub"]]
    assert subjects
    assert set(subjects) == {"repo:${Repository}:environment:${One}"}
    assert account["Resources"]["Deployer"]["Condition"] == "HasRepository"


def test_a_workflow_hands_packages_over_and_does_nothing_itself(account: Template) -> None:
    allowed = statements(role(account, "Deployer"))
    services = {action.split(":")[0] for one in allowed for action in listed(one["Action"])}

    assert services == {"s3", "cloudformation", "iam"}
    assert [one["Action"] for one in allowed if "iam:" in json.dumps(one["Action"])] == ["iam:PassRole"]
    assert [one for one in allowed if listed(one["Resource"]) == ["*"]] == []


def test_a_stage_cannot_make_itself_more_than_a_stage(account: Template) -> None:
    every = statements(role(account, "Stacks"))
    denied = [one for one in every if one["Effect"] == "Deny"]

    assert [one for one in every if "*" in listed(one["Action"]) or "iam:*" in listed(one["Action"])] == [denied[0]]
    assert {resource["Fn::Sub"].rpartition("-")[2] for resource in denied[0]["Resource"]} == {"stacks", "deployer"}
    assert denied[1]["Resource"]["Fn::Sub"].endswith("::/account")
    everywhere = {
        action
        for one in every
        if one["Effect"] == "Allow" and one["Resource"] == "*"
        for action in listed(one["Action"])
    }
    assert {action.split(":")[0] for action in everywhere} == {"lambda", "logs"}


def test_whoever_deploys_stages_may_make_all_that_they_are_made_of(
    account: Template, rendered: Rendered, translations: Translate
) -> None:
    """In a fresh account the first deployment would stop half-way."""
    stage = translations(rendered("prod"), read(PROJECT, "prod").values)
    kinds = {one["Type"].split("::")[1].lower() for one in stage["Resources"].values()}
    allowed = {
        action.split(":")[0]
        for one in statements(role(account, "Stacks"))
        if one["Effect"] == "Allow"
        for action in listed(one["Action"])
    }

    assert kinds - allowed == set()


def test_its_names_are_those_that_stages_have(account: Template, rendered: Rendered) -> None:
    prefix = rendered("prod")["Parameters"]["TablePrefix"]["Default"]

    assert account["Parameters"]["StackPrefix"]["Default"] == prefix


@pytest.mark.deep  # `make package` does it, and so does `make pr`
def test_cloudformation_would_take_it() -> None:
    assert Tools(PROJECT).lint(PROJECT / ACCOUNT) == []
