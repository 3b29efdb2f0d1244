"""Who may write what makes an admin, and what admins did."""

from typing import Any

from devtools.package.access import statements
from devtools.package.template import Template
from tests.infra.operators import of_admins

ROLE = "AdminsRole"


def test_it_writes_roles_the_set_of_admins_and_the_trail(template: Template) -> None:
    allowed = {"roles", "version", "updated_at", "ids", "pk", "sk"}
    by_action = {one["Action"][-1]: one["Condition"] for one in of_table(template)}
    updates = [one["Update"] for _, asked in of_admins() for one in asked.get("TransactItems", []) if "Update" in one]

    assert set(by_action["dynamodb:UpdateItem"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]) == allowed
    named = {name for update in updates for name in update["ExpressionAttributeNames"].values()}
    assert named <= allowed
    assert "roles" in named
    assert by_action["dynamodb:PutItem"]["ForAllValues:StringLike"] == {"dynamodb:LeadingKeys": ["audit"]}


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
