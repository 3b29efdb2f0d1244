"""clients/surface.txt shows in review what a change of the document does to programs that use a client."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from devtools import clients
from devtools.clients import surface

DOCUMENT = clients.read()


def lines(document: dict[str, Any]) -> set[str]:
    return set(surface.render(document).splitlines())


def test_the_file_is_that_of_the_document() -> None:
    assert surface.main(["--check"]) == 0


def test_what_takes_a_body_or_answers_with_a_list_says_of_what() -> None:
    told = surface.render(DOCUMENT)

    assert "body?: EnrolRequest) -> 201 Enrollment, 202 Detail\n" in told
    assert "Idempotency-Key?, body: ImportRequest | text/csv) -> 200 Import\n" in told
    assert "EventStatus = draft | published | cancelled\n" in told
    assert "results: Event[]" in told or "results: EventSummary[]" in told


@pytest.mark.parametrize("change", ["field", "value", "parameter", "operation"])
def test_a_change_is_seen(change: str) -> None:
    changed = deepcopy(DOCUMENT)
    schemas, enrol = changed["components"]["schemas"], changed["paths"]["/events/{event_id}/enrollments"]["post"]
    match change:
        case "field":
            schemas["EnrolRequest"]["required"] = ["name"]
        case "value":
            schemas["EventStatus"]["enum"].append("postponed")
        case "parameter":
            enrol["parameters"].pop()
        case _:
            enrol["operationId"] = "join_event"

    gone, come = lines(DOCUMENT) - lines(changed), lines(changed) - lines(DOCUMENT)
    assert (len(gone), len(come)) == (1, 1)


def test_a_file_that_is_out_of_date_is_told_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "surface.txt"

    assert surface.main(["--check"], target) == 1
    assert "make docs" in capsys.readouterr().err
    assert surface.main([], target) == 0
    assert surface.main(["--check"], target) == 0
