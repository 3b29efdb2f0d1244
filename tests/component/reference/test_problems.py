"""The `type` of a problem is the address of its explanation."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from chalicelib.domain.errors import PROBLEMS
from chalicelib.domain.errors.faults import FAULTS
from tests.support.problems import problem
from tests.support.world import SETTINGS, World

CODES = sorted(PROBLEMS)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as made:
        yield made


def test_whoever_follows_the_type_of_a_problem_finds_what_it_means(world: World) -> None:
    refused = problem(world.get("/auth/me"), 401, "unauthenticated")

    answer = world.get(urlsplit(refused["type"]).path)

    assert refused["type"] == "https://api.test/problems/unauthenticated"
    assert (answer.status, answer.json["type"], answer.json["code"]) == (200, refused["type"], "unauthenticated")
    assert answer.json["then"].startswith("Refresh it with `POST /auth/refresh`")


def test_what_the_machinery_refuses_leads_there_too(world: World) -> None:
    wrong_verb = problem(world.send("PATCH", "/health"), 405, "method_not_allowed")

    assert world.get(urlsplit(wrong_verb["type"]).path).json["title"] == wrong_verb["title"]


def test_the_address_is_the_one_that_clients_are_told() -> None:
    with World(replace(SETTINGS, public_url="https://api.example.org/v1")) as world:
        assert world.get("/auth/me").json["type"] == "https://api.example.org/v1/problems/unauthenticated"
        explained = world.get("/problems/unauthenticated").json
        assert explained["type"] == "https://api.example.org/v1/problems/unauthenticated"


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_to_programs_and_to_people(world: World, code: str) -> None:
    declared = PROBLEMS[code]

    told = world.get(f"/problems/{code}").json
    page = world.get(f"/problems/{code}", Accept="text/html,*/*;q=0.8")

    assert (told["status"], told["title"], told["when"]) == (int(declared.status), declared.title, declared.when)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Vary"] == "Accept"
    assert f"<code>{code}</code>" in page.text
    assert re.search(r"[$`]", page.text) is None


def test_only_an_invalid_request_lists_faults(world: World) -> None:
    told = world.get("/problems/invalid_request").json["faults"]

    assert {one["code"]: one["meaning"] for one in told} == FAULTS
    assert world.get("/problems/event_full").json["faults"] is None
    assert "<code>unknown_field</code>" in world.get("/problems/invalid_request", Accept="text/html").text


def test_the_page_lets_nothing_in_but_its_own_style(world: World) -> None:
    page = world.get("/problems/event_full", Accept="text/html")

    policy = page.headers["Content-Security-Policy"]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self'; base-uri 'none'; .*", policy
    )
    assert "<script" not in page.text


def test_a_code_that_there_is_not_is_404(world: World) -> None:
    problem(world.get("/problems/tired"), 404, "not_found")


def test_what_is_known_is_not_sent_again(world: World) -> None:
    for accept in ("text/html", "application/json"):
        tag = world.get("/problems/event_full", Accept=accept).headers["ETag"]
        assert world.get("/problems/event_full", Accept=accept, If_None_Match=tag).status == 304
