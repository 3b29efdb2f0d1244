"""Each check of the roles fails for a right too many and names it."""

import re

import pytest

from devtools.package.template import Template
from tests.infra.mistakes import Check, Mistakes, Spoil, allow, cases, found, put, statements, unproven
from tests.infra.package import test_roles as checks

EVENTS = {"Fn::GetAtt": ["EventsTable", "Arn"]}


MISTAKES: Mistakes = {
    checks.test_whoever_reads_the_key_ring_may_decrypt_it_with_a_key_of_ones_own: {
        "a reader that cannot decrypt": (
            put("KeyRingDecryption", "Roles", value=[{"Ref": "SendMailRole"}]),
            "ApiHandlerRole",
        ),
        "any key": (
            put("KeyRingDecryption", "PolicyDocument", "Statement", 0, "Resource", value="*"),
            "KeyRingKmsKey",
        ),
    },
    checks.test_no_function_may_do_what_no_function_needs: {
        "a scan": (allow("ApiHandlerRole", "dynamodb:Scan", EVENTS), "APIHandler.*dynamodb:Scan"),
        "any action": (allow("TickRole", "dynamodb:*", EVENTS), "Tick.*dynamodb:.*EventsTable"),
    },
    checks.test_a_right_is_about_one_resource_of_the_template: {
        "any resource": (allow("TickRole", "sqs:SendMessage", "*"), "Tick.*sqs:SendMessage"),
        "a resource of others": (allow("TickRole", "sqs:SendMessage", {"Ref": "OtherQueue"}), "Tick.*OtherQueue"),
    },
    checks.test_a_function_changes_only_its_tables: {
        "a sender that changes events": (
            allow("SendMailRole", "dynamodb:PutItem", EVENTS),
            "SendMail.*dynamodb:PutItem.*EventsTable",
        ),
    },
    checks.test_only_the_mail_sender_sends_mail: {
        "an API that mails": (
            allow("ApiHandlerRole", "ses:SendEmail", "arn:aws:ses:eu-west-1:1:identity/a"),
            "APIHandler",
        ),
        "feedback that mails": (
            allow("TakeFeedbackRole", "ses:SendEmail", "arn:aws:ses:eu-west-1:1:identity/a"),
            "TakeFeedback",
        ),
    },
    checks.test_a_function_takes_messages_only_from_its_event_source: {
        "reading another's queue": (
            allow("RunJobRole", "sqs:ReceiveMessage", {"Fn::GetAtt": ["MailQueue", "Arn"]}),
            "RunJob.*sqs:ReceiveMessage.*MailQueue",
        ),
    },
    checks.test_every_function_has_a_role_of_its_own: {
        "a shared role": (put("Tick", "Role", value={"Fn::GetAtt": ["RunJobRole", "Arn"]}), "RunJobRole"),
    },
    checks.test_a_role_has_no_rights_but_those_written_into_it: {
        "a managed policy": (put("TickRole", "ManagedPolicyArns", value=["arn:x"]), "TickRole"),
    },
    checks.test_only_lambda_may_take_a_role: {
        "a role for others": (
            put("TickRole", "AssumeRolePolicyDocument", "Statement", 0, "Principal", value="*"),
            "TickRole",
        ),
    },
    checks.test_every_statement_is_a_plain_allow: {
        "a denying statement": (
            lambda template: statements(template, "TickRole").append(
                {"Effect": "Allow", "NotAction": "s3:*", "Resource": "arn:a"}
            ),
            "TickRole",
        ),
    },
}


@pytest.mark.parametrize(("check", "spoil", "named"), cases(MISTAKES))
def test_a_mistake_fails_its_check_and_is_named(template: Template, check: Check, spoil: Spoil, named: str) -> None:
    assert re.search(named, found(template, check, spoil), re.DOTALL)


def test_every_check_finds_a_mistake() -> None:
    assert unproven(checks, MISTAKES) == set()
