"""What is generated says what its source says, and drift is found."""

import dataclasses
import re
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.domain.shared import limits
from chalicelib.domain.shared.rate_limit import Limit
from chalicelib.settings import Settings, setting, variables_of
from devtools import generated_files, limits_docs, locks, operators_docs, rules_docs, settings_docs

PROJECT = Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sample:
    plain: str = setting("a|b", env="PLAIN", text="Either `a` or `b`.")
    spaced: str = setting("A <a@b>", env="SPACED", text="With spaces.")
    shown: str = setting("", env="SHOWN", text="With an example.", example="https://x")
    needed: str = setting(env="NEEDED", text="Has no default.")
    hidden: str = setting("", env="HIDDEN", text="Never shown.", example="kid:abc", secret=True)


VARIABLES = variables_of(Sample)


def test_the_page_has_a_row_for_every_setting_with_its_default() -> None:
    rows = settings_docs.settings_page(VARIABLES).splitlines()[-5:]

    assert rows == [
        "| `PLAIN` | `a\\|b` | Either `a` or `b`. |",
        "| `SPACED` | `A <a@b>` | With spaces. |",
        "| `SHOWN` | none | With an example. Example: `https://x`. |",
        "| `NEEDED` | required | Has no default. |",
        "| `HIDDEN` | none | Never shown. Example: `kid:abc`. **Secret:** never written to a log. |",
    ]


def test_the_example_file_comments_out_defaults_and_has_no_secret_to_copy() -> None:
    lines = settings_docs.env_example(VARIABLES).splitlines()

    assert '# PLAIN="a|b"' in lines
    assert '# SPACED="A <a@b>"' in lines
    assert "# SHOWN=https://x" in lines
    assert "NEEDED=" in lines
    assert "# HIDDEN=" in lines


def test_a_file_that_is_missing_or_differs_is_outdated(tmp_path: Path) -> None:
    (tmp_path / "same").write_text("1", encoding="utf-8")
    (tmp_path / "other").write_text("1", encoding="utf-8")

    written = {tmp_path / "same": "1", tmp_path / "other": "2", tmp_path / "missing": "3"}

    assert list(generated_files.outdated(written)) == [tmp_path / "other", tmp_path / "missing"]


def test_the_committed_settings_documents_are_up_to_date() -> None:
    variables = variables_of(Settings)

    assert (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_docs.settings_page(variables)
    assert (PROJECT / ".env.example").read_text(encoding="utf-8") == settings_docs.env_example(variables)


def _pins(path: Path) -> dict[str, str]:
    """Name to version of every `name==version` in a requirements file."""
    pins = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, rest = line.split("#")[0].partition("==")
        if equals:
            pins[name.partition("[")[0].strip().lower().replace("_", "-")] = rest.partition(";")[0].strip(" \\")
    return pins


@pytest.mark.parametrize("name", locks.NAMES)
def test_every_direct_requirement_is_pinned_to_the_version_that_its_source_names(name: str) -> None:
    wanted, locked = _pins(PROJECT / f"{name}.in"), _pins(PROJECT / f"{name}.txt")

    assert wanted
    assert {one: locked.get(one) for one in wanted} == wanted


@pytest.mark.parametrize("name", locks.NAMES)
def test_every_line_of_a_lock_has_its_hashes(name: str) -> None:
    """Pip refuses a file in which one is missing; here is the sentence that says which."""
    entries = (PROJECT / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()

    assert len(entries) > 5
    assert [entry for entry in entries if not re.search(r" --hash=sha256:[0-9a-f]{64}( |$)", entry)] == []


def test_the_functions_and_the_tests_run_on_the_same_versions() -> None:
    deployed, run, developed = (_pins(PROJECT / f"requirements{kind}.txt") for kind in ("", "-run", "-dev"))

    assert deployed.items() <= run.items() <= developed.items()


def test_chalice_is_not_deployed_with_its_own_dependencies() -> None:
    assert not {"chalice", "pip", "moto"} & _pins(PROJECT / "requirements.txt").keys()


def test_the_committed_page_of_limits_is_up_to_date() -> None:
    source = limits_docs.SOURCE.read_text(encoding="utf-8")

    assert (PROJECT / "docs" / "limits.md").read_text(encoding="utf-8") == limits_docs.page(source)
    assert {row.name for row in limits_docs.rows(source)} == {name for name in vars(limits) if name.isupper()} - {
        "PRODUCTION_LIMITS",
        "GENEROUS_LIMITS",
    }


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("# Events\nMAX_TAGS = 10\n", "MAX_TAGS of limits.py has no comment that says what it bounds."),
        ("MAX_TAGS = 10  # Tags.\n", "MAX_TAGS of limits.py stands under no section."),
    ],
)
def test_a_limit_that_does_not_say_what_it_bounds_is_named(source: str, sentence: str) -> None:
    with pytest.raises(limits_docs.DocumentationError, match=f"^{sentence}$"):
        limits_docs.rows(source)


def test_a_rate_limit_that_does_not_say_what_it_limits_is_named() -> None:
    with pytest.raises(limits_docs.DocumentationError, match=r"^reads of RateLimits has no comment"):
        limits_docs.rate_rows("    mail_to: Limit | None = None  # Mails.\n")


def test_limits_are_shown_as_people_read_them() -> None:
    values = [5_000, timedelta(minutes=90), timedelta(days=1), timedelta(days=2), timedelta(0), Limit(5, 3_600), None]

    assert [limits_docs.shown(value) for value in values] == [
        "5,000",
        "90 minutes",
        "24 hours",
        "2 days",
        "none",
        "5 in 1 hour",
        "none",
    ]


def test_a_page_of_limits_that_drifted_is_one_clear_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "limits.md"

    assert limits_docs.main(["--check"], stale) == 1
    assert capsys.readouterr().err == "limits.md is out of date; run `make docs` and commit the result.\n"
    assert limits_docs.main([], stale) == 0
    assert limits_docs.main(["--check"], stale) == 0


def test_the_page_of_operators_roles_is_that_of_the_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert operators_docs.TARGET.read_text(encoding="utf-8") == operators_docs.page()

    stale = tmp_path / "operators.md"
    assert operators_docs.main(["--check"], stale) == 1
    assert capsys.readouterr().err == "operators.md is out of date; run `make docs` and commit the result.\n"
    assert (operators_docs.main([], stale), operators_docs.main(["--check"], stale)) == (0, 0)


def test_the_contract_prints_the_table_of_rules_that_decides() -> None:
    text = rules_docs.TARGET.read_text(encoding="utf-8")

    assert rules_docs.page(text) == text
    assert rules_docs.table() in text


def test_a_table_of_rules_that_is_out_of_date_is_found_and_written(tmp_path: Path) -> None:
    target = tmp_path / "contract.md"
    target.write_text(f"# A\n{rules_docs.BEGIN}\nold\n{rules_docs.END}\nB\n", encoding="utf-8")

    assert rules_docs.main(["--check"], target) == 1
    assert (rules_docs.main([], target), rules_docs.main(["--check"], target)) == (0, 0)
    assert target.read_text(encoding="utf-8") == f"# A\n{rules_docs.BEGIN}\n{rules_docs.table()}\n{rules_docs.END}\nB\n"
