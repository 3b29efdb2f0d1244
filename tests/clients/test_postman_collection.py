"""The committed Postman collection runs with newman: its main story holds, and one that goes wrong fails."""

import shutil
from pathlib import Path

import pytest

from devtools.clients import SOURCES, ClientError, run
from devtools.clients.postman.__main__ import TARGET
from devtools.local.stack import Running
from tests.clients.npm import installed

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed: no newman")


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(SOURCES / "postman", tmp_path_factory.mktemp("postman") / "installed")


def told(runner: Path, api_url: str, mailbox_url: str, folder: str = "Main story") -> str:
    where = ("--env-var", f"base_url={api_url}", "--env-var", f"mailbox_url={mailbox_url}")
    newman = ("npx", "--no-install", "newman", "run", TARGET, "--folder", folder, "--bail", "--color", "off")
    return run(runner, *newman, *where)


def test_the_main_story_runs(runner: Path, stack: Running) -> None:
    said = told(runner, stack.api_url, stack.mailbox_url)

    assert "Paul's enrollment ends with it" in said


def test_what_everybody_may_read_needs_no_token(runner: Path, stack: Running) -> None:
    said = told(runner, stack.api_url, stack.mailbox_url, "reference")

    assert said.count("[200 OK") == 3


def test_a_story_that_goes_wrong_fails(runner: Path) -> None:
    with pytest.raises(ClientError, match="ECONNREFUSED"):
        told(runner, "http://127.0.0.1:1", "http://127.0.0.1:1")
