"""Tools of an assistant, made of the operations of the OpenAPI document: what they take, and the request that they are.

It needs the standard library only. What a tool may be given is what the document says of its operation, so that a new
filter of the list is one of `find_events` without a change here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

_VERBS = ("get", "put", "post", "delete", "patch")


class ArgumentsError(Exception):
    """What a tool was given is not what it takes; the message says what it takes."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A tool by the operation that it is; `without` are fields that an assistant must not fill in."""

    name: str
    operation: str
    purpose: str
    without: frozenset[str] = frozenset()


KINDS = (
    Kind("find_events", "list_events", "Find events that are open to the public."),
    Kind("show_event", "show_event", "Show one event: when, where, price, free seats, description."),
    Kind(
        "enrol",
        "enrol_in_event",
        "Enrol the owner of the API key in an event. Ask the person first.",
        frozenset({"attendee_id", "name", "email"}),  # of others
    ),
    Kind("my_places", "list_my_enrollments", "List the places of the owner of the API key, with their status and id."),
    Kind("cancel_place", "cancel_enrollment", "Give a place back, by its id of `my_places`. Ask the person first."),
)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; `target` is the path with the query."""

    method: str
    target: str
    body: str | None


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool as an assistant sees it, and how a call of it becomes a request."""

    name: str
    description: str
    schema: dict[str, Any]
    method: str
    path: str
    places: Mapping[str, str]

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    def request(self, arguments: Mapping[str, Any]) -> Request:
        """Raises `ArgumentsError` for names that it does not know, and where a needed one is missing."""
        unknown = sorted(set(arguments) - set(self.places))
        missing = [name for name in self.schema["required"] if name not in arguments]
        if unknown or missing:
            wrong = [f"{name} is unknown" for name in unknown] + [f"{name} is missing" for name in missing]
            raise ArgumentsError(f"{'; '.join(wrong)}. {self.name} takes {', '.join(self.places)}.")
        path, query, body = self.path, {}, {}
        for name, value in arguments.items():
            match self.places[name]:
                case "path":
                    path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
                case "query":
                    query[name] = value if isinstance(value, str) else json.dumps(value)
                case _:
                    body[name] = value
        target = f"{path}?{urlencode(query)}" if query else path
        return Request(self.method, target, None if self.reads else json.dumps(body))


def tools(document: Mapping[str, Any]) -> dict[str, Tool]:
    """All of them by name. Raises `KeyError` with the operation that the document does not have."""
    found = {
        operation["operationId"]: (verb.upper(), path, operation)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if verb in _VERBS
    }
    return {kind.name: _tool(document, kind, *found[kind.operation]) for kind in KINDS}


def advice(problem: Mapping[str, Any], meaning: Mapping[str, Any] | None) -> str:
    """What an assistant is told of a refusal: what happened, every fault, and what the API says to do about it."""
    faults = [f"{one.get('pointer') or one.get('parameter')}: {one['message']}" for one in problem.get("errors", ())]
    step = problem.get("next_step")
    told = [f"{problem.get('code', 'error')}: {problem.get('detail', 'The service refused.')}", *faults]
    if meaning:
        told.append(f"What to do: {meaning['then']}")
    if step:
        told.append(f"Next step: {step['action']} ({step['method']} {step['href']})")
    return "\n".join(told)


def _tool(document: Mapping[str, Any], kind: Kind, method: str, path: str, operation: Mapping[str, Any]) -> Tool:
    properties: dict[str, Any] = {}
    places: dict[str, str] = {}
    required: list[str] = []
    for name, place, schema, needed in _fields(document, operation):
        if name not in kind.without:
            properties[name], places[name] = schema, place
            required += [name] if needed else []
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    description = f"{kind.purpose}\n\n{operation.get('description', '')}".strip()
    return Tool(kind.name, description, schema, method, path, places)


def _fields(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> Iterator[tuple[str, str, dict[str, Any], bool]]:
    """Name, place, schema and need of what is in the path, the query and the body; headers are not for assistants."""
    for one in operation["parameters"]:
        parameter = _whole(document, one)
        if parameter["in"] in {"path", "query"}:
            described = {"description": parameter["description"]} if "description" in parameter else {}
            yield parameter["name"], parameter["in"], parameter["schema"] | described, parameter.get("required", False)
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        body = _whole(document, content["application/json"]["schema"])
        for name, schema in body["properties"].items():
            yield name, "body", schema, name in body.get("required", ())


def _whole(document: Mapping[str, Any], value: Any) -> Any:
    """The value with what its references stand for: a tool's schema has to say everything by itself."""
    if isinstance(value, list):
        return [_whole(document, one) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        target: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return _whole(document, target | {key: one for key, one in value.items() if key != "$ref"})
    return {key: _whole(document, one) for key, one in value.items()}
