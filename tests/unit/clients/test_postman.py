"""The collection has every operation once, with what it needs, and a story that the document can tell."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from devtools import clients
from devtools.clients.postman.__main__ import TARGET, collection, main
from devtools.clients.postman.requests import Requests

DOCUMENT = clients.read()


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return collection(DOCUMENT)


def test_the_committed_file_is_that_of_the_document(made: dict[str, Any]) -> None:
    assert json.loads(TARGET.read_text(encoding="utf-8")) == made
    assert main(["--check"]) == 0


def test_every_operation_stands_once_in_the_folder_of_its_tag(made: dict[str, Any]) -> None:
    _, *folders = made["item"]

    names = [(one["name"], item["name"]) for one in folders for item in one["item"]]
    wanted = [(one["tags"][0], one["summary"]) for _, _, one in clients.operations(DOCUMENT)]
    assert sorted(names) == sorted(wanted)


def test_every_variable_that_a_request_names_is_declared(made: dict[str, Any]) -> None:
    declared = {one["key"] for one in made["variable"]}

    text = json.dumps(made["item"])
    named = {part.partition("}}")[0] for part in text.split("{{")[1:]}
    assert {"base_url", "event_id", "story_confirm"} <= named
    assert {name for name in named if name.isidentifier()} <= declared


def test_a_request_has_its_body_its_caller_and_what_may_be_left_out() -> None:
    requests = Requests(DOCUMENT)

    enrol, login = requests.request("enrol_in_event"), requests.request("log_in")
    assert enrol["url"]["path"] == ["events", ":event_id", "enrollments"]
    assert [one["value"] for one in enrol["url"]["variable"]] == ["{{event_id}}"]
    assert {one["key"]: one.get("disabled", False) for one in enrol["header"]} == {
        "Content-Type": False,
        "Accept-Language": True,
        "Idempotency-Key": True,
    }
    assert "auth" not in enrol
    assert "auth" not in requests.request("list_my_enrollments")
    assert requests.request("list_events")["auth"] == {"type": "noauth"}
    assert login["auth"] == {"type": "noauth"}
    assert json.loads(login["body"]["raw"])["email"] == "ada@example.org"
    [found] = requests.item("list_events")["response"]
    assert found["code"] == 200
    assert json.loads(found["body"])["results"]


def test_a_story_that_the_document_cannot_tell_is_refused() -> None:
    changed = deepcopy(DOCUMENT)
    del changed["paths"]["/events/{event_id}/cancel"]["post"]["responses"]["409"]

    with pytest.raises(clients.ClientError, match="cancel_event does not answer 409"):
        collection(changed)


def test_a_file_that_is_out_of_date_is_told_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "collection.json"

    assert main(["--check"], target) == 1
    assert "make docs" in capsys.readouterr().err
    assert main([], target) == 0
    assert main(["--check"], target) == 0
