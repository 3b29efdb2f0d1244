"""What CloudFormation deploys: SAM's translation of the template, with what it adds and nothing more.

All other checks look at the SAM template; the last ones here say that they hold for the translation too.
"""

import json
import re
from collections import Counter
from typing import Any

from devtools.package.template import ANY_METHOD, Template, of_type, paths, referred
from tests.infra.conftest import Parameters
from tests.infra.package.test_gateway import BINARY

# The resources that the translator makes of functions and their events, of the API, and nothing else.
ADDED = {
    "AWS::Lambda::Alias": 1,  # of the API
    "AWS::ApiGateway::Deployment": 1,
    "AWS::ApiGateway::Stage": 1,
    "AWS::Events::Rule": 1,
    "AWS::Lambda::EventInvokeConfig": 1,
    "AWS::Lambda::EventSourceMapping": 3,
    "AWS::Lambda::Permission": 1,  # Chalice writes the API's
    "AWS::Lambda::Version": 1,
}
SHIFT = {"AWS::CodeDeploy::Application": 1, "AWS::CodeDeploy::DeploymentGroup": 1, "AWS::IAM::Role": 1}
SERVERLESS = "AWS::Serverless::"
ALIAS = "AWS::Lambda::Alias"
# How the two name the stage and the alias.
NAMED = {'"RestAPI.Stage"': '"RestAPIapiStage"', '"APIHandler.Alias"': '"APIHandlerAliaslive"'}
KEPT = ("Architectures", "Environment", "Handler", "LoggingConfig", "MemorySize", "Runtime", "Timeout")
SMALLEST_COMPRESSED = range(256, 10_000)  # bytes; below, gzip makes answers longer


def stages(translated: Template) -> dict[str, dict[str, Any]]:
    return of_type(translated, "AWS::ApiGateway::Stage")


def everywhere(stage: dict[str, Any]) -> dict[str, Any]:
    """The settings of a stage that count for every method."""
    found = [
        one
        for one in stage.get("MethodSettings", [])
        if (one.get("ResourcePath"), one.get("HttpMethod")) == ("/*", "*")
    ]
    return found[0] if found else {}


def test_cloudformation_takes_as_much_as_there_is(translated: Template) -> None:
    """Its quotas, of what the transform makes too: a deployment that is beyond one of them fails after minutes."""
    assert len(translated["Resources"]) <= 500
    assert len(translated["Outputs"]) <= 200
    assert len(translated["Parameters"]) <= 200
    assert len(json.dumps(translated, separators=(",", ":")).encode()) <= 1_000_000


def test_there_is_one_public_stage(translated: Template) -> None:
    """A deployment that names a stage makes one beside the declared ones."""
    named = [one.get("StageName") for one in stages(translated).values()]
    named += [
        one["StageName"] for one in of_type(translated, "AWS::ApiGateway::Deployment").values() if "StageName" in one
    ]

    assert named == ["api"]


def test_every_stage_is_throttled(translated: Template) -> None:
    limits = {name: everywhere(one) for name, one in stages(translated).items()}

    assert {
        name: one
        for name, one in limits.items()
        if not (one.get("ThrottlingRateLimit") and one.get("ThrottlingBurstLimit"))
    } == {}


# With what somebody gets a seat who has an account, or none.
ENROLLING = {
    "/auth/login",
    "/auth/refresh",
    "/e/{event}",
    "/enrollments/{enrollment_id}/confirm",
    "/events/{event_id}/enrollments",
    "/g/{token}",
}


def test_what_enrolling_takes_has_throttles_that_nobody_else_uses_up(translated: Template) -> None:
    """A setting of a method that is not there would count for nothing, and nothing would say so."""
    limits = {"ThrottlingRateLimit": {"Ref": "EnrolRateLimit"}, "ThrottlingBurstLimit": {"Ref": "EnrolBurstLimit"}}
    [paths] = [one["Body"]["paths"] for one in of_type(translated, "AWS::ApiGateway::RestApi").values()]
    for stage in stages(translated).values():
        own = [one for one in stage.get("MethodSettings", []) if one != everywhere(stage)]
        named = {(one["ResourcePath"].removeprefix("/").replace("~1", "/"), one["HttpMethod"]) for one in own}

        assert named == {(path, "POST") for path in ENROLLING}
        assert {path for path, method in named if method.lower() not in paths.get(path, {})} == set()
        assert [one["ResourcePath"] for one in own if {name: one.get(name) for name in limits} != limits] == []


def test_every_stage_has_an_access_log(translated: Template) -> None:
    logs = {
        name: referred(one.get("AccessLogSetting", {}).get("DestinationArn"))
        for name, one in stages(translated).items()
    }

    assert {name: log for name, log in logs.items() if log not in of_type(translated, "AWS::Logs::LogGroup")} == {}


def test_no_stage_pays_for_metrics_of_each_route(translated: Template) -> None:
    """They are custom metrics: five a route and month."""
    assert [
        name
        for name, stage in stages(translated).items()
        if any(one.get("MetricsEnabled") for one in stage.get("MethodSettings", []))
    ] == []


def test_long_answers_are_compressed(translated: Template) -> None:
    sizes = {
        name: one.get("MinimumCompressionSize") for name, one in of_type(translated, "AWS::ApiGateway::RestApi").items()
    }

    assert {name: size for name, size in sizes.items() if size not in SMALLEST_COMPRESSED} == {}


