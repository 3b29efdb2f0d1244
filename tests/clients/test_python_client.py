"""The wheel that is made of the document is whole, can be installed, and is good for a whole story."""

import json
import sys
from pathlib import Path

import pytest

from devtools import clients
from devtools.clients import python
from devtools.local.stack import Running


@pytest.fixture(scope="module")
def programs() -> Path:
    return python.prepare()


@pytest.fixture(scope="module")
def client(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return python.generate(programs, target=tmp_path_factory.mktemp("clients") / "python")


@pytest.fixture(scope="module")
def installed(programs: Path, client: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel brings, and nothing of the sources."""
    target, wheel = tmp_path_factory.mktemp("clients") / "installed", python.build(programs, client)
    uv = Path(sys.executable).with_name("uv")
    clients.run(client, uv, "pip", "install", "--no-deps", "--offline", "--target", target, wheel)
    return target


def test_every_operation_is_a_module_and_every_error_is_read(client: Path) -> None:
    document = json.loads(clients.DOCUMENT.read_text(encoding="utf-8"))
    operations = {one["operationId"] for verbs in document["paths"].values() for one in verbs.values()}
    modules = {path.stem: path.read_text(encoding="utf-8") for path in client.glob("turnout_client/api/*/[a-z]*.py")}

    assert set(modules) == operations
    assert [name for name, text in modules.items() if "Problem.from_dict" not in text] == []


def test_every_type_is_a_class(client: Path) -> None:
    made = (client / "turnout_client" / "models" / "__init__.py").read_text(encoding="utf-8")

    assert [name for name in clients.read()["components"]["schemas"] if f'"{name}"' not in made] == []


def test_a_package_has_the_version_of_the_api(installed: Path) -> None:
    assert [one.name for one in installed.glob("*.dist-info")] == [
        f"turnout_client-{clients.read()['info']['version']}.dist-info"
    ]


def test_no_class_has_a_name_that_a_generator_made_up(client: Path) -> None:
    made = {path.stem for path in client.glob("turnout_client/models/[a-z]*.py")}

    assert [name for name in made if name.endswith(("_0", "_1", "_item")) or "_type_" in name] == []


def test_a_document_that_makes_a_poor_client_is_refused(programs: Path, tmp_path: Path) -> None:
    document = json.loads(clients.DOCUMENT.read_text(encoding="utf-8"))
    picture = document["paths"]["/enrollments/{enrollment_id}/ticket.svg"]["get"]["responses"]["200"]["content"]
    picture["image/webp"] = picture.pop("image/svg+xml")
    poor = tmp_path / "openapi.json"
    poor.write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(clients.ClientError, match=r"Unsupported content_type image/webp"):
        python.generate(programs, poor, tmp_path / "client")


def test_the_long_story_runs_with_the_package(programs: Path, installed: Path, stack: Running) -> None:
    python.tell_story(programs, installed, stack.api_url, stack.mailbox_url)


def test_a_story_that_goes_wrong_says_where(programs: Path, client: Path) -> None:
    with pytest.raises(clients.ClientError, match="ConnectError"):
        python.tell_story(programs, client, "http://127.0.0.1:1", "http://127.0.0.1:1")
