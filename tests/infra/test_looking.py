"""Looking at a stage from outside finds what is not as it has to be."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from devtools.deploy import __main__ as command
from devtools.deploy import looking
from devtools.deploy.errors import DeployError
from devtools.local.processes import free_port

PROBLEM = {"Content-Type": "application/problem+json"}
GOOD: dict[str, tuple[int, dict[str, str], Any]] = {
    "GET /health": (200, {}, {}),
    "GET /openapi.json": (200, {"Content-Encoding": "gzip"}, {}),
    "GET /auth/me": (401, {**PROBLEM, "x-amzn-Remapped-WWW-Authenticate": "Bearer"}, {"code": "unauthenticated"}),
    "GET /no/such/path": (404, PROBLEM, {"code": "not_found"}),
    "OPTIONS /events": (204, {"Access-Control-Allow-Methods": "GET, POST"}, None),
    "PUT /events": (405, {**PROBLEM, "Allow": "GET, POST"}, {"code": "method_not_allowed"}),
}
ANSWERS: dict[str, tuple[int, dict[str, str], Any]] = {}


class Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        status, headers, body = ANSWERS[f"{self.command} {self.path.removeprefix('/api')}"]
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_OPTIONS = _answer  # noqa: N815 - the names are those of the standard library

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def answers() -> Iterator[dict[str, tuple[int, dict[str, str], Any]]]:
    ANSWERS.clear()
    ANSWERS.update(GOOD)
    yield ANSWERS
    ANSWERS.clear()


def test_a_stage_as_it_has_to_be(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["look", url]) == 0
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {"yes"}


@pytest.mark.parametrize("asked", GOOD)
def test_what_is_not_so_is_named(url: str, asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    ANSWERS[asked] = (500, {"Content-Type": "text/html"}, "<html>")

    with pytest.raises(DeployError, match=r"[12] of these are not"):
        looking.look(url)
    assert "NO  " in capsys.readouterr().out


def test_a_problem_says_so_in_its_content_type(url: str) -> None:
    ANSWERS["GET /no/such/path"] = (404, {"Content-Type": "application/json"}, {"code": "not_found"})

    with pytest.raises(DeployError):
        looking.look(url)


def test_the_gateways_own_address_is_looked_at_for_a_second_stage() -> None:
    assert looking.Outside("https://abc.execute-api.eu-west-1.amazonaws.com/api").is_gateway
    assert not looking.Outside("https://api.turnout.app").is_gateway


@pytest.mark.parametrize("address", ["", "api.turnout.app", "ftp://api.turnout.app", "https://"])
def test_what_is_no_address_is_one_sentence(address: str) -> None:
    with pytest.raises(DeployError, match="prints it as ApiUrl"):
        looking.look(address)


def test_nobody_who_answers_is_one_sentence() -> None:
    with pytest.raises(DeployError, match="does not answer"):
        looking.look(f"http://127.0.0.1:{free_port()}")
