"""The role of operators who make admins: what the command needs, to the attribute, and nothing else."""

from typing import Any

from devtools.package.access import Call, granted_to, needed, statements
from devtools.package.template import Template
from operations.admins.__main__ import run
from tests.support.builders import a_person
from tests.support.watched import Watched
from tests.support.world import World

ROLE = "AdminsRole"
FINDING = {("cloudformation:DescribeStackResource", "AWS::StackId"), ("lambda:GetFunctionConfiguration", "APIHandler")}


def calls() -> list[Call]:
    """Those of the command when it makes somebody an admin, and ends it."""
    with World() as world:
        people = [a_person(world, f"person{number}@example.org") for number in range(2)]
        client = Watched(world)
        for person in people:
            run(world.container, person.email, world.clock())
        run(world.container, people[0].email, world.clock(), revoke=True)
    return client.calls


def test_it_allows_what_the_command_does_and_nothing_else(template: Template) -> None:
    assert granted_to(template, ROLE) - FINDING == needed(calls())


def test_it_writes_roles_the_set_of_admins_and_the_trail(template: Template) -> None:
    allowed = {"roles", "version", "updated_at", "ids", "pk", "sk"}
    by_action = {
        one["Action"]: one.get("Condition", {}) for one in of_table(template) if isinstance(one["Action"], str)
    }
    updates = [one["Update"] for _, asked in calls() for one in asked.get("TransactItems", []) if "Update" in one]

    assert set(by_action["dynamodb:UpdateItem"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]) == allowed
    named = {name for update in updates for name in update["ExpressionAttributeNames"].values()}
    assert named <= allowed
    assert "roles" in named
    assert by_action["dynamodb:PutItem"]["ForAllValues:StringEquals"] == {"dynamodb:LeadingKeys": ["audit"]}


def test_every_right_on_the_table_is_about_some_of_its_keys(template: Template) -> None:
    assert [
        one["Action"] for one in of_table(template) if "dynamodb:LeadingKeys" not in str(one.get("Condition"))
    ] == []


def of_table(template: Template) -> list[dict[str, Any]]:
    found = statements(template["Resources"][ROLE]["Properties"])
    return [dict(one) for one in found if "dynamodb" in str(one["Action"])]


def test_the_api_neither_changes_nor_deletes_what_admins_did(template: Template) -> None:
    role = template["Resources"]["APIHandler"]["Properties"]["Role"]["Fn::GetAtt"][0]
    changing = [
        one
        for one in statements(template["Resources"][role]["Properties"])
        if {"dynamodb:UpdateItem", "dynamodb:DeleteItem"} & set(one["Action"])
        and one["Resource"] == {"Fn::GetAtt": ["AccountsTable", "Arn"]}
    ]

    assert changing
    conditions = [one["Condition"]["ForAllValues:StringNotEquals"] for one in changing]
    assert conditions == [{"dynamodb:LeadingKeys": ["audit"]}] * len(changing)
