"""The gateway of the template: every verb reaches the application, every refusal of its own is a problem document."""

import json
from collections import defaultdict
from typing import Any

from chalicelib.api.http.response import problems
from chalicelib.domain.errors import PROBLEMS
from devtools.package.template import ANY_METHOD, Template, paths

# Every kind of answer that API Gateway gives by itself, with the status and code that clients are to see.
RESPONSES = {
    "ACCESS_DENIED": (403, "forbidden"),
    "API_CONFIGURATION_ERROR": (500, "internal_error"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, "internal_error"),
    "AUTHORIZER_FAILURE": (500, "internal_error"),
    "BAD_REQUEST_BODY": (400, "invalid_request"),
    "BAD_REQUEST_PARAMETERS": (400, "invalid_request"),
    "DEFAULT_4XX": (400, "invalid_request"),
    "DEFAULT_5XX": (500, "internal_error"),
    "EXPIRED_TOKEN": (401, "unauthenticated"),
    "INTEGRATION_FAILURE": (502, "bad_gateway"),
    "INTEGRATION_TIMEOUT": (504, "gateway_timeout"),
    "INVALID_API_KEY": (403, "forbidden"),
    "INVALID_SIGNATURE": (404, "not_found"),
    "MISSING_AUTHENTICATION_TOKEN": (404, "not_found"),
    "QUOTA_EXCEEDED": (429, "too_many_requests"),
    "REQUEST_TOO_LARGE": (413, "body_too_large"),
    "RESOURCE_NOT_FOUND": (404, "not_found"),
    "THROTTLED": (429, "too_many_requests"),
    "UNAUTHORIZED": (401, "unauthenticated"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "unsupported_media_type"),
    "WAF_FILTERED": (403, "forbidden"),
}
HEADERS = {
    "Content-Type": "'application/problem+json'",
    "Access-Control-Allow-Origin": "'*'",
    "X-Request-Id": "context.requestId",
}
BINARY = "x-amazon-apigateway-binary-media-types"
MEMBERS = ["type", "title", "status", "detail", "code", "request_id"]
ADDRESS = "https://$context.domainName"  # a template has no stage that a domain of one's own would not have
Properties = dict[str, Any]


def api(template: Template) -> Properties:
    properties: Properties = template["Resources"]["RestAPI"]["Properties"]
    return properties


def responses(template: Template) -> dict[str, Properties]:
    found: dict[str, Properties] = api(template).get("GatewayResponses", {})
    return {name: one for name, one in found.items() if name in RESPONSES}


def headers(response: Properties) -> dict[str, str]:
    found: dict[str, str] = response.get("ResponseParameters", {}).get("Headers", {})
    return found


def document(response: Properties) -> Properties:
    """What a client reads; empty where that is no JSON."""
    try:
        found: Properties = json.loads(response["ResponseTemplates"]["application/json"])
    except (KeyError, ValueError):
        return {}
    return found


# --- Paths


def test_undeclared_verbs_reach_the_application(template: Template) -> None:
    integrations = {
        path: methods.get(ANY_METHOD, {}).get("x-amazon-apigateway-integration", {})
        for path, methods in paths(template).items()
    }

    assert integrations
    assert [
        path
        for path, one in integrations.items()
        if one.get("type") != "aws_proxy" or "APIHandler.Alias" not in json.dumps(one)
    ] == []


def test_what_no_route_has_reaches_the_application(template: Template) -> None:
    """Browsers would see JSON of the gateway's."""
    assert [path for path in paths(template) if path.endswith("+}")] == ["/{proxy+}"]


def test_bytes_reach_everybody(template: Template) -> None:
    """With media types that are named the gateway decodes only for who asks for one of them before all others."""
    assert api(template)["DefinitionBody"].get(BINARY) == ["*/*"]


def test_no_path_ends_with_a_slash(template: Template) -> None:
    """The gateway serves both forms from the one without."""
    assert [path for path in paths(template) if path != "/" and path.endswith("/")] == []


