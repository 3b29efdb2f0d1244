"""Letters are kept, found by address, and never taken in twice."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.mailbox.store import Store
from devtools.mailbox.view import summary

SENDER = "no-reply@turnout.example"
RAW = b"From: Turnout <no-reply@turnout.example>\r\nTo: Header@Example.org\r\nSubject: Hi\r\n\r\nBody"


def arrive(folder: Path, number: int, *to: str, raw: bytes = RAW, ses_id: str = "", sender: str = SENDER) -> Path:
    letter = {
        "id": ses_id or f"ses-{number}",
        "from": sender,
        "to": list(to),
        "sent_at": 1_800_000_000.25 + number,
        "raw": base64.b64encode(raw).decode(),
    }
    path = folder / "new" / f"{number:04d}.json"
    path.write_text(json.dumps(letter), encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.close()


def test_the_newest_letter_comes_first_and_is_seen_at_once(store: Store, tmp_path: Path) -> None:
    arrive(tmp_path, 1, "ada@example.org")
    arrive(tmp_path, 2, "bob@example.org")

    found = store.find()

    assert [one.recipients for one in found] == [["bob@example.org"], ["ada@example.org"]]
    assert found[1].sent_at == "2027-01-15T08:00:01.250Z"
    assert (found[0].subject, found[0].sender) == ("Hi", "Turnout <no-reply@turnout.example>")
    assert found[0].raw == (
        b"Date: Fri, 15 Jan 2027 08:00:02 -0000\r\nMessage-ID: <ses-2@email.amazonses.com>\r\n" + RAW
    ), "SES adds what a mail must have"
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("asked", ["ada+x@example.org", "ADA+X@Example.ORG", " ada+x@example.org", "ada x@example.org"])
def test_an_address_is_found_in_any_case_and_with_an_unescaped_plus(store: Store, tmp_path: Path, asked: str) -> None:
    arrive(tmp_path, 1, "Ada+X@example.org", "carol@example.org")
    arrive(tmp_path, 2, "bob@example.org")

    assert [one.id for one in store.find(asked)] == [1]


def test_what_a_mail_says_of_itself_is_not_added_again(store: Store, tmp_path: Path) -> None:
    raw = b"date: Thu, 1 Jan 2026 00:00:00 +0000\nMESSAGE-ID: <a@b>\n" + RAW.replace(b"\r\n", b"\n")
    arrive(tmp_path, 1, "ada@example.org", raw=raw)

    assert store.find()[0].raw == raw


@pytest.mark.parametrize(
    "asked",
    ["ada@bücher.example", "ADA@BÜCHER.example", "ada@xn--bcher-kva.example", "Ada <ada@bücher.example>"],
)
@pytest.mark.parametrize("sent_to", ["ada@xn--bcher-kva.example", "Ada@bücher.example"])
def test_an_address_is_found_however_its_domain_is_written(
    store: Store, tmp_path: Path, sent_to: str, asked: str
) -> None:
    arrive(tmp_path, 1, sent_to)
    arrive(tmp_path, 2, "ada@bucher.example")

    assert [one.id for one in store.find(asked)] == [1]
    seen = summary(store.find(asked)[0])
    assert seen["to"] in (["ada@bücher.example"], ["Ada@bücher.example"])
    assert {sent_to, seen["to"][0]} == set(seen["found_by"]), "the page finds it either way"


@pytest.mark.parametrize("odd", ["ada", "ada@", "@", "ada@xn--a", "ada@-.example", "ada@" + "x" * 300])
def test_what_is_no_name_of_a_host_is_shown_and_found_as_it_is(store: Store, tmp_path: Path, odd: str) -> None:
    arrive(tmp_path, 1, odd)

    assert [summary(one)["to"] for one in store.find(odd)] == [[odd]]


@pytest.mark.parametrize(
    ("given", "header", "shown"),
    [
        ("no-reply@turnout.example", "Turnout <no-reply@turnout.example>", "Turnout <no-reply@turnout.example>"),
        ("no-reply@t.example", "=?utf-8?q?M=C3=BCller?= <No-Reply@t.example>", "Müller <no-reply@t.example>"),
        ("a@xn--bcher-kva.example", "=?utf-8?q?B=C3=BCcher?= <a@xn--bcher-kva.example>", "Bücher <a@bücher.example>"),
        ("real@turnout.example", "Somebody <else@turnout.example>", "real@turnout.example"),
        ("", "Turnout <no-reply@turnout.example>", "Turnout <no-reply@turnout.example>"),
        ("Given <a@turnout.example>", "Turnout <a@turnout.example>", "Given <a@turnout.example>"),
    ],
)  # fmt: skip
def test_the_sender_has_the_name_that_the_mail_says(
    store: Store, tmp_path: Path, given: str, header: str, shown: str
) -> None:
    arrive(tmp_path, 1, "ada@example.org", raw=f"From: {header}\r\n\r\nx".encode(), sender=given)

    assert store.find()[0].sender == shown


def test_recipients_come_from_the_header_when_ses_was_given_none(store: Store, tmp_path: Path) -> None:
    arrive(tmp_path, 1)

    assert store.find("header@example.org")[0].recipients == ["Header@Example.org"]


def test_no_more_than_the_limit_is_answered(store: Store, tmp_path: Path) -> None:
    for number in range(5):
        arrive(tmp_path, number, "ada@example.org")

    assert [one.id for one in store.find(limit=2)] == [5, 4]


def test_letters_outlive_the_process(tmp_path: Path) -> None:
    first = Store(tmp_path)
    arrive(tmp_path, 1, "ada@example.org")
    first.find()
    first.close()

    second = Store(tmp_path)

    assert [one.recipients for one in second.find()] == [["ada@example.org"]]
    second.close()


def test_a_letter_whose_file_could_not_be_deleted_is_not_taken_in_twice(store: Store, tmp_path: Path) -> None:
    arrive(tmp_path, 1, "ada@example.org", ses_id="same")
    store.find()
    arrive(tmp_path, 1, "ada@example.org", ses_id="same")

    assert len(store.find()) == 1


def test_a_file_that_is_no_letter_holds_nothing_up(store: Store, tmp_path: Path) -> None:
    (tmp_path / "new" / "0000.json").write_text("{", encoding="utf-8")
    (tmp_path / "new" / "0001.json").write_text("[]", encoding="utf-8")
    arrive(tmp_path, 2, "ada@example.org")

    assert len(store.find()) == 1


def test_deleting_all_also_deletes_what_has_just_arrived_and_changes_the_version(store: Store, tmp_path: Path) -> None:
    arrive(tmp_path, 1, "ada@example.org")
    before = store.version()
    arrive(tmp_path, 2, "ada@example.org")
    assert store.version() != before

    store.clear()

    assert store.find() == []
    assert store.version() not in {before, "2-2"}
