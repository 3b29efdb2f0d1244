"""Each check of the gateway fails where a client would be told something else, and names it."""

import json
import re

import pytest

from devtools.package import template as templates
from devtools.package.template import ANY_METHOD, Template
from tests.infra.mistakes import Check, Mistakes, Spoil, cases, drop, found, put, unproven
from tests.infra.package import test_gateway as checks

GATEWAY = ("RestAPI", "GatewayResponses")
RENAMED = {
    "type": "https://$context.domainName/problems/invalid_request",
    "title": "Bad Request",
    "status": 400,
    "detail": "No.",
    "code": "invalid_request",
    "request_id": "$context.requestId",
}
RETITLED = RENAMED | {"type": "about:blank", "title": "Slow down", "status": 429, "code": "too_many_requests"}


def rename_variable(template: Template) -> None:
    paths = templates.paths(template)
    paths["/events/{id}/enrollments"] = paths["/events/{event_id}"]


MISTAKES: Mistakes = {
    checks.test_undeclared_verbs_reach_the_application: {
        "an undeclared verb": (lambda template: templates.paths(template)["/events"].pop(ANY_METHOD), "/events"),
    },
    checks.test_what_no_route_has_reaches_the_application: {
        "no path for it": (lambda template: templates.paths(template).pop("/{proxy+}"), r"\[\] == \['/\{proxy\+\}'\]"),
    },
    checks.test_bytes_reach_everybody: {
        "types by name": (put("RestAPI", "DefinitionBody", checks.BINARY, value=["image/png"]), "image/png"),
    },
    checks.test_no_path_ends_with_a_slash: {
        "a path with a slash": (lambda template: templates.paths(template).update({"/events/": {}}), "/events/"),
    },
    checks.test_a_variable_has_one_name_in_all_paths: {
        "two names for a variable": (rename_variable, "/events.*{event_id}.*{id}"),
    },
    checks.test_every_answer_of_the_gateway_is_declared_and_no_other: {
        "no gateway response": (drop("RestAPI", "Properties", "GatewayResponses", "THROTTLED"), "THROTTLED"),
        "a misspelt one": (put(*GATEWAY, "THROTLED", value={}), "THROTLED"),
    },
    checks.test_an_answer_of_the_gateway_has_the_status_and_code_that_clients_know: {
        "the gateway's 403": (
            put(*GATEWAY, "MISSING_AUTHENTICATION_TOKEN", "StatusCode", value=403),
            "MISSING_AUTHENTICATION_TOKEN",
        ),
    },
    checks.test_an_answer_of_the_gateway_has_its_headers: {
        "no CORS": (put(*GATEWAY, "DEFAULT_5XX", "ResponseParameters", value={"Headers": {}}), "DEFAULT_5XX"),
    },
    checks.test_whoever_is_too_fast_is_told_when_to_come_back: {
        "no pause": (
            drop(
                "RestAPI", "Properties", "GatewayResponses", "THROTTLED", "ResponseParameters", "Headers", "Retry-After"
            ),
            "THROTTLED",
        ),
    },
    checks.test_an_answer_of_the_gateway_is_a_problem_document: {
        "no document": (
            put(*GATEWAY, "REQUEST_TOO_LARGE", "ResponseTemplates", "application/json", value="<html>"),
            "REQUEST_TOO_LARGE",
        ),
        "a document that nobody can trace": (
            put(
                *GATEWAY,
                "DEFAULT_4XX",
                "ResponseTemplates",
                "application/json",
                value=json.dumps(RENAMED | {"request_id": "1"}),
            ),
            "DEFAULT_4XX",
        ),
    },
    checks.test_both_layers_use_the_same_type_and_title_for_a_code: {
        "another title": (
            put(*GATEWAY, "THROTTLED", "ResponseTemplates", "application/json", value=json.dumps(RETITLED)),
            "THROTTLED",
        ),
        "a title of its own": (
            put(*GATEWAY, "DEFAULT_4XX", "ResponseTemplates", "application/json", value=json.dumps(RENAMED)),
            "DEFAULT_4XX.*Invalid request",
        ),
    },
    checks.test_the_stage_is_throttled: {
        "no throttling": (drop("RestAPI", "Properties", "MethodSettings"), "ThrottlingRateLimit"),
        "nothing is let in": (lambda template: template["Parameters"]["BurstLimit"].update(MinValue=0), "BurstLimit"),
    },
    checks.test_a_domain_of_ones_own_closes_the_address_of_the_gateway: {
        "a way around the filter": (drop("RestAPI", "Properties", "DisableExecuteApiEndpoint"), "HasDomain"),
        "old TLS": (put("Domain", "SecurityPolicy", value="TLS_1_0"), "TLS_1_0"),
        "no way in": (drop("DomainMapping"), "None"),
    },
    checks.test_the_access_log_has_a_line_a_request_and_no_path: {
        "tokens in the log": (
            put("RestAPI", "AccessLogSetting", "Format", value='{"path":"$context.path"}'),
            "context.path",
        ),
        "no access log": (drop("RestAPI", "Properties", "AccessLogSetting"), "assert ''"),
    },
}


@pytest.mark.parametrize(("check", "spoil", "named"), cases(MISTAKES))
def test_a_mistake_fails_its_check_and_is_named(template: Template, check: Check, spoil: Spoil, named: str) -> None:
    assert re.search(named, found(template, check, spoil), re.DOTALL)


def test_every_check_finds_a_mistake() -> None:
    assert unproven(checks, MISTAKES) == set()
