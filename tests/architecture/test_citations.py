"""Whatever a tracked file cites is there: documents and their headings, decisions, tests, source files and members."""

from pathlib import Path

import pytest

from tests.support.citations import PROJECT, headings, missing_in, prose, tracked, unresolved

TEXTS = {".py", ".md", ".toml", ".yaml", ".yml", ".html", ".txt", ".in", ""}
SKIPPED = ("vendor/", "snapshots/", "LICENSE", "common_passwords")


def texts() -> list[Path]:
    names = [(path, path.relative_to(PROJECT).as_posix()) for path in tracked()]
    return [path for path, name in names if path.suffix in TEXTS and not any(one in name for one in SKIPPED)]


def test_whatever_is_cited_is_there() -> None:
    missing = [f"{path.relative_to(PROJECT)}:{cited}" for path in texts() for cited in missing_in(path)]

    assert missing == []


@pytest.mark.parametrize(
    "line",
    [
        "as docs/adr/9999 says",
        "docs/nothing.md",
        "docs/promises.md#no-such-heading",
        "`tests/e2e/test_nothing.py`",
        "`services/seats/nothing`",
        "`services/seats/release.NothingOfThatName`",
        "`chalicelib.workers.{mail,nothing}.handle`",
        "`tests/simulation/test_nothing*.py`",
        "python -m devtools.nothing",
        "SOMETHING.md, section 8",
        "`test_nothing_at_all.py`",
        "[a page](nothing/at-all.md)",
        "[a heading](docs/promises.md#no-such-heading)",
    ],
)
def test_what_is_not_there_is_found(line: str) -> None:
    assert unresolved(PROJECT / "README.md", line)


@pytest.mark.parametrize(
    "line",
    [
        "docs/adr/0002, and docs/adr/0003-mail-intents.md.",
        "docs/promises.md#seats",
        "`services/events/change.EventPorts`, `services/events`, `services/events/change.py`",
        "`chalicelib.workers.{mail,jobs}.handle`, `chalicelib.workers.*`",
        "`tests/component/enrollments/test_guest*.py`",
        "GET /docs/{asset} and /api/messages",
        "[costs](docs/costs.md#finding)",
    ],
)
def test_what_is_there_is_not(line: str) -> None:
    assert unresolved(PROJECT / "README.md", line) == []


def test_anchors_are_those_of_the_headings() -> None:
    assert headings("# What it does\n\n## Not yet\ntext\n### `a_b`, c\n") == {"what-it-does", "not-yet", "a_b-c"}


def test_of_python_only_what_is_written_for_people_counts() -> None:
    text = 'x = "docs/nothing.md"  # docs/mail.md\n\n\ndef f() -> None:\n    """See docs/mails.md."""\n'

    assert sorted(prose(Path("a.py"), text)) == [(1, "# docs/mail.md"), (5, "See docs/mails.md.")]
