"""The README's walk works as printed: its blocks run in order, in one shell, and show what it says they show."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.site import Site

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(
    r"^<!-- walk -->\n+```bash\n(?P<commands>.*?)^```\n(?:\s*```text\n(?P<shows>.*?)^```\n)?", re.MULTILINE | re.DOTALL
)
# Between the blocks in the output of the shell; no command prints it.
CUT = "-- next block --"
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Step:
    """One block of commands and what the README says it prints; `...` stands for any part of a line."""

    commands: str
    shows: str

    def is_shown_by(self, output: str) -> bool:
        lines = [".*".join(re.escape(part) for part in line.split("...")) for line in self.shows.splitlines()]
        return all(re.search(f"^{line}$", output, re.MULTILINE) for line in lines)


def steps_of(markdown: str) -> list[Step]:
    return [Step(found["commands"], found["shows"] or "") for found in BLOCK.finditer(markdown)]


def test_the_walk_of_the_readme_works_as_printed(site: Site) -> None:
    steps = steps_of(README.read_text(encoding="utf-8")) if README.exists() else []
    if not steps:
        pytest.skip("README.md has no block marked <!-- walk --> yet")
    script = f"\necho '{CUT}'\n".join(step.commands for step in steps)

    walked = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={**os.environ, "API": site.api_url, "MAILBOX": site.mailbox_url},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert walked.returncode == 0, f"{walked.stdout}\n{walked.stderr}"
    outputs = walked.stdout.split(f"{CUT}\n")
    assert len(outputs) == len(steps)
    for step, output in zip(steps, outputs, strict=True):
        assert step.is_shown_by(output), f"{step.commands}\nshould show\n{step.shows}\nand printed\n{output}"


def test_a_block_belongs_to_the_walk_when_it_is_marked_and_owns_the_text_that_follows_it() -> None:
    markdown = '```bash\nfalse\n```\n\n<!-- walk -->\n```bash\ncurl a\n```\n\n```text\n{"id":"...","n":1}\n```\n'
    markdown += "text\n\n<!-- walk -->\n```bash\nb\n```\n\nmore\n\n```text\nnot of b\n```\n"

    first, second = steps_of(markdown)

    assert (first.commands, second) == ("curl a\n", Step("b\n", ""))
    assert first.is_shown_by('before\n{"id":"01JZ","n":1}\nafter')
    assert not first.is_shown_by('{"id":"01JZ","n":2}')
