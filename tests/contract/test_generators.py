"""Rules that linters have (Redocly strict, Spectral) and that generators need, whose breach makes a client poorer.

Each stands for something that one of openapi-python-client, openapi-typescript or @hey-api/openapi-ts got wrong.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.openapi.enums import NAMES, Enums
from chalicelib.api.openapi.references import references
from tests.support.expected.documented import document, errors_of, operations, resolved
from tests.support.stories import sample as samples
from tests.support.world import World

SCHEMAS = document()["components"]["schemas"]
# A cursor is made by the service alone, and events of one person have no other organizer.
WITHOUT_EXAMPLE = re.compile(r"\w+ cursor|(list_my_events|list_events_of_team) organizer")
SEVERAL = ("oneOf", "anyOf", "allOf")
ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"application/json|application/[a-z-]+\+json|text/(html|plain|xml|css|javascript|calendar)")


def inside(schema: dict[str, Any], at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The schema and all that are in it, but for what is said in conditions."""
    yield at, schema
    for name, field in schema.get("properties", {}).items():
        yield from inside(field, f"{at}.{name}")
    if isinstance(schema.get("items"), dict):
        yield from inside(schema["items"], f"{at}[]")
    for key in SEVERAL:
        for one in schema.get(key, ()):
            yield from inside(one, at)


def parameters() -> Iterator[tuple[str, dict[str, Any]]]:
    for _, _, operation in operations():
        for parameter in operation["parameters"]:
            found = resolved(parameter)
            yield f"{operation['operationId']} {found['name']}", found


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """What bodies and answers consist of."""
    for _, _, operation in operations():
        sent = operation.get("requestBody", {}).get("content", {})
        yield from ((f"{operation['operationId']} {media}", one) for media, one in sent.items())
        for status, response in operation["responses"].items():
            for media, one in resolved(response).get("content", {}).items():
                yield f"{operation['operationId']} {status} {media}", one


def schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    for at, schema in SCHEMAS.items():
        yield from inside(schema, at)
    for at, spot in [*parameters(), *contents(), *document()["components"]["headers"].items()]:
        yield from inside(spot["schema"], at)


# What makes clients poorer


def test_alternatives_stand_in_no_object_beside_its_fields() -> None:
    """openapi-python-client makes a login of the two alternatives, and its password is gone."""
    assert [at for at, schema in schemas() if "properties" in schema and set(SEVERAL) & schema.keys()] == []


def test_a_fixed_value_has_the_type_that_it_is_of() -> None:
    """A number that is said to be 409 beside one that is an integer cannot be merged by generators."""
    assert [at for at, schema in schemas() if "const" in schema and schema.get("type") != "string"] == []


def test_no_default_is_null() -> None:
    """openapi-typescript demands what has a default."""
    assert [at for at, schema in schemas() if schema.get("default", 0) is None] == []


def test_every_answer_with_an_error_is_the_one_problem() -> None:
    problems = [one["schema"] for name, one in contents() if name.endswith("problem+json")]

    assert problems
    assert {one.get("$ref") for one in problems} == {"#/components/schemas/Problem"}


def test_every_set_of_values_has_a_name() -> None:
    inline = [at for at, schema in schemas() if "enum" in schema and at not in SCHEMAS]
    values = [tuple(schema["enum"]) for schema in SCHEMAS.values() if "enum" in schema]

    assert inline == []
    assert len(set(values)) == len(values)


def test_a_set_of_values_without_a_name_stops_the_build() -> None:
    with pytest.raises(LookupError, match=r"^\('red', 'blue'\) of 'color' needs a name in chalicelib/api/openapi/enum"):
        Enums({}).named({"properties": {"color": {"type": "string", "enum": ["red", "blue"]}}})


def test_two_sets_of_values_with_one_name_stop_the_build() -> None:
    with pytest.raises(LookupError, match=r"^\['EventStatus'\] would be several sets of values"):
        Enums({"EventStatus": {"type": "string", "enum": ["draft", "hidden"]}})


def test_every_name_of_a_set_of_values_is_used() -> None:
    assert {name for name in NAMES.values() if name not in SCHEMAS} == set()


