"""Whatever fails, and wherever: of what the client sent no line of the log has anything."""

import dataclasses
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.api.http.endpoints import routing
from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.workers import function
from chalicelib.workers.function import WorkerError
from tests.support.log_scanner import Scanner
from tests.support.problems import problem
from tests.support.stories.sample import ENDPOINTS, Sample, name
from tests.support.world import World

SECRET = "opensesame"  # no address, no token: nothing tells by its shape what it is


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[Lines]:
    kept = Lines()
    logging.getLogger().addHandler(kept)
    yield kept
    logging.getLogger().removeHandler(kept)


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with World() as world:
        yield Sample(world)


def telling(call: Call, **parameters: str) -> Reply:
    """A view with the worst of faults: its message says all that it was given."""
    raise RuntimeError(f"cannot go on with {call.body} {call.query} {parameters} {SECRET} and {SECRET.upper()!r}")


def filled(endpoint: Endpoint) -> dict[str, Any]:
    given = dict.fromkeys(endpoint.body.model_fields if endpoint.body else {}, SECRET)
    return {**given, "note": [{"deep": SECRET}]}


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one.method in {"POST", "PUT", "PATCH"}], ids=name)
def test_a_fault_that_quotes_the_request_tells_nothing_of_it(
    sample: Sample, endpoint: Endpoint, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = dataclasses.replace(endpoint, view=telling, body=None, raw_patch=True, any_body=False, form=False)
    monkeypatch.setattr(routing, "endpoint_of", lambda *_: broken)

    answer = sample.send(endpoint, filled(endpoint), sample.olga.token)

    problem(answer, 500, "internal_error")
    [failure] = [line for line in map(json.loads, lines.texts) if line["level"] == "error"]
    assert "RuntimeError: cannot go on with" in failure["traceback"]
    assert SECRET not in "".join(lines.texts).lower()


def test_a_fault_in_a_path_with_a_credential_tells_nothing_of_it(
    sample: Sample, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/g/{token}", "/feeds/{feed}", "/unsubscribe/{token}"):
        [endpoint] = [one for one in ENDPOINTS if one.path == path and one.method == "GET"]
        broken = dataclasses.replace(endpoint, view=telling, query=None)
        monkeypatch.setattr(routing, "endpoint_of", lambda *_, broken=broken: broken)
        assert sample.world.get(path.replace("{token}", SECRET).replace("{feed}", SECRET)).status == 500

    assert len(lines.texts) == 6
    assert SECRET not in "".join(lines.texts).lower()


def test_what_chalice_itself_logs_of_a_module_that_cannot_be_imported_is_clean(
    sample: Sample, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> Endpoint:
        raise ImportError(f"no module for {SECRET!r}")

    monkeypatch.setattr(routing, "endpoint_of", gone)

    assert sample.world.get(f"/g/{SECRET}").status == 500
    assert any("ImportError" in line for line in lines.texts)
    assert SECRET not in "".join(lines.texts)


def test_a_function_that_fails_is_logged_by_us_and_tells_lambda_nothing(lines: Lines) -> None:
    @function.function("tick")
    def broken(event: Any) -> None:
        raise ValueError(f"cannot tell {event['to']!r}, that is ada@example.org")

    with pytest.raises(WorkerError) as failed:
        broken({"to": SECRET}, None)

    assert (str(failed.value), failed.value.__cause__, failed.value.__context__) == ("tick", None, None)
    [line] = [json.loads(line) for line in lines.texts if "function failed" in line]
    assert (line["message"], line["function"]) == ("function failed", "tick")
    assert "ValueError: cannot tell ***, that is ***" in line["traceback"]


def test_the_scanner_of_the_suite_fails_a_test_that_logs_an_address(log_lines: Scanner) -> None:
    logging.getLogger("turnout").handle(
        logging.LogRecord("turnout", logging.INFO, "x.py", 1, "mail to ada@example.org", (), None)
    )

    assert log_lines.found == ["address: ada@example.org"]
    log_lines.found.clear()


def test_the_scanner_of_the_suite_looks_at_tracebacks_too(log_lines: Scanner) -> None:
    """Of a record that nobody has cleaned: it was made beside the factory of records."""
    failure = ValueError("no mail to ada@example.org")
    logging.getLogger("somebody.else").handle(
        logging.LogRecord("somebody.else", logging.ERROR, "x.py", 1, "failed", (), (ValueError, failure, None))
    )

    assert log_lines.found == ["address: ada@example.org"]
    log_lines.found.clear()
