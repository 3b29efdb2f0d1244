"""DynamoDB Local is fetched as locked, and says in one sentence why it cannot run."""

import re
from pathlib import Path

import pytest

from devtools.engines import dynamodb_local, maven


def a_tool(folder: Path, name: str, script: str) -> None:
    """A program of that name, found first and only."""
    tool = folder / name
    tool.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    tool.chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all programs that there are: none as yet."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return folder


def test_without_java_it_is_skipped(tools: Path, tmp_path: Path) -> None:
    with pytest.raises(dynamodb_local.UnavailableError) as reason:
        dynamodb_local.start(tmp_path / "jars")

    assert list(tools.iterdir()) == []
    assert str(reason.value) == "DynamoDB Local was skipped: it needs Java 17, and there is none."


def test_with_an_old_java_it_is_skipped(tools: Path, tmp_path: Path) -> None:
    a_tool(tools, "java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2")

    with pytest.raises(dynamodb_local.UnavailableError, match=r"needs Java 17 or newer, and .*/java is 11\.$"):
        dynamodb_local.start(tmp_path / "jars")


def test_without_maven_central_it_is_skipped(tools: Path, tmp_path: Path) -> None:
    a_tool(tools, "java", "echo 'openjdk version \"21.0.1\" 2024-01-15' >&2")
    a_tool(tools, "mvn", "echo '[ERROR] Could not transfer artifact: unknown host'; exit 1")

    with pytest.raises(dynamodb_local.UnavailableError, match=r"skipped: Maven could not fetch .*: unknown host$"):
        dynamodb_local.start(tmp_path / "jars")

    assert not (tmp_path / "jars").exists()


def test_what_maven_delivers_must_be_what_is_locked(tools: Path, tmp_path: Path) -> None:
    path = next(iter(maven.locked()))
    delivers = 'for o in "$@"; do case $o in -DoutputDirectory=*) d=${o#*=};; esac; done'
    a_tool(tools, "mvn", f'{delivers}; PATH=/bin:/usr/bin; mkdir -p "$d/{Path(path).parent}"; echo other > "$d/{path}"')

    with pytest.raises(maven.FetchError, match=r"is not the file that dynamodb-local\.lock names"):
        maven.fetch(tmp_path / "jars")

    assert not (tmp_path / "jars").exists()


def test_what_is_there_is_not_fetched_again(tools: Path, tmp_path: Path) -> None:
    for path in maven.locked():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    a_tool(tools, "mvn", "exit 1")

    maven.fetch(tmp_path)


def test_the_lock_names_the_version_of_the_pom() -> None:
    found = re.search(r"<artifactId>DynamoDBLocal</artifactId>\s*<version>(.+)</version>", maven.POM.read_text("utf-8"))

    assert found is not None
    assert f"software/amazon/dynamodb/DynamoDBLocal/{found[1]}/DynamoDBLocal-{found[1]}.jar" in maven.locked()
    assert any(path.endswith(".so") for path in maven.locked())
