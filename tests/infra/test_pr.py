"""`make pr` is what CI runs: every step is a make target, in order, and the first failure stops it with its name."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from devtools import pr

PROJECT = Path(__file__).resolve().parents[2]
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")


@pytest.fixture
def make(tmp_path: Path) -> str:
    """A stand-in for make that fails for the target `bad` and writes down what it was asked for."""
    program = tmp_path / "make"
    program.write_text(f'#!/bin/sh\necho "$2" >> {tmp_path}/asked\n[ "$2" != bad ]\n', encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def asked(make: str) -> list[str]:
    return Path(make).with_name("asked").read_text(encoding="utf-8").split()


def test_every_step_is_a_target_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))

    assert {target for _, target in pr.STEPS} <= targets


def test_the_steps_run_in_order_and_their_times_are_shown(make: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert pr.run((("One", "a"), ("Two", "b")), make) == 0

    shown = capfd.readouterr().out
    assert asked(make) == ["a", "b"]
    assert "=== 1/2 One (make a)" in shown
    assert re.search(r"make pr: everything holds \(a \d+ s, b \d+ s\)", shown)


def test_the_first_failure_stops_with_the_command_to_repeat(make: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert pr.run((("One", "a"), ("Two", "bad"), ("Three", "c")), make) == 1

    assert asked(make) == ["a", "bad"]
    assert "make pr stopped at step 2: run `make bad` and correct what it says." in capfd.readouterr().err


def test_the_tests_are_the_command_that_the_readme_names() -> None:
    assert "test" in {target for _, target in pr.STEPS}
    assert "make test" in (PROJECT / "README.md").read_text(encoding="utf-8")


def test_github_and_our_own_ci_run_make_pr() -> None:
    workflow = yaml.safe_load((PROJECT / ".github" / "workflows" / "pr.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["pr"]["steps"]
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")

    assert [step["run"] for step in steps if "run" in step] == ["make pr"]
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"]) for step in steps if "uses" in step)
    assert "make --no-print-directory setup pr" in script
    assert os.access(PROJECT / ".ci" / "run", os.X_OK)


def test_every_night_github_runs_the_long_versions() -> None:
    workflow = yaml.safe_load((PROJECT / ".github" / "workflows" / "nightly.yml").read_text(encoding="utf-8"))
    steps = {name: job["steps"] for name, job in workflow["jobs"].items()}

    assert {name: [step["run"] for step in some if "run" in step] for name, some in steps.items()} == {
        "deep": ["make test-deep"],
        "deployed": ["make test-deployed"],
        "clients": ["make test-clients"],
        "lighthouse": ["make lighthouse"],
    }


def test_github_deploys_to_dev_and_then_to_prod_without_a_secret() -> None:
    text = (PROJECT / ".github" / "workflows" / "deploy.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]

    assert "secrets." not in text
    assert jobs["prod"]["needs"] == "dev"
    for name, job in jobs.items():
        assert (job["environment"], job["permissions"]["id-token"]) == (name, "write"), "the role trusts environments"
        made = [step["run"].partition(" URL=")[0] for step in job["steps"] if step.get("run", "").startswith("make ")]
        assert made == [f"make package STAGE={name}", f"make deploy STAGE={name}", "make look"]
        (deploys,) = (step["env"] for step in job["steps"] if step.get("run", "").startswith("make deploy"))
        assert deploys.keys() == {"AWS_DEFAULT_REGION", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"}
        assert deploys["AWS_ROLE_ARN"].endswith(":role/turnout-deployer")


def test_the_ci_script_is_sound_bash() -> None:
    done = subprocess.run(["bash", "-n", PROJECT / ".ci" / "run"], check=False, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
