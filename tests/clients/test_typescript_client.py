"""The TypeScript client that @hey-api/openapi-ts makes of the document compiles in strict mode and tells the story."""

import shutil
from pathlib import Path

import pytest

from devtools import clients
from devtools.local.stack import Running
from tests.clients.npm import installed, run

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed: no TypeScript client")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the story with its client, compiled; the generator is the one of the lock."""
    folder = installed(clients.PROJECT / "clients" / "typescript", tmp_path_factory.mktemp("clients") / "typescript")
    generate = ("openapi-ts", "-i", str(clients.DOCUMENT), "-o", "client", "-c", "@hey-api/client-fetch")
    run(folder, "npx", "--no-install", *generate)
    run(folder, "npx", "--no-install", "tsc")
    return folder


def test_a_login_keeps_its_password_and_needs_no_username(built: Path) -> None:
    types = (built / "client" / "types.gen.ts").read_text(encoding="utf-8")

    login = types.partition("export type LoginRequest = {")[2].partition("};")[0]
    assert "password: string;" in login
    assert "username?: string | null;" in login


def test_the_long_story_runs_with_the_client(built: Path, stack: Running) -> None:
    run(built, "node", "built/story.js", stack.api_url, stack.mailbox_url)


def test_a_story_that_goes_wrong_fails(built: Path) -> None:
    with pytest.raises(AssertionError, match=r"node built/story\.js"):
        run(built, "node", "built/story.js", "http://127.0.0.1:1", "http://127.0.0.1:1")
