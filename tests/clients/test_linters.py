"""Redocly (recommended-strict) and Spectral (spectral:oas) have nothing against the document, not even a warning."""

import json
import shutil
from pathlib import Path

import pytest

from devtools.clients import DOCUMENT, SOURCES, ClientError, run
from tests.clients.npm import installed

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed: no linters")
REDOCLY = ("npx", "--no-install", "redocly", "lint", "--config", "redocly.yaml")
SPECTRAL = ("npx", "--no-install", "spectral", "lint", "--ruleset", ".spectral.yaml", "--fail-severity", "hint")


@pytest.fixture(scope="module")
def linters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(SOURCES / "linters", tmp_path_factory.mktemp("linters") / "installed")


@pytest.mark.parametrize("linter", [REDOCLY, SPECTRAL], ids=["redocly", "spectral"])
def test_a_linter_finds_nothing(linters: Path, linter: tuple[str, ...]) -> None:
    run(linters, *linter, str(DOCUMENT))


@pytest.mark.parametrize("linter", [REDOCLY, SPECTRAL], ids=["redocly", "spectral"])
def test_a_linter_finds_what_nothing_uses(linters: Path, linter: tuple[str, ...], tmp_path: Path) -> None:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    document["components"]["schemas"]["Idle"] = {"type": "string"}
    poor = tmp_path / "openapi.json"
    poor.write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(ClientError, match=r"(?i)idle|unused"):
        run(linters, *linter, str(poor))
