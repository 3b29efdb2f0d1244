"""Each check of the translation fails where CloudFormation would deploy something else, and names it."""

import inspect
import re
from collections.abc import Callable

import pytest

from devtools.package.stages import read
from devtools.package.template import Template
from tests.infra.conftest import PROJECT, Translate
from tests.infra.mistakes import Mistakes, Spoil, cases, drop, put, resource, unproven
from tests.infra.package import test_translated as checks
from tests.infra.package.test_gateway import BINARY

STAGE = "RestAPIapiStage"
INTEGRATION = "x-amazon-apigateway-integration"
LATEST = {
    "Fn::Sub": ["arn:aws:apigateway:a:lambda:path/b/functions/${Live}/invocations", {"Live": "${APIHandler.Arn}"}]
}
PARAMETERS = read(PROJECT, "prod").values


def second_stage(template: Template) -> None:
    (deployment,) = (name for name in template["Resources"] if name.startswith("RestAPIDeployment"))
    resource(template, deployment)["StageName"] = "Stage"


def stray_resource(template: Template) -> None:
    template["Resources"]["Stray"] = {"Type": "AWS::ApiGateway::Stage", "Properties": {}}


def forget(kind: str) -> Spoil:
    def spoil(template: Template) -> None:
        del resource(template, "RestAPI")["Body"]["x-amazon-apigateway-gateway-responses"][kind]

    return spoil


def too_many(template: Template) -> None:
    template["Resources"] |= {f"Queue{number}": {"Type": "AWS::SQS::Queue"} for number in range(500)}


MISTAKES: Mistakes = {
    checks.test_cloudformation_takes_as_much_as_there_is: {"resources beyond its quota": (too_many, "<= 500")},
    checks.test_bytes_are_deployed_as_they_stand_in_the_template: {
        "types by name": (put("RestAPI", "Body", BINARY, value=["image/png"]), "image/png"),
    },
    checks.test_there_is_one_public_stage: {
        "a deployment with a stage of its own": (second_stage, "'Stage'"),
        "no stage": (drop(STAGE), "api"),
    },
    checks.test_every_stage_is_throttled: {
        "no throttle": (drop(STAGE, "Properties", "MethodSettings"), STAGE),
        "a throttle of one route": (put(STAGE, "MethodSettings", 0, "ResourcePath", value="/events"), STAGE),
    },
    checks.test_what_enrolling_takes_has_throttles_that_nobody_else_uses_up: {
        "no throttle of enrolling": (drop(STAGE, "Properties", "MethodSettings"), "enrollments"),
        "a method that is not there": (
            put(STAGE, "MethodSettings", 1, "ResourcePath", value="/~1events"),
            "enrollments",
        ),
        "the throttle of readers": (
            put(STAGE, "MethodSettings", 1, "ThrottlingRateLimit", value={"Ref": "RateLimit"}),
            "enrollments",
        ),
    },
    checks.test_every_stage_has_an_access_log: {
        "no log": (drop(STAGE, "Properties", "AccessLogSetting"), STAGE),
    },
    checks.test_no_stage_pays_for_metrics_of_each_route: {
        "metrics of each route": (put(STAGE, "MethodSettings", 0, "MetricsEnabled", value=True), STAGE),
    },
    checks.test_long_answers_are_compressed: {
        "no compression": (drop("RestAPI", "Properties", "MinimumCompressionSize"), "RestAPI"),
    },
    checks.test_only_this_api_and_this_rule_may_call_functions: {
        "anybody's gateway": (drop("APIHandlerInvokePermission", "Properties", "SourceArn"), "APIHandlerInvoke"),
    },
    checks.test_the_translation_adds_what_is_known: {
        "something that SAM added": (stray_resource, "Stage"),
    },
    checks.test_requests_go_to_the_version_that_is_live: {
        "whatever was uploaded last": (
            put("RestAPI", "Body", "paths", "/events", "get", INTEGRATION, "uri", value=LATEST),
            "Arn",
        ),
        "a gateway that may not call it": (
            put("APIHandlerInvokePermission", "FunctionName", value={"Ref": "APIHandler"}),
            "APIHandler",
        ),
    },
    checks.test_a_version_that_fails_is_taken_back_by_alarms: {
        "no alarm": (put("APIHandlerDeploymentGroup", "AlarmConfiguration", "Alarms", value=[]), "ApiErrorsAlarm"),
        "no way back": (
            put("APIHandlerDeploymentGroup", "AutoRollbackConfiguration", "Events", value=[]),
            "STOP_ON_ALARM",
        ),
        "all at once": (drop("APIHandlerAliaslive", "UpdatePolicy"), "None"),
    },
    checks.test_everything_else_is_deployed_as_it_stands_in_the_template: {
        "an altered queue": (put("MailQueue", "VisibilityTimeout", value=1), "MailQueue"),
    },
    checks.test_functions_are_deployed_as_they_stand_in_the_template: {
        "another architecture": (put("Tick", "Architectures", value=["x86_64"]), "Tick.*Architectures"),
    },
    checks.test_event_sources_are_deployed_as_they_stand_in_the_template: {
        "one bad message for all": (
            drop("SendMailSendMailSqsEventSource", "Properties", "FunctionResponseTypes"),
            "SendMail",
        ),
    },
    checks.test_every_path_is_deployed_with_its_verbs_and_the_rest: {
        "a path less": (lambda template: resource(template, "RestAPI")["Body"]["paths"].pop("/health"), "/health"),
    },
    checks.test_every_answer_of_the_gateway_is_deployed: {
        "the gateway's own answer": (forget("THROTTLED"), "THROTTLED"),
    },
}


@pytest.fixture(scope="module")
def sound(rendered: Callable[[str], Template]) -> Template:
    return rendered("prod")


def fails(check: Callable[..., None], template: Template, translated: Template) -> str:
    """What the check says; empty if it is content."""
    given = {"template": template, "translated": translated, "parameters": PARAMETERS}
    try:
        check(**{name: given[name] for name in inspect.signature(check).parameters})
    except AssertionError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("check", "spoil", "named"), cases(MISTAKES))
def test_a_mistake_fails_its_check_and_is_named(
    sound: Template, translations: Translate, check: Callable[..., None], spoil: Spoil, named: str
) -> None:
    translated = translations(sound, PARAMETERS)
    assert not fails(check, sound, translated)
    spoil(translated)

    assert re.search(named, fails(check, sound, translated), re.DOTALL)


def test_every_check_finds_a_mistake() -> None:
    assert unproven(checks, MISTAKES) == set()


def test_the_second_stage_that_sam_adds_by_itself_is_found(template: Template, translations: Translate) -> None:
    del template["Resources"]["RestAPI"]["Properties"]["OpenApiVersion"]

    assert "'Stage'" in fails(checks.test_there_is_one_public_stage, template, translations(template, PARAMETERS))
