"""Reading, completing and writing the template; what the roles in it grant."""

import json
from pathlib import Path

import pytest
import yaml

from devtools.package import access
from devtools.package import template as templates
from devtools.package.build import MERGED
from devtools.package.errors import PackageError
from devtools.package.template import ANY_METHOD, Template

PROJECT = Path(__file__).resolve().parents[2]


def test_short_intrinsics_are_read_in_their_long_form(tmp_path: Path) -> None:
    source = "{Ref: !Ref A, GetAtt: !GetAtt A.B.C, Sub: !Sub '${A}', If: !If [A, [!Ref B], !Ref C]}"
    (tmp_path / "t.yaml").write_text(source, encoding="utf-8")

    assert templates.load(tmp_path / "t.yaml") == {
        "Ref": {"Ref": "A"},
        "GetAtt": {"Fn::GetAtt": ["A", "B.C"]},
        "Sub": {"Fn::Sub": "${A}"},
        "If": {"Fn::If": ["A", [{"Ref": "B"}], {"Ref": "C"}]},
    }


def test_a_template_that_was_never_packaged_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"t\.yaml does not exist; run `make package` first"):
        templates.load(tmp_path / "t.yaml")


def test_what_is_written_has_no_aliases_and_reads_back_the_same(template: Template) -> None:
    text = templates.dump(template)

    assert "&id" not in text
    assert json.dumps(yaml.safe_load(text), sort_keys=True) == json.dumps(template, sort_keys=True)


def test_every_path_sends_every_verb_to_the_application_and_keeps_its_parameters(template: Template) -> None:
    paths = templates.paths(template)

    assert all(ANY_METHOD in methods for methods in paths.values())
    catch_all = paths["/events/{event_id}"][ANY_METHOD]
    assert (
        catch_all["x-amazon-apigateway-integration"]
        == paths["/events/{event_id}"]["get"]["x-amazon-apigateway-integration"]
    )
    assert [one["name"] for one in catch_all["parameters"]] == ["event_id"]


def test_completing_a_template_leaves_the_given_one_alone(template: Template) -> None:
    for methods in templates.paths(template).values():
        del methods[ANY_METHOD]
    before = json.dumps(template)

    templates.with_any_method(template)

    assert json.dumps(template) == before


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "A"}, "A"),
        ({"Fn::GetAtt": ["A", "Arn"]}, "A"),
        ({"Fn::Sub": "${A.Arn}"}, "A"),
        ({"Fn::Sub": "arn:${A}"}, ""),
        ({"Fn::Sub": "x", "Fn::GetAtt": ["A", "Arn"]}, ""),
        ("A", ""),
        (None, ""),
    ],
    ids=["Ref", "GetAtt", "Sub", "Sub of more", "two at once", "text", "nothing"],
)
def test_an_intrinsic_names_one_resource_or_none(value: object, expected: str) -> None:
    assert templates.referred(value) == expected


def test_the_api_may_query_exactly_the_tables_with_a_range_and_their_indexes(template: Template) -> None:
    granted = access.grants(template, "APIHandler")

    assert {target for action, target in granted if action == "dynamodb:Query"} == {
        "EventsTable",
        "EventsTable/index/by_organizer",
        "EnrollmentsTable",
        "EnrollmentsTable/index/by_attendee",
        "EnrollmentsTable/index/by_maker",
        "AccountsTable",
        "DueTable",
    }


def test_the_mail_sender_never_changes_an_event(template: Template) -> None:
    granted = access.grants(template, "SendMail")

    assert ("dynamodb:BatchGetItem", "EnrollmentsTable") in granted
    writes = {target for action, target in granted if action.endswith(("PutItem", "UpdateItem", "DeleteItem"))}
    assert writes == {"AccountsTable", "DueTable", "EnrollmentsTable", "SeatsTable"}


def test_the_merge_template_declares_every_queue_and_table_once() -> None:
    names = [
        (properties.get("TableName") or properties["QueueName"])["Fn::Sub"]
        for kind in ("AWS::DynamoDB::Table", "AWS::SQS::Queue")
        for properties in templates.of_type(templates.load(PROJECT / MERGED), kind).values()
    ]

    assert sorted(name.removeprefix("${TablePrefix}-") for name in names) == [
        "accounts",
        "due",
        "enrollments",
        "events",
        "feedback",
        "feedback-dead",
        "jobs",
        "jobs-dead",
        "mail",
        "mail-dead",
        "seats",
        "tick-dead",
    ]


def test_the_mail_sender_is_told_where_the_api_is_because_no_request_tells_it(template: Template) -> None:
    functions = {name: one for name, one in template["Resources"].items() if name in {"APIHandler", "SendMail"}}
    told = {name: one["Properties"]["Environment"]["Variables"].get("API_URL") for name, one in functions.items()}
    stage = template["Resources"]["RestAPI"]["Properties"]["StageName"]

    address = f"https://${{RestAPI}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{stage}"
    assert told == {"APIHandler": None, "SendMail": {"Fn::Sub": address}}
