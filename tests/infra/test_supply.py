"""Where packages come from: audited, licences agreed to, no secret in the tree, and a bill of materials."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from devtools.local import installers
from devtools.package import wheels
from devtools.package.errors import PackageError
from devtools.package.runtime import Runtime
from devtools.supply import audit, bill, licences, secrets
from devtools.supply.locked import PROJECT, Package, packages

SOUND = {"name": "six", "version": "1.17.0", "vulns": []}
WEAK = {"name": "idna", "version": "1.0", "vulns": [{"id": "PYSEC-2024-1", "fix_versions": ["3.7"]}]}
UNKNOWN = {"name": "urllib3", "skip_reason": "could not be audited"}


def auditor(folder: Path, said: str, *, complaint: str = "", code: int = 0) -> list[str]:
    """A stand-in for pip-audit."""
    (folder / "said").write_text(said, encoding="utf-8")
    (folder / "complaint").write_text(complaint, encoding="utf-8")
    program = folder / "pip-audit"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {folder}/asked\ncat {folder}/complaint >&2\ncat {folder}/said\nexit {code}\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return [str(program)]


def audited(folder: Path, *found: dict[str, Any], code: int = 0) -> int:
    return audit.run([PROJECT / "requirements.txt"], auditor(folder, json.dumps({"dependencies": found}), code=code))


def test_sound_packages_pass_and_every_one_of_the_lock_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(tmp_path, SOUND) == 0

    assert capsys.readouterr().out == "audit: no known vulnerability in any locked package.\n"
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert "--require-hashes" in asked
    assert f"--requirement {PROJECT / 'requirements.txt'}" in asked


def test_a_vulnerability_fails_with_the_version_that_corrects_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(tmp_path, SOUND, WEAK, code=1) == 1

    assert capsys.readouterr().err == "idna 1.0 of requirements.txt: PYSEC-2024-1, corrected in 3.7\n"


def test_a_package_that_could_not_be_looked_up_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audited(tmp_path, SOUND, UNKNOWN) == 1

    assert "urllib3 of requirements.txt could not be audited" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (json.dumps({"dependencies": [UNKNOWN, {**UNKNOWN, "name": "six"}]}), ""),
        ("", "requests.exceptions.ConnectionError: Max retries exceeded with url"),
    ],
)
def test_only_where_nobody_can_be_asked_it_is_skipped_in_one_line(
    tmp_path: Path, said: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = audit.run([PROJECT / "requirements.txt"], auditor(tmp_path, said, complaint=complaint, code=1))

    told = capsys.readouterr()
    assert (code, told.err) == (0, "")
    assert told.out == "audit skipped: no advisories can be had from here for requirements.txt.\n"


@pytest.mark.parametrize("said", ["", "junk", "[]", '{"dependencies": []}'])
def test_an_audit_that_says_nothing_fails(tmp_path: Path, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    program = auditor(tmp_path, said, complaint="No module named pip_audit", code=1)

    assert audit.run([PROJECT / "requirements.txt"], program) == 1
    assert "requirements.txt could not be audited" in capsys.readouterr().err


def test_every_lock_is_audited() -> None:
    shipped = {one.name: one.version for one in packages()}
    developed = {one.name: one.version for one in packages(PROJECT / audit.LOCKS[0])}

    assert shipped.items() <= developed.items()
    assert {path.name for path in PROJECT.glob("requirements*.txt")} - set(audit.LOCKS) == {
        "requirements.txt", "requirements-run.txt", "requirements-wallets.txt",
    }  # fmt: skip


def test_the_committed_list_of_licences_is_up_to_date_and_agreed_to() -> None:
    assert licences.TARGET.read_text(encoding="utf-8") == licences.page(packages())
    assert licences.refused(packages()) == []


def test_a_licence_that_nobody_has_agreed_to_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "AGREED", frozenset({"MIT"}))

    told = licences.refused(packages())

    assert any(one.startswith("boto3 is under Apache-2.0: agree to it in licences.py") for one in told)
    assert not any(one.startswith("pydantic ") for one in told)


def test_the_bill_of_materials_names_what_is_locked_with_hashes_and_licences(tmp_path: Path) -> None:
    archive = tmp_path / "deployment.zip"
    archive.write_bytes(b"zip")

    made = json.loads(bill.write(archive).read_text(encoding="utf-8"))

    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert made == json.loads(json.dumps(bill.bill(archive))), "the same zip gives the same"
    assert {(one["name"], one["version"]) for one in made["components"]} == {
        (one.name, one.version) for one in packages()
    }
    assert all(one["hashes"] and one["purl"] and one["licenses"][0]["expression"] for one in made["components"])


def test_no_file_under_version_control_has_a_secret() -> None:
    assert secrets.main() == 0


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SECRETS = {
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "an access key of AWS": "AKIA" + ALPHABET[:16],
    "a token of GitHub": "ghp_" + ALPHABET[:36],
    "a token of Slack": "xoxb-" + "1234567890-abc",
    "a token of a package index": "pypi-" + ALPHABET,
    "a key of Stripe": "sk_live_" + ALPHABET[:24],
    "a key of Google": "AIza" + ALPHABET[:35],
    "a password in an address": "https://me:" + "hunter2@example.org",
    "a key of a ring": "2026a:" + ALPHABET[:43] + "=",
    "an API key": "tk_turnout_" + (ALPHABET * 2)[:101],
    "a signed token": f"eyJ{ALPHABET[:20]}.eyJ{ALPHABET[:20]}.{ALPHABET[:30]}",
    "a secret that is assigned": "client_secret = '" + ALPHABET[:30] + "'",
}


@pytest.mark.parametrize("what", SECRETS)
def test_a_secret_is_told_by_its_place_and_kind_and_never_itself(what: str) -> None:
    text = f"first\nvalue: {SECRETS[what]}\n"

    assert list(secrets.findings("chalicelib/settings.py", text)) == [f"chalicelib/settings.py:2: {what}"]
    in_tests = list(secrets.findings("tests/unit/x.py", text))
    assert bool(in_tests) == (
        what not in {"a key of a ring", "an API key", "a signed token", "a secret that is assigned"}
    )


@pytest.mark.parametrize(
    "text", ["sha256-abc", "password: str", "https://example.org:8000/a@b", "KEY_RING=", "2026a:<output of openssl>"]
)
def test_what_is_no_secret_is_not_taken_for_one(text: str) -> None:
    assert list(secrets.findings("README.md", text)) == []


def test_what_chalice_packs_comes_from_verified_files_only(tmp_path: Path) -> None:
    assert wheels.only_from(tmp_path) == {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)}
    source = Path(wheels.__file__).read_text(encoding="utf-8")
    assert "--require-hashes" in source
    assert "--require-hashes" in Path(installers.__file__).read_text(encoding="utf-8")


def test_a_package_with_another_content_than_the_locked_one_is_refused(tmp_path: Path) -> None:
    """By pip itself, on a file of ours: nothing is downloaded."""
    project, folder = tmp_path / "project", tmp_path / "wheels"
    project.mkdir()
    wheel = project / "small-1.0-py3-none-any.whl"
    wheel.write_bytes(b"not what was locked")
    entry = f"small @ {wheel.as_uri()} --hash=sha256:{'0' * 64}\n"
    (project / "requirements.txt").write_text(entry, encoding="utf-8")

    with pytest.raises(PackageError, match="THESE PACKAGES DO NOT MATCH THE HASHES"):
        wheels.download(project / "requirements.txt", folder, Path(sys.executable), Runtime.parse("host", "host"))


def test_updates_come_by_themselves_for_packages_and_actions() -> None:
    updates = yaml.safe_load((PROJECT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]

    assert {one["package-ecosystem"] for one in updates} == {"pip", "github-actions", "maven", "npm"}
    folders = [folder.strip("/") for one in updates for folder in one.get("directories", [one.get("directory")])]
    assert [folder for folder in folders if not (PROJECT / folder).is_dir()] == []
    locks = {str(path.parent.relative_to(PROJECT)) for path in PROJECT.glob("[ct]*/**/package-lock.json")}
    assert {folder for folder in locks if "node_modules" not in folder} <= set(folders)


def test_every_action_of_the_workflows_is_named_by_its_commit() -> None:
    for workflow in (PROJECT / ".github" / "workflows").glob("*.yml"):
        used = re.findall(r"uses: (\S+)", workflow.read_text(encoding="utf-8"))
        assert used
        assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one)] == [], workflow.name


def test_a_package_without_a_licence_is_named() -> None:
    class Silent(Package):
        @property
        def licence(self) -> str:
            return ""

    [told] = licences.refused([Silent("small", "1.0", ())])
    assert told.startswith("small is under no licence that it names")
