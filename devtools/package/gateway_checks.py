"""The gateway of the template: every verb reaches the application, every refusal of its own is a problem document."""

import json
from collections import defaultdict
from typing import Any

from devtools.package.template import ANY_METHOD, Template, paths

Document = dict[str, Any]

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
MEMBERS = ["type", "title", "status", "detail", "code", "request_id"]
_TYPE = "https://turnout.example/problems/"
_INTEGRATION = "x-amazon-apigateway-integration"


def complaints(template: Template, documents: dict[str, Document]) -> list[str]:
    """Everything wrong with the API's paths, gateway responses and stage, one sentence each.

    `documents` are the application's own problem documents by code: the gateway must say the same for the same code.
    """
    api = template["Resources"]["RestAPI"]["Properties"]
    found = [*_path_complaints(paths(template)), *_response_complaints(api), *_stage_complaints(api)]
    return found or _difference_complaints(api, documents)


def _path_complaints(declared: dict[str, dict[str, Any]]) -> list[str]:
    found = []
    names: dict[str, set[str]] = defaultdict(set)
    for path, methods in declared.items():
        integration = methods.get(ANY_METHOD, {}).get(_INTEGRATION, {})
        if integration.get("type") != "aws_proxy" or "${APIHandler.Arn}" not in json.dumps(integration):
            found.append(f"{path} does not send undeclared verbs to the application.")
        if path != "/" and path.endswith("/"):
            found.append(f"{path} ends with a slash; the gateway serves both forms from the one without.")
        parts = path.split("/")
        for depth, part in enumerate(parts):
            if part.startswith("{"):
                names["/".join(parts[:depth])].add(part)
    for parent, variables in names.items():
        if len(variables) > 1:
            found.append(
                f"{parent}/ has several variable names ({', '.join(sorted(variables))}); the gateway takes one."
            )
    return found


def _response_complaints(api: dict[str, Any]) -> list[str]:
    responses = api.get("GatewayResponses", {})
    found = [f"Gateway response {name} is missing." for name in RESPONSES if name not in responses]
    found += [f"Gateway response {name} does not exist in API Gateway." for name in responses if name not in RESPONSES]
    for name in sorted(RESPONSES.keys() & responses.keys()):
        found += _one_response_complaints(name, responses[name])
    return found


def _one_response_complaints(name: str, response: dict[str, Any]) -> list[str]:
    status, code = RESPONSES[name]
    headers = response.get("ResponseParameters", {}).get("Headers", {})
    found = [f"Gateway response {name} lacks the header {key}." for key in HEADERS if headers.get(key) != HEADERS[key]]
    try:
        problem = json.loads(response["ResponseTemplates"]["application/json"])
    except (KeyError, ValueError):
        return [*found, f"Gateway response {name} has no JSON document."]
    if list(problem) != MEMBERS or problem["request_id"] != "$context.requestId":
        found.append(f"Gateway response {name} must have exactly {', '.join(MEMBERS)}.")
    if (response.get("StatusCode"), problem.get("status"), problem.get("code")) != (status, status, code):
        found.append(f"Gateway response {name} must be {status} {code}.")
    retry_after = headers.get("Retry-After", "").strip("'")
    if status == 429 and not retry_after.isdecimal():
        found.append(f"Gateway response {name} lacks Retry-After.")
    return found


def _difference_complaints(api: dict[str, Any], documents: dict[str, Document]) -> list[str]:
    """Both layers use the same type and title for a code; the sentence may differ."""
    found = []
    for name, response in api["GatewayResponses"].items():
        problem = json.loads(response["ResponseTemplates"]["application/json"])
        expected = documents.get(problem["code"], {"type": _TYPE + problem["code"], "title": problem["title"]})
        if (problem["type"], problem["title"]) != (expected["type"], expected["title"]):
            found.append(
                f"Gateway response {name} must be of type {expected['type']} and called {expected['title']!r}."
            )
    return found


def _stage_complaints(api: dict[str, Any]) -> list[str]:
    found = []
    settings = api.get("MethodSettings", [{}])[0]
    if not settings.get("ThrottlingRateLimit") or not settings.get("ThrottlingBurstLimit"):
        found.append("The stage has no throttling.")
    log = api.get("AccessLogSetting", {}).get("Format", "")
    if not log or "\n" in log:
        found.append("The stage has no access log of one line a request.")
    if "$context.path" in log or "$context.authorizer" in log or "requestOverride" in log:
        found.append("The access log shows paths, which may hold the token of a mailed link.")
    return found