def test_only_this_api_and_this_rule_may_call_functions(translated: Template) -> None:
    permissions = of_type(translated, "AWS::Lambda::Permission")

    assert {name: one for name, one in permissions.items() if not one.get("SourceArn")} == {}


def test_the_translation_adds_what_is_known(template: Template, translated: Template, parameters: Parameters) -> None:
    added = translated["Resources"].keys() - template["Resources"].keys()
    known = ADDED | (SHIFT if parameters.get("GradualShift") == "true" else {})

    assert Counter(translated["Resources"][name]["Type"] for name in added) == known


def test_requests_go_to_the_version_that_is_live(translated: Template) -> None:
    """What was uploaded last is no version: nothing could be taken back, and no snapshot would be used."""
    (api,) = of_type(translated, "AWS::ApiGateway::RestApi").values()
    integrations = [
        method["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        for methods in api["Body"]["paths"].values()
        for method in methods.values()
        if "x-amazon-apigateway-integration" in method
    ]
    (alias,) = of_type(translated, "AWS::Lambda::Alias")

    assert integrations
    assert [one for one in integrations if one[1] != {"Live": {"Ref": alias}} or "/${Live}/" not in one[0]] == []
    allowed = translated["Resources"]["APIHandlerInvokePermission"]["Properties"]["FunctionName"]
    assert allowed == {"Ref": alias}


def test_a_version_that_fails_is_taken_back_by_alarms(translated: Template, parameters: Parameters) -> None:
    groups = of_type(translated, "AWS::CodeDeploy::DeploymentGroup")
    (policy,) = [one.get("UpdatePolicy") for one in translated["Resources"].values() if one["Type"] == ALIAS]

    if parameters.get("GradualShift") != "true":
        assert (groups, policy) == ({}, None)
        return
    (group,) = groups.values()
    watched = {referred(one["Name"]) for one in group["AlarmConfiguration"]["Alarms"]}
    assert watched == {"ApiErrorsAlarm", "GatewayErrorsAlarm"}
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert group["DeploymentConfigName"]["Fn::Sub"][1]["ConfigName"] == parameters["ShiftType"]
    assert policy
    assert policy["CodeDeployLambdaAliasUpdate"]


def test_everything_else_is_deployed_as_it_stands_in_the_template(template: Template, translated: Template) -> None:
    """So what is checked of tables, queues, roles and alarms is true of what is deployed."""
    text = json.dumps(template)
    for written, made in NAMED.items():
        text = text.replace(written, made)
    plain = {
        name: one
        for name, one in json.loads(text)["Resources"].items()
        if not str(one.get("Type", "")).startswith(SERVERLESS)
    }

    assert [name for name, one in plain.items() if translated["Resources"].get(name) != one] == []


def test_functions_are_deployed_as_they_stand_in_the_template(template: Template, translated: Template) -> None:
    wanted = of_type(template, "AWS::Serverless::Function")
    made = of_type(translated, "AWS::Lambda::Function")

    assert made.keys() == wanted.keys()
    assert [
        (name, key) for name, one in wanted.items() for key in (*KEPT, "Role") if made[name].get(key) != one.get(key)
    ] == []


def test_event_sources_are_deployed_as_they_stand_in_the_template(template: Template, translated: Template) -> None:
    mappings = of_type(translated, "AWS::Lambda::EventSourceMapping")
    wanted = {
        name + event: source["Properties"]
        for name, one in of_type(template, "AWS::Serverless::Function").items()
        for event, source in one.get("Events", {}).items()
        if source["Type"] == "SQS"
    }

    keys = ("BatchSize", "FunctionResponseTypes", "ScalingConfig")
    assert mappings.keys() == wanted.keys()
    assert [(name, key) for name in wanted for key in keys if mappings[name].get(key) != wanted[name].get(key)] == []


def test_every_path_is_deployed_with_its_verbs_and_the_rest(template: Template, translated: Template) -> None:
    (api,) = of_type(translated, "AWS::ApiGateway::RestApi").values()
    made = {path: set(methods) for path, methods in api["Body"]["paths"].items()}

    assert made == {path: set(methods) for path, methods in paths(template).items()}
    assert [path for path, verbs in made.items() if ANY_METHOD not in verbs] == []


def test_bytes_are_deployed_as_they_stand_in_the_template(template: Template, translated: Template) -> None:
    (api,) = of_type(translated, "AWS::ApiGateway::RestApi").values()
    wanted = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"][BINARY]

    assert (api["Body"].get(BINARY), api.get("BinaryMediaTypes", wanted)) == (wanted, wanted)


def test_every_answer_of_the_gateway_is_deployed(template: Template, translated: Template) -> None:
    (api,) = of_type(translated, "AWS::ApiGateway::RestApi").values()
    made = api["Body"].get("x-amazon-apigateway-gateway-responses", {})
    wanted = template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]

    assert made.keys() ^ wanted.keys() == set()
    assert [name for name, one in wanted.items() if not answers_alike(one, made[name])] == []


def answers_alike(wanted: dict[str, Any], made: dict[str, Any]) -> bool:
    headers = {re.sub(".*header[.]", "", name): value for name, value in made.get("responseParameters", {}).items()}
    return (str(wanted["StatusCode"]), wanted["ResponseTemplates"], wanted["ResponseParameters"]["Headers"]) == (
        str(made["statusCode"]),
        made["responseTemplates"],
        headers,
    )
