"""The document is served for the address that was asked, and the pages load nothing but what is ours."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app import app
from chalicelib.api.documents.routes import ASSETS
from tests.support.expected.documented import complaint, document
from tests.support.http import Answer
from tests.support.problems import problem
from tests.support.world import SETTINGS, World

PAGES = ("/docs", "/redoc")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(replace(SETTINGS, public_url="")) as made:
        yield made


def behind_a_stage(path: str, resource: str, **parameters: str) -> Answer:
    """As API Gateway passes on a request to `/prod...` at its own domain."""
    event = {
        "resource": resource,
        "path": path,
        "httpMethod": "GET",
        "headers": {"Host": "evil.example", "X-Forwarded-Proto": "http"},
        "multiValueQueryStringParameters": None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": None,
        "requestContext": {
            "httpMethod": "GET",
            "resourcePath": resource,
            "path": f"/prod{path}",
            "requestId": "1",
            "domainName": "abc.execute-api.eu-west-1.amazonaws.com",
        },
    }
    made = app(event, None)
    return Answer(made["statusCode"], made["headers"], made["body"])


def loaded_by(page: str) -> list[str]:
    """Every address that the page names."""
    return re.findall(r'(?:src|href)="([^"]*)"', page)


# The document


def test_the_document_names_the_address_that_was_asked(world: World) -> None:
    served = world.get("/openapi.json")

    assert served.json["servers"] == [{"url": "https://gateway.test"}]
    assert (
        served.text
        == json.dumps(document(), indent=1, ensure_ascii=False).replace(
            "https://turnout.example", "https://gateway.test"
        )
        + "\n"
    )
    staged = behind_a_stage("/openapi.json", "/openapi.json")
    assert "turnout.example" not in staged.text
    assert staged.json["servers"] == [{"url": "https://abc.execute-api.eu-west-1.amazonaws.com/prod"}]


def test_the_public_address_goes_first() -> None:
    with World(replace(SETTINGS, public_url="https://api.example.org/v1")) as world:
        assert world.get("/openapi.json").json["servers"] == [{"url": "https://api.example.org/v1"}]
        assert 'src="/v1/docs/swagger.js"' in world.get("/docs").text


@pytest.mark.parametrize("path", ["/openapi.json", *PAGES, *(f"/docs/{name}" for name in ASSETS)])
def test_what_is_unchanged_is_not_sent_again(world: World, path: str) -> None:
    first = world.get(path)
    again = world.get(path, If_None_Match=first.headers["ETag"])

    assert (first.status, again.status, again.text) == (200, 304, "")
    assert complaint("GET", path, first) is None
    assert complaint("GET", path, again) is None


# The pages


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_only_files_that_are_served_beside_it(world: World, path: str) -> None:
    page = world.get(path)
    addresses = [one for one in loaded_by(page.text) if one != "data:,"]

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert len(addresses) >= 3
    for address in addresses:
        assert world.get(address).status == 200


@pytest.mark.parametrize("path", [*PAGES, "/docs/", "/redoc/"])
def test_a_page_behind_a_stage_keeps_the_stage(world: World, path: str) -> None:
    addresses = loaded_by(behind_a_stage(path, path.rstrip("/")).text)

    assert all(one.startswith(("/prod/docs/", "/prod/openapi.json", "data:")) for one in addresses)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_no_script_but_ours_and_speaks_to_nobody_else(world: World, path: str) -> None:
    page = world.get(path)
    policy = dict(part.strip().partition(" ")[::2] for part in page.headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self' https://gateway.test"
    assert policy["frame-ancestors"] == "'none'"
    elsewhere = page.headers["Content-Security-Policy"].replace("https://gateway.test", "")
    assert "http" not in elsewhere, "nothing is loaded from anywhere else"
    assert not re.search(r"<script(?![^>]*src=)", page.text)
    assert not re.search(r"\son\w+=", page.text)


def test_other_answers_keep_the_policy_that_allows_nothing(world: World) -> None:
    policy = world.get("/events").headers["Content-Security-Policy"]

    assert policy == "default-src 'none'; frame-ancestors 'none'"


def test_the_name_of_the_product_cannot_be_markup() -> None:
    with World(replace(SETTINGS, product_name="<script>alert(1)</script>")) as world:
        assert "<script>alert" not in world.get("/docs").text


# Their files


@pytest.mark.parametrize("name", ASSETS)
def test_a_file_has_its_type_and_may_be_kept_for_ever_if_its_name_has_a_version(world: World, name: str) -> None:
    answer = world.get(f"/docs/{name}")
    types = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}

    assert answer.headers["Content-Type"] == types[name.rpartition(".")[2]]
    versioned = bool(re.search(r"\d+\.\d+\.\d+", name))
    assert ("immutable" in answer.headers["Cache-Control"]) is versioned


@pytest.mark.parametrize("name", ["nothing.js", "openapi.json", "..", "vendor", "sources.json"])
def test_nothing_else_is_served_from_there(world: World, name: str) -> None:
    problem(world.get(f"/docs/{name}"), 404, "not_found")
