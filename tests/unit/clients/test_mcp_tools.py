"""What the tools of the MCP example take is what the document says, and a call is the request that it describes."""

import importlib.util
import json
import sys
from types import ModuleType
from typing import Any

import pytest

from devtools import clients


def _loaded() -> ModuleType:
    """The module of an example that is no package."""
    spec = importlib.util.spec_from_file_location("turnout_mcp_tools", clients.SOURCES / "mcp" / "tools.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there for theirs
    spec.loader.exec_module(module)
    return module


mcp = _loaded()
DOCUMENT = clients.read()
TOOLS = mcp.tools(DOCUMENT)


def test_a_tool_takes_what_its_operation_takes() -> None:
    listed = DOCUMENT["paths"]["/events"]["get"]["parameters"]
    resolved = [clients.resolved(DOCUMENT, one) for one in listed]

    assert list(TOOLS) == ["find_events", "show_event", "enrol", "my_places", "cancel_place"]
    assert list(TOOLS["find_events"].schema["properties"]) == [one["name"] for one in resolved if one["in"] == "query"]
    assert TOOLS["find_events"].schema["properties"]["page_size"]["maximum"] == 100
    assert TOOLS["cancel_place"].schema["required"] == ["enrollment_id"]


def test_an_assistant_enrols_nobody_else() -> None:
    assert set(TOOLS["enrol"].schema["properties"]) == {"event_id", "confirm", "waitlist", "party_size"}


@pytest.mark.parametrize("name", TOOLS)
def test_a_schema_says_everything_by_itself(name: str) -> None:
    assert "$ref" not in json.dumps(TOOLS[name].schema)


@pytest.mark.parametrize(
    ("name", "given", "sent"),
    [
        (
            "find_events",
            {"q": "a&b ü", "has_spots": True, "page_size": 5},
            ("GET", "/events?q=a%26b+%C3%BC&has_spots=true&page_size=5", None),
        ),
        ("show_event", {"event_id": "../auth/me?x"}, ("GET", "/events/..%2Fauth%2Fme%3Fx", None)),
        ("enrol", {"event_id": "E", "waitlist": True}, ("POST", "/events/E/enrollments", '{"waitlist": true}')),
        ("cancel_place", {"enrollment_id": "e_1"}, ("POST", "/enrollments/e_1/cancel", "{}")),
        ("my_places", {}, ("GET", "/me/enrollments", None)),
    ],
    ids=["query", "path", "body", "empty-body", "nothing"],
)
def test_a_call_is_a_request(name: str, given: dict[str, Any], sent: tuple[str, str, str | None]) -> None:
    made = TOOLS[name].request(given)

    assert (made.method, made.target, made.body) == sent


def test_what_is_unknown_or_missing_is_named() -> None:
    with pytest.raises(mcp.ArgumentsError, match=r"^email is unknown; event_id is missing\. enrol takes event_id, "):
        TOOLS["enrol"].request({"email": "ada@example.org"})


def test_a_refusal_is_told_with_its_advice() -> None:
    problem = {
        "code": "event_full",
        "detail": "Every seat is taken.",
        "errors": [{"parameter": "page_size", "message": "must be at most 100"}],
        "next_step": {"action": "join_waitlist", "method": "POST", "href": "/events/1/enrollments"},
    }

    assert mcp.advice(problem, {"then": "Wait."}).splitlines() == [
        "event_full: Every seat is taken.",
        "page_size: must be at most 100",
        "What to do: Wait.",
        "Next step: join_waitlist (POST /events/1/enrollments)",
    ]
    assert mcp.advice({}, None) == "error: The service refused."
