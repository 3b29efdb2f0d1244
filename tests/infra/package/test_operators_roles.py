"""The roles of operators: each allows what its command was seen to ask of AWS, to keys and attributes, and no more."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from chalicelib.store.dynamo.definitions import DEFINITIONS
from devtools.package.access import Asked, Call, asked, covers, granted, statements
from devtools.package.template import Template, of_type, referred
from operations.rights import BETWEEN, RESTORED, ROLES
from tests.infra.conftest import PROJECT
from tests.infra.noted import RING
from tests.infra.operators import CALLS

FINDING = {("cloudformation:DescribeStackResource", "AWS::StackId"), ("lambda:GetFunctionConfiguration", "APIHandler")}
COMMANDS = {role.name: role.command for role in ROLES}
PARAMETERS = {
    RING: "KeyRingParameter",
    "/turnout/mail-keys": "MailKeysParameter",
    "/turnout/feedback-keys": "FeedbackKeysParameter",
}
LONGEST_POLICY = 10_240  # characters of all policies in a role, of which IAM counts no white space
BY_KEYS, BY_ATTRIBUTES = "dynamodb:LeadingKeys", "dynamodb:Attributes"


@cache
def calls(role: str) -> list[Call]:
    return CALLS[COMMANDS[role]]()


@cache
def needs(role: str) -> frozenset[Asked]:
    return frozenset(asked(calls(role)))


def rights(template: Template, role: str) -> list[dict[str, Any]]:
    """Everything that the role may do, by policies under conditions of the template too."""
    attached = [
        one
        for one in of_type(template, "AWS::IAM::Policy").values()
        if role in map(referred, one["Roles"]) and "kms:" not in str(one["PolicyDocument"])
    ]
    own = statements(template["Resources"][role]["Properties"])
    return [*own, *(statement for one in attached for statement in one["PolicyDocument"]["Statement"])]


def commands_of_a_stage(capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    for path in sorted((PROJECT / "operations").glob("*/__main__.py")):
        with pytest.raises(SystemExit):
            import_module(f"operations.{path.parent.name}.__main__").main(["--help"])
        if "--stage" in capsys.readouterr().out:
            yield path.parent.name


def test_every_command_that_works_on_a_stage_has_a_row_and_its_calls(capsys: pytest.CaptureFixture[str]) -> None:
    found = list(commands_of_a_stage(capsys))

    assert len(found) > 5
    assert sorted(role.command for role in ROLES) == found
    assert sorted(CALLS) == found


@pytest.mark.parametrize("role", COMMANDS)
def test_aws_would_deny_nothing_that_the_command_does(template: Template, role: str) -> None:
    allowed = rights(template, role)

    assert needs(role)
    assert {str(one) for one in needs(role) if not any(covers(statement, one) for statement in allowed)} == set()


@pytest.mark.parametrize("role", COMMANDS)
def test_no_action_is_allowed_that_the_command_never_asks_for(template: Template, role: str) -> None:
    needed = {(one.action, one.target) for one in needs(role)}
    unnamed = {action for action, target in needed if not target}  # of a parameter, which calls name by its value

    assert {pair for pair in granted(rights(template, role)) - FINDING if pair[0] not in unnamed} == {
        pair for pair in needed if pair[1]
    }


@pytest.mark.parametrize("role", COMMANDS)
def test_parameters_are_read_and_written_by_their_names(template: Template, role: str) -> None:
    allowed = {pair for pair in granted(rights(template, role)) if pair[0].startswith("ssm:")}

    assert {(action, target.rpartition(":")[2]) for action, target in allowed} == {
        (f"ssm:{operation}", f"parameter${{{PARAMETERS[arguments['Name']]}}}")
        for operation, arguments in calls(role)
        if "Parameter" in operation
    }


@pytest.mark.parametrize("role", COMMANDS)
def test_no_key_or_attribute_is_allowed_that_the_command_never_names(template: Template, role: str) -> None:
    beyond = []
    for statement in rights(template, role):
        covered = [one for one in needs(role) if covers(statement, one)]
        keys = {key for one in covered for key in one.keys}
        named = {name for one in covered for name in one.attributes}
        for condition in statement.get("Condition", {}).values():
            beyond += [key for key in condition.get(BY_KEYS, ()) if not any(fnmatchcase(one, key) for one in keys)]
            beyond += [name for name in condition.get(BY_ATTRIBUTES, ()) if name not in named]

    assert beyond == []


@pytest.mark.parametrize("role", COMMANDS)
def test_no_right_is_about_everything_and_nobody_scans_but_who_fills_restored_tables(
    template: Template, role: str
) -> None:
    pairs = granted(rights(template, role))

    assert {action for action, _ in pairs if "*" in action} == set()
    assert {target for _, target in pairs if "*" in target} == set()
    scanned = {target for action, target in pairs if action == "dynamodb:Scan"}
    restored = {f"{RESTORED}{name.title()}Table" for name in DEFINITIONS}
    assert scanned == (restored if role == "RestoreRole" else set())


@pytest.mark.parametrize("role", COMMANDS)
def test_people_of_the_account_take_it_and_it_is_an_output(template: Template, role: str) -> None:
    properties = template["Resources"][role]["Properties"]

    assert properties["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},
            "Action": "sts:AssumeRole",
        }
    ]
    assert 3600 <= properties["MaxSessionDuration"] <= 12 * 3600
    assert template["Outputs"][role]["Value"] == {"Fn::GetAtt": [role, "Arn"]}


@pytest.mark.parametrize("role", COMMANDS)
def test_cloudformation_deploys_the_role_as_it_is_and_iam_takes_it(
    translated: Template, template: Template, role: str
) -> None:
    """Names are longer than what stands for them, by less than a half."""
    made = translated["Resources"][role]
    text = json.dumps(rights(translated, role), separators=(",", ":"))

    assert made == template["Resources"][role]
    assert len(text) < LONGEST_POLICY / 1.5


def test_only_who_writes_the_ring_may_encrypt_it_and_through_ssm(template: Template) -> None:
    encrypting = {
        name: one for name, one in of_type(template, "AWS::IAM::Policy").items() if "'kms:Encrypt'" in str(one)
    }

    [(name, one)] = encrypting.items()
    [statement] = one["PolicyDocument"]["Statement"]
    assert one["Roles"] == [{"Ref": "KeysRole"}]
    assert template["Resources"][name]["Condition"] == "HasKeyRingKmsKey"
    assert statement["Resource"] == [{"Ref": "KeyRingKmsKey"}]
    assert (
        statement["Condition"]
        == template["Resources"]["KeyRingDecryption"]["Properties"]["PolicyDocument"]["Statement"][0]["Condition"]
    )


def test_restored_tables_are_those_of_no_other_stage(template: Template) -> None:
    """Whatever two stages are called: one may begin with the name of the other."""
    patterns = {
        resource["Fn::Sub"].rpartition("/")[2]
        for role in COMMANDS
        for statement in rights(template, role)
        for resource in statement["Resource"]
        if "${TablePrefix}" in str(resource)
    }
    stages = ("turnout", "turnout-prod", "turnout-prod-eu", "turnoutb", "turnout-events")
    tables = {f"{stage}-{name}" for stage in stages for name in DEFINITIONS}

    assert len(patterns) >= len(DEFINITIONS)
    for stage in stages:
        mine = [pattern.replace("${TablePrefix}", stage) for pattern in patterns]
        assert {name for name in tables for pattern in mine if fnmatchcase(name, pattern)} == set()
        assert all(any(fnmatchcase(f"{stage}{BETWEEN}b-{name}", one) for one in mine) for name in DEFINITIONS)
