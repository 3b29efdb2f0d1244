"""The package that is made of the document compiles in strict mode, can be installed, and tells the story."""

import shutil
from pathlib import Path

import pytest

from devtools import clients
from devtools.clients import typescript
from devtools.local.stack import Running

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed: no TypeScript client")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return typescript.prepare(tmp_path_factory.mktemp("clients") / "workshop")


@pytest.fixture(scope="module")
def package(workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return typescript.generate(workshop, target=tmp_path_factory.mktemp("clients") / "typescript")


@pytest.fixture(scope="module")
def built(workshop: Path, package: Path) -> Path:
    """The folder of the story, compiled against the archive as somebody who has installed it."""
    clients.run(workshop, "npm", "install", "--no-save", "--no-audit", "--no-fund", typescript.build(package))
    clients.run(workshop, "npx", "--no-install", "tsc")
    return workshop


def test_every_operation_and_every_type_can_be_imported(package: Path) -> None:
    text = (package / "lib" / "index.d.ts").read_text(encoding="utf-8")
    document = clients.read()
    names = {name.strip() for part in text.split("{")[1:] for name in part.partition("}")[0].split(",")}

    wanted = [operation["operationId"].split("_") for _, _, operation in clients.operations(document)]
    functions = {first + "".join(word.title() for word in rest) for first, *rest in wanted}
    assert functions - names == set()
    assert set(document["components"]["schemas"]) - names == set()


def test_a_login_keeps_its_password_and_needs_no_username(package: Path) -> None:
    types = (package / "lib" / "types.gen.d.ts").read_text(encoding="utf-8")

    login = types.partition("export type LoginRequest = {")[2].partition("};")[0]
    assert "password: string;" in login
    assert "username?: string | null;" in login


def test_the_long_story_runs_with_the_package(built: Path, stack: Running) -> None:
    clients.run(built, "node", "built/story.js", stack.api_url, stack.mailbox_url)


def test_a_story_that_goes_wrong_fails(built: Path) -> None:
    with pytest.raises(clients.ClientError, match=r"node built/story\.js"):
        clients.run(built, "node", "built/story.js", "http://127.0.0.1:1", "http://127.0.0.1:1")
