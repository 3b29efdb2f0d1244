"""The Python client that openapi-python-client makes of the document is whole, and good for a whole story."""

import json
from pathlib import Path

import pytest

from devtools import clients
from devtools.local.stack import Running


@pytest.fixture(scope="module")
def programs() -> Path:
    return clients.prepare()


@pytest.fixture(scope="module")
def client(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clients.generate(programs, target=tmp_path_factory.mktemp("clients") / "python")


def test_every_operation_is_a_module_and_every_error_is_read(client: Path) -> None:
    document = json.loads(clients.DOCUMENT.read_text(encoding="utf-8"))
    operations = {one["operationId"] for verbs in document["paths"].values() for one in verbs.values()}
    modules = {path.stem: path.read_text(encoding="utf-8") for path in client.glob("turnout_client/api/*/[a-z]*.py")}

    assert set(modules) == operations
    assert [name for name, text in modules.items() if "Problem.from_dict" not in text] == []


def test_no_class_has_a_name_that_a_generator_made_up(client: Path) -> None:
    made = {path.stem for path in client.glob("turnout_client/models/[a-z]*.py")}

    assert [name for name in made if name.endswith(("_0", "_1", "_item")) or "_type_" in name] == []


def test_a_document_that_makes_a_poor_client_is_refused(programs: Path, tmp_path: Path) -> None:
    document = json.loads(clients.DOCUMENT.read_text(encoding="utf-8"))
    picture = document["paths"]["/enrollments/{enrollment_id}/ticket.svg"]["get"]["responses"]["200"]["content"]
    picture["image/png"] = picture.pop("image/svg+xml")
    poor = tmp_path / "openapi.json"
    poor.write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(clients.ClientError, match=r"Unsupported content_type image/png"):
        clients.generate(programs, poor, tmp_path / "client")


def test_the_long_story_runs_with_the_client(programs: Path, client: Path, stack: Running) -> None:
    clients.tell_story(programs, client, stack.api_url, stack.mailbox_url)


def test_a_story_that_goes_wrong_says_where(programs: Path, client: Path) -> None:
    with pytest.raises(clients.ClientError, match="ConnectError"):
        clients.tell_story(programs, client, "http://127.0.0.1:1", "http://127.0.0.1:1")
