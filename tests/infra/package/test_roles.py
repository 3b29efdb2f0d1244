"""Least privilege: what each role of the template may do, and to what."""

from typing import Any

from devtools.package.access import grants, statements
from devtools.package.template import Template, of_type, referred

# Every action that any function may hold. Reading a whole table is not among them, nor is making one.
ALLOWED_ACTIONS = {
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "ses:SendEmail",
    "ses:SendRawEmail",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "ssm:GetParameter",
}
CONSUME = {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
WRITES = {"dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
# The tables whose items a function may change; the ones it may only read are left to its policy.
MAY_WRITE = {
    "APIHandler": {"AccountsTable", "DueTable", "EnrollmentsTable", "EventsTable", "SeatsTable"},
    "RunJob": {
        "AccountsTable",
        "DueTable",
        "EnrollmentsTable",
        "EventsTable",
        "SeatsTable",
    },  # of events: the search index
    "SendMail": {"AccountsTable", "DueTable", "EnrollmentsTable", "SeatsTable"},
    "TakeFeedback": {"AccountsTable", "DueTable", "EnrollmentsTable", "SeatsTable"},
    "Tick": {"DueTable"},
}
MAY_SEND_MAIL = {"SendMail"}


def roles(template: Template) -> dict[str, str]:
    """The role of each function."""
    functions = of_type(template, "AWS::Serverless::Function")
    return {name: properties["Role"]["Fn::GetAtt"][0] for name, properties in functions.items()}


def properties_of(template: Template) -> dict[str, dict[str, Any]]:
    """The properties of each function's role."""
    return {role: template["Resources"][role]["Properties"] for role in roles(template).values()}


def all_grants(template: Template) -> set[tuple[str, str, str]]:
    """Function, action and target of everything that is allowed."""
    return {(function, *pair) for function in roles(template) for pair in grants(template, function)}


def test_whoever_reads_the_key_ring_may_decrypt_it_with_a_key_of_ones_own(template: Template) -> None:
    readers = {
        name
        for name, one in of_type(template, "AWS::IAM::Role").items()
        if any("ssm:GetParameter" in str(statement.get("Action")) for statement in statements(one))
    }
    policy = template["Resources"].get("KeyRingDecryption", {"Properties": {"Roles": []}})

    assert readers == {referred(role) for role in policy["Properties"]["Roles"]}
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Action"], statement["Resource"]) == ("kms:Decrypt", {"Ref": "KeyRingKmsKey"})
    assert "kms:ViaService" in statement["Condition"]["StringEquals"]
    assert policy["Condition"] == "HasKeyRingKmsKey"


def test_every_function_has_a_role_of_its_own(template: Template) -> None:
    used = list(roles(template).values())

    assert [role for role in used if used.count(role) > 1] == []


def test_a_role_has_no_rights_but_those_written_into_it(template: Template) -> None:
    assert [role for role, one in properties_of(template).items() if one.get("ManagedPolicyArns")] == []


def test_only_lambda_may_take_a_role(template: Template) -> None:
    principals = {
        role: [statement["Principal"] for statement in one["AssumeRolePolicyDocument"]["Statement"]]
        for role, one in properties_of(template).items()
    }

    assert [role for role, some in principals.items() if some != [{"Service": "lambda.amazonaws.com"}]] == []


def test_every_statement_is_a_plain_allow(template: Template) -> None:
    assert [
        role
        for role, one in properties_of(template).items()
        for statement in statements(one)
        if statement.get("Effect") != "Allow" or statement.keys() & {"NotAction", "NotResource"}
    ] == []


def test_no_function_may_do_what_no_function_needs(template: Template) -> None:
    assert [grant for grant in sorted(all_grants(template)) if grant[1] not in ALLOWED_ACTIONS] == []


def test_a_right_is_about_one_resource_of_the_template(template: Template) -> None:
    def names_one(target: str) -> bool:
        known = target.split("/", 1)[0] in template["Resources"]
        return "*" not in target and (known or target.startswith("arn:"))

    assert [grant for grant in sorted(all_grants(template)) if not names_one(grant[2])] == []


def test_a_function_changes_only_its_tables(template: Template) -> None:
    writes = [grant for grant in sorted(all_grants(template)) if grant[1] in WRITES]

    assert writes
    assert [grant for grant in writes if grant[2] not in MAY_WRITE.get(grant[0], set())] == []


def test_only_the_mail_sender_sends_mail(template: Template) -> None:
    assert {function for function, action, _ in all_grants(template) if action.startswith("ses:")} == MAY_SEND_MAIL


def test_a_function_takes_messages_only_from_its_event_source(template: Template) -> None:
    sources = {
        (function, referred(event["Properties"].get("Queue")))
        for function in roles(template)
        for event in template["Resources"][function]["Properties"].get("Events", {}).values()
    }
    consumed = [grant for grant in sorted(all_grants(template)) if grant[1] in CONSUME]

    assert consumed
    assert [grant for grant in consumed if (grant[0], grant[2]) not in sources] == []
