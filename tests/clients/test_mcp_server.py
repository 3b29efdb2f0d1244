"""The example of an MCP server, over stdio with the official library: an assistant enrols its person and cancels."""

import os
import subprocess
from pathlib import Path

import pytest

from devtools.clients import PROJECT, SOURCES, ClientError, run
from devtools.local import bootstrap
from devtools.local.stack import Running
from tests.e2e.site import Site

FOLDER = SOURCES / "mcp"


@pytest.fixture(scope="module")
def python() -> Path:
    environment = PROJECT / ".venv-mcp"
    bootstrap.ensure(environment, "requirements-mcp.txt")
    return environment / "bin" / "python"


def test_an_assistant_enrols_its_person_and_is_told_what_to_do(python: Path, stack: Running) -> None:
    site = Site(stack)
    with site.client() as anyone, site.client() as olga, site.client() as paul:
        olga.token = site.sign_up(anyone, "olga.weaves@example.org").token
        paul.token = site.sign_up(anyone, "paul.asks@example.org").token
        event = site.an_event(olga, title="Weaving by hand", capacity=3)
        key = paul.post("/auth/api-keys", {"name": "Assistant", "scope": "write"}).json["secret"]

    run(FOLDER, python, "story.py", stack.api_url, key, event["id"])


def test_a_story_that_goes_wrong_fails(python: Path) -> None:
    with pytest.raises(ClientError, match=r"story\.py"):
        run(FOLDER, python, "story.py", "http://127.0.0.1:1", "", "1")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "TURNOUT_URL is not set: the address of the API.\n"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1 has no document that this server understands: "),
    ],
    ids=["no-address", "nothing-there"],
)
def test_a_server_without_an_api_says_so(python: Path, url: str, told: str) -> None:
    environ = {**os.environ, "TURNOUT_URL": url}
    done = subprocess.run([python, "server.py"], check=False, capture_output=True, text=True, cwd=FOLDER, env=environ)

    assert done.returncode == 1
    assert done.stderr.startswith(told)
