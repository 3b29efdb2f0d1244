"""Each check of the roles of operators fails for a right too many or too few, and names it."""

import re
from functools import partial

import pytest

from devtools.package.template import Template
from tests.infra.mistakes import Check, Spoil, allow, cases, found, put, statements
from tests.infra.package import test_operators_roles as checks

ROLE = "MailboxesRole"
ACCOUNTS = {"Fn::GetAtt": ["AccountsTable", "Arn"]}


def too_little(action: str) -> Spoil:
    """Without an action that the command needs."""

    def spoil(template: Template) -> None:
        for statement in statements(template, ROLE):
            statement["Action"] = [one for one in statement["Action"] if one != action]

    return spoil


def for_keys(*keys: str) -> Spoil:
    def spoil(template: Template) -> None:
        for statement in statements(template, ROLE):
            for condition in statement.get("Condition", {}).values():
                condition["dynamodb:LeadingKeys"] = list(keys)

    return spoil


def of(check: Check) -> Check:
    return partial(check, role=ROLE)


MISTAKES = {
    of(checks.test_aws_would_deny_nothing_that_the_command_does): {
        "an action missing": (too_little("dynamodb:UpdateItem"), "dynamodb:UpdateItem"),
        "other keys": (for_keys("user#*"), "mailbox#"),
        "a key of the ring missing": (too_little("ssm:GetParameter"), "ssm:GetParameter"),
    },
    of(checks.test_no_action_is_allowed_that_the_command_never_asks_for): {
        "an action too many": (allow(ROLE, "dynamodb:DeleteItem", ACCOUNTS), "DeleteItem.*AccountsTable"),
        "a table too many": (allow(ROLE, "dynamodb:UpdateItem", {"Fn::GetAtt": ["DueTable", "Arn"]}), "DueTable"),
    },
    of(checks.test_parameters_are_read_and_written_by_their_names): {
        "another parameter": (
            allow(ROLE, "ssm:GetParameter", {"Fn::Sub": "arn:aws:ssm:eu-west-1:1:parameter${MailKeysParameter}"}),
            "MailKeysParameter",
        ),
    },
    of(checks.test_no_key_or_attribute_is_allowed_that_the_command_never_names): {
        "keys too many": (for_keys("mailbox#*", "user#*"), "user#"),
    },
    of(checks.test_no_right_is_about_everything_and_nobody_scans_but_who_fills_restored_tables): {
        "a scan": (allow(ROLE, "dynamodb:Scan", ACCOUNTS), "AccountsTable"),
        "all actions": (allow(ROLE, "dynamodb:*", ACCOUNTS), "dynamodb:"),
        "all parameters": (allow(ROLE, "ssm:PutParameter", "*"), "[*]"),
    },
    of(checks.test_people_of_the_account_take_it_and_it_is_an_output): {
        "a role for everybody": (
            put(ROLE, "AssumeRolePolicyDocument", "Statement", 0, "Principal", value="*"),
            "Principal",
        ),
    },
    checks.test_only_who_writes_the_ring_may_encrypt_it_and_through_ssm: {
        "any key": (
            put("KeysRoleHasKeyRingKmsKey", "PolicyDocument", "Statement", 0, "Resource", value=["*"]),
            "KeyRingKmsKey",
        ),
    },
    checks.test_restored_tables_are_those_of_no_other_stage: {
        "one hyphen": (
            lambda template: statements(template, "RestoreRole")[-1]["Resource"].append(
                {"Fn::Sub": "arn:aws:dynamodb:eu-west-1:1:table/${TablePrefix}-?*-events"}
            ),
            "turnout-prod-events",
        ),
    },
}


@pytest.mark.parametrize(("check", "spoil", "named"), cases(MISTAKES))
def test_a_mistake_in_a_role_of_operators_is_found(template: Template, check: Check, spoil: Spoil, named: str) -> None:
    assert re.search(named, found(template, check, spoil), re.DOTALL)
