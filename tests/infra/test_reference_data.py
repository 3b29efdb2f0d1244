"""Countries, currencies and languages are what the pinned packages say, and every exception is still one."""

from pathlib import Path

import iso639
import pycountry
import pytest

from chalicelib.domain.reference import currencies
from devtools.reference import __main__ as reference
from devtools.reference import countries, languages


def test_the_committed_tables_are_up_to_date() -> None:
    assert reference.main(["--check"]) == 0


def test_another_file_is_outdated_until_it_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target, words = tmp_path / "reference_data.py", tmp_path / "words.txt"

    assert reference.main(["--check"], target, words) == 1
    told = capsys.readouterr().err
    assert "reference_data.py is out of date; run `make reference-data`" in told
    assert "words.txt is out of date; run `make reference-data`" in told
    assert reference.main([], target, words) == 0
    assert reference.main(["--check"], target, words) == 0


def test_every_country_that_is_called_otherwise_still_has_another_name_in_the_package() -> None:
    theirs = {one.alpha_2: getattr(one, "common_name", one.name) for one in pycountry.countries}

    assert [code for code, name in countries.SPOKEN.items() if theirs[code] == name] == []


def test_every_name_that_is_added_to_a_language_is_still_missing_from_the_package() -> None:
    theirs = {
        one.part1: {one.name, *(other.print for other in one.other_names or ())}
        for one in iso639.ALL_LANGUAGES
        if one.part1
    }

    assert [name for code, names in languages.ALSO_CALLED.items() for name in names if name in theirs[code]] == []


def test_every_code_of_three_letters_that_is_added_is_still_missing_from_iso_639_2() -> None:
    assert [one.part3 for one in iso639.ALL_LANGUAGES if one.part2t and one.part3 in languages.WIDESPREAD] == []


@pytest.mark.parametrize("code", ["ANG", "BGN", "HRK", "BOV", "UYI", "UYW", "XAD", "XAU", "XDR", "XTS", "XXX"])
def test_a_price_is_in_no_withdrawn_currency_fund_or_metal(code: str) -> None:
    assert currencies.digits(code) is None


@pytest.mark.parametrize(("code", "digits"), [("XCG", 2), ("EUR", 2), ("JPY", 0), ("TND", 3), ("ZWG", 2)])
def test_a_currency_that_people_pay_with_has_the_digits_of_its_smallest_unit(code: str, digits: int) -> None:
    assert currencies.digits(code) == digits
