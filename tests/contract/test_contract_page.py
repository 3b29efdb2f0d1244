"""docs/contract.md is about the routes, fields and bounds that there are."""

import json
import re
from pathlib import Path
from typing import Any

from chalicelib.api.http.endpoints.middleware import ALLOWED_HEADERS
from chalicelib.domain.accounts.account import SELF_CHOSEN, Role
from chalicelib.domain.enrollments.enrollment import EnrollmentStatus

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs" / "contract.md").read_text(encoding="utf-8")
DOCUMENT: dict[str, Any] = json.loads(
    (PROJECT / "chalicelib" / "api" / "documents" / "openapi.json").read_text(encoding="utf-8")
)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
VERBS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def section(name: str) -> str:
    return PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of every line of the tables."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def operations(cell: str) -> set[tuple[str, str]]:
    """`GET`, `PUT /a/b`, `/c`: both verbs of /a/b, and of /a/c."""
    found, verbs, path, fresh = set(), [""], "", True
    for code in re.findall(r"`([^`]+)`", cell):
        words = code.split()
        if words[0] in VERBS:
            verbs = [words[0]] if fresh else [*verbs, words[0]]
            fresh = len(words) > 1
        if words[-1] in VERBS:
            continue
        path = words[-1] if words[-1] in DOCUMENT["paths"] else path.rpartition("/")[0] + words[-1]
        found |= {(verb, path) for verb in verbs}
    return found


def test_it_lists_exactly_the_routes_that_there_are() -> None:
    listed = set().union(*(operations(cells[1]) for cells in rows(section("Routes"))))

    assert listed == {
        (verb.upper(), path) for path, item in DOCUMENT["paths"].items() for verb in item if verb.upper() in VERBS
    }


def fields_of(text: str) -> set[str]:
    """Names in code quotes, with those of the object behind one: `event {id, title}`."""
    return set(re.findall(r"\w+", " ".join(re.findall(r"`(\w+(?: {[\w, ]+})?)`", text))))


def test_it_lists_every_field_of_an_event_that_can_be_written() -> None:
    listed = set().union(*(fields_of(cells[0]) for cells in rows(section("Objects")) if len(cells) == 3))
    fields = SCHEMAS["CreateEventRequest"]["properties"].items()
    written = {name for name, field in fields if not field.get("readOnly") and not field.get("writeOnly")}

    assert written <= listed


def test_it_names_every_field_that_is_answered() -> None:
    named = fields_of(section("Objects"))
    objects = ("Account", "Event", "Enrollment", "AttendeeRecord")

    assert {name: sorted(set(SCHEMAS[name]["properties"]) - named) for name in objects} == {
        name: [] for name in objects
    }


def test_defaults_and_bounds_of_numbers_are_those_of_the_document() -> None:
    """Minutes are told in larger units where they make whole ones, so that only what is a plain number is compared."""
    told = {cells[0].strip("`"): cells for cells in rows(section("Objects")) if len(cells) == 3}
    wrong = []
    for name, field in SCHEMAS["CreateEventRequest"]["properties"].items():
        if field.get("type") != "integer" or name not in told:
            continue
        _, default, bounds = told[name]
        if not default.startswith(str(field["default"])):
            wrong.append(f"{name}: {default}")
        if name == "max_skips" and not bounds.startswith(f"{field['minimum']} to {field['maximum']}"):
            wrong.append(f"{name}: {bounds}")

    assert wrong == []


def test_it_names_every_status_and_role_and_the_headers_that_browsers_may_send() -> None:
    assert set(EnrollmentStatus) <= fields_of(section("Objects"))
    assert {*SELF_CHOSEN, Role.ADMIN} <= fields_of(section("Bodies"))
    assert [name for name in ALLOWED_HEADERS.split(", ") if f"`{name}`" not in section("Headers")] == []


def test_what_is_not_yet_there_is_not_there() -> None:
    coming = fields_of(section("Not yet"))
    known = set().union(*(schema.get("properties", {}) for schema in SCHEMAS.values()))
    asked = {one["name"] for item in DOCUMENT["paths"].values() for verb in item.values() for one in parameters(verb)}

    assert coming & (known | asked) == set()


def parameters(operation: Any) -> list[dict[str, Any]]:
    given = operation.get("parameters", []) if isinstance(operation, dict) else []
    return [one for one in given if "name" in one]