def test_nothing_is_declared_that_nothing_uses() -> None:
    named = references(document())

    for kind, parts in document()["components"].items():
        if kind != "securitySchemes":
            assert [name for name in parts if f"#/components/{kind}/{name}" not in named] == [], kind
    used = {scheme for _, _, one in operations() for way in one["security"] for scheme in way}
    assert used == set(document()["components"]["securitySchemes"])


# What linters ask for


def test_everybody_is_told_whose_service_it_is_and_what_each_operation_does() -> None:
    assert document()["info"]["contact"]["url"] == document()["servers"][0]["url"]
    assert [one["operationId"] for _, _, one in operations() if not one.get("description")] == []
    assert [tag["name"] for tag in document()["tags"] if not tag["description"]] == []
    assert [name for name, one in parameters() if not one.get("description")] == []


def test_only_what_is_oauth_has_scopes() -> None:
    for _, _, operation in operations():
        assert all(scopes == [] for way in operation["security"] for scopes in way.values())


def test_every_kind_of_file_is_one_that_the_python_generator_is_told_how_to_read() -> None:
    """It reads JSON and text by itself, and leaves an answer out that is anything else."""
    told = (ROOT / "clients" / "python" / "generator.yaml").read_text(encoding="utf-8")
    kinds = {
        kind for _, _, one in operations() for said in one["responses"].values() for kind in said.get("content", {})
    }

    assert "image/png" in kinds
    assert {kind for kind in kinds if not READ.fullmatch(kind) and f"\n  {kind}: " not in told} == set()


def test_every_operation_can_be_refused() -> None:
    for _, _, operation in operations():
        assert any(status.startswith("4") for status in operation["responses"])


# Examples


def test_every_spot_has_an_example_that_is_valid() -> None:
    headers = document()["components"]["headers"].items()

    for name, spot in [*parameters(), *contents(), *headers]:
        shown = [resolved(one)["value"] for one in spot.get("examples", {}).values()]
        shown += [spot["example"]] if "example" in spot else []
        if WITHOUT_EXAMPLE.fullmatch(name):
            assert shown == [], name
            continue
        assert shown, name
        for value in shown:
            assert errors_of(spot["schema"], value) == [], name


def test_a_field_shows_what_the_example_of_the_whole_has() -> None:
    """Two times that are made up for themselves begin and end at the same moment."""
    for name, spot in contents():
        schema, example = resolved(spot["schema"]), spot.get("example")
        if not isinstance(example, dict) or "properties" not in schema:
            continue
        for field, declared in schema["properties"].items():
            if example.get(field) is not None:
                assert declared["examples"] == [example[field]], f"{name} {field}"
    fields = SCHEMAS["EventPatch"]["properties"]
    assert fields["starts_at"]["examples"] < fields["ends_at"]["examples"]


@pytest.fixture(scope="module")
def sample() -> Iterator[samples.Sample]:
    with World() as world:
        yield samples.Sample(world)


def choices(endpoint: Endpoint) -> set[str]:
    """What can be asked of a list besides its next page."""
    return set(endpoint.query.model_fields if endpoint.query else ()) - {"cursor"}


@pytest.mark.parametrize(
    "endpoint", [one for one in samples.ENDPOINTS if one.method == "GET" and choices(one)], ids=samples.name
)
def test_all_examples_of_a_list_together_are_a_good_request(sample: samples.Sample, endpoint: Endpoint) -> None:
    """As pages send them that fill in every field."""
    shown = map(resolved, document()["paths"][endpoint.path]["get"]["parameters"])
    query = {one["name"]: one["example"] for one in shown if one["in"] == "query" and "example" in one}
    token = sample.admin.token if endpoint.auth is Auth.ADMIN else sample.olga.token
    written = {key: str(value).lower() if isinstance(value, bool) else value for key, value in query.items()}

    answer = sample.world.get(f"{sample.url(endpoint)}?{urlencode(written, doseq=True)}", token)

    assert query
    assert answer.status not in {400, 401, 403}, answer.text
