"""The walks of the documents work as printed: their blocks run in order, in one shell, and show what is said there."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from devtools.local.stack import running
from tests.e2e.site import Site

README = Path(__file__).parents[2] / "README.md"
MAILS = README.parent / "docs" / "mails.md"  # its walk goes on with that of the README
BLOCK = re.compile(
    r"^<!-- (?P<walk>walk|mail) -->\n+```bash\n(?P<commands>.*?)^```\n(?:\s*```text\n(?P<shows>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
# Between the blocks in the output of the shell; no command prints it.
CUT = "-- next block --"
SECONDS = 240  # the machine may be busy
SIGNING_IN = 2  # blocks of the first walk, which the others begin with


@dataclass(frozen=True, slots=True)
class Step:
    """One block of commands and what the document says it prints; `...` stands for any part of a line."""

    commands: str
    shows: str

    def is_shown_by(self, output: str) -> bool:
        lines = [".*".join(re.escape(part) for part in line.split("...")) for line in self.shows.splitlines()]
        return all(re.search(f"^{line}$", output, re.MULTILINE) for line in lines)


def steps_of(markdown: str, walk: str = "walk") -> list[Step]:
    found = BLOCK.finditer(markdown)
    return [Step(one["commands"], one["shows"] or "") for one in found if one["walk"] == walk]


def walk(steps: list[Step], api_url: str, mailbox_url: str) -> None:
    """Run them in one shell; each prints what it is to show."""
    walked = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"\necho '{CUT}'\n".join(step.commands for step in steps)],
        env={**os.environ, "API": api_url, "MAILBOX": mailbox_url},
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


def test_the_walk_of_the_readme_works_as_printed(site: Site) -> None:
    steps = steps_of(README.read_text(encoding="utf-8"))

    assert len(steps) > SIGNING_IN
    walk(steps, site.api_url, site.mailbox_url)


@pytest.mark.deep
@pytest.mark.xdist_group("fast stack")  # it waits more than it works: let it wait beside the others
def test_mails_come_as_printed_where_an_hour_takes_a_minute(tmp_path: Path) -> None:
    signing_in = steps_of(README.read_text(encoding="utf-8"))[:SIGNING_IN]
    steps = signing_in + steps_of(MAILS.read_text(encoding="utf-8"), "mail")

    assert len(steps) > SIGNING_IN
    with running(tmp_path, environment={"REMINDER_SPEED": "60"}) as stack:
        walk(steps, stack.api_url, stack.mailbox_url)


def test_a_block_belongs_to_the_walk_when_it_is_marked_and_owns_the_text_that_follows_it() -> None:
    markdown = '```bash\nfalse\n```\n\n<!-- walk -->\n```bash\ncurl a\n```\n\n```text\n{"id":"...","n":1}\n```\n'
    markdown += "text\n\n<!-- walk -->\n```bash\nb\n```\n\nmore\n\n```text\nnot of b\n```\n"
    markdown += "<!-- mail -->\n```bash\nc\n```\n"

    first, second = steps_of(markdown)

    assert (first.commands, second) == ("curl a\n", Step("b\n", ""))
    assert steps_of(markdown, "mail") == [Step("c\n", "")]
    assert first.is_shown_by('before\n{"id":"01JZ","n":1}\nafter')
    assert not first.is_shown_by('{"id":"01JZ","n":2}')