def test_a_variable_has_one_name_in_all_paths(template: Template) -> None:
    """The gateway takes one name at each place."""
    names: dict[str, set[str]] = defaultdict(set)
    for path in paths(template):
        parts = path.split("/")
        for depth, part in enumerate(parts):
            if part.startswith("{"):
                names["/".join(parts[:depth])].add(part)

    assert {parent: sorted(variables) for parent, variables in names.items() if len(variables) > 1} == {}


# --- Answers of its own


def test_every_answer_of_the_gateway_is_declared_and_no_other(template: Template) -> None:
    assert api(template).get("GatewayResponses", {}).keys() ^ RESPONSES.keys() == set()


def test_an_answer_of_the_gateway_is_a_problem_document(template: Template) -> None:
    documents = {name: document(response) for name, response in responses(template).items()}

    assert {name: list(one) for name, one in documents.items() if list(one) != MEMBERS} == {}
    assert {name for name, one in documents.items() if one["request_id"] != "$context.requestId"} == set()


def test_an_answer_of_the_gateway_has_its_headers(template: Template) -> None:
    assert {
        (name, key)
        for name, response in responses(template).items()
        for key, value in HEADERS.items()
        if headers(response).get(key) != value
    } == set()


def test_an_answer_of_the_gateway_has_the_status_and_code_that_clients_know(template: Template) -> None:
    wrong = {}
    for name, response in responses(template).items():
        status, code = RESPONSES[name]
        problem = document(response)
        if (response.get("StatusCode"), problem.get("status"), problem.get("code")) != (status, status, code):
            wrong[name] = problem

    assert wrong == {}


def test_whoever_is_too_fast_is_told_when_to_come_back(template: Template) -> None:
    throttled = {name: one for name, one in responses(template).items() if RESPONSES[name][0] == 429}

    assert [
        name for name, one in throttled.items() if not headers(one).get("Retry-After", "").strip("'").isdecimal()
    ] == []


def test_both_layers_use_the_same_type_and_title_for_a_code(template: Template) -> None:
    """The sentence may differ."""
    wrong = {}
    for name, response in responses(template).items():
        problem = document(response)
        code = problem.get("code", "")
        known = problems.document(code, "", base_url=ADDRESS) if code in PROBLEMS else {"title": problem.get("title")}
        expected = (problems.type_of(code, ADDRESS), known["title"])
        if (problem.get("type"), problem.get("title")) != expected:
            wrong[name] = expected

    assert wrong == {}


# --- Stage


def test_the_stage_is_throttled(template: Template) -> None:
    """By figures of the stage that are more than nothing."""
    settings = api(template).get("MethodSettings", [{}])[0]
    limits = {name: settings.get(name, {}).get("Ref") for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit")}

    assert limits == {"ThrottlingRateLimit": "RateLimit", "ThrottlingBurstLimit": "BurstLimit"}
    assert [name for name in limits.values() if template["Parameters"][name]["MinValue"] < 1] == []


def test_a_domain_of_ones_own_closes_the_address_of_the_gateway(template: Template) -> None:
    """Or whoever knows it goes around the filter and the certificate."""
    domain = template["Resources"].get("Domain", {"Properties": {}})

    assert api(template).get("DisableExecuteApiEndpoint") == {"Fn::If": ["HasDomain", True, False]}
    assert domain["Properties"].get("SecurityPolicy") == "TLS_1_2"
    assert {template["Resources"].get(name, {}).get("Condition") for name in ("Domain", "DomainMapping")} == {
        "HasDomain"
    }


def test_the_access_log_has_a_line_a_request_and_no_path(template: Template) -> None:
    """Paths may hold the token of a mailed link."""
    line = api(template).get("AccessLogSetting", {}).get("Format", "")

    assert line
    assert "\n" not in line
    assert [part for part in ("$context.path", "$context.authorizer", "requestOverride") if part in line] == []
