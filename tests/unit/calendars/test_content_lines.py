"""Content lines: nothing that somebody writes ends a value, a parameter or a line, and no line is too long."""

import pytest

from chalicelib.calendars import lines


@pytest.mark.parametrize(
    ("written", "escaped"),
    [
        ("Tea, cake; and more", r"Tea\, cake\; and more"),
        (r"C:\temp\new", r"C:\\temp\\new"),
        ("one\ntwo\r\nthree\rfour", r"one\ntwo\nthree\nfour"),
        ("\x00a\x07b\x1bc\x7f\x0b\x0c", "abc"),
        ("one\x85two\u2028three\u2029four", r"one\ntwo\nthree\nfour"),
        ("tab\tstays", "tab\tstays"),
        ("BEGIN:VEVENT", "BEGIN:VEVENT"),
        (r"\n", r"\\n"),
    ],
)
def test_text_is_escaped(written: str, escaped: str) -> None:
    assert lines.text(written) == escaped


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ada", "CN=Ada"),
        ("Ada Byron", "CN=Ada Byron"),
        ("Müller; Söhne: GmbH, Ulm", 'CN="Müller; Söhne: GmbH, Ulm"'),
        ('The "best"', "CN=\"The ^'best^'\""),
        ("^", 'CN="^^"'),
        ("^n ^'", 'CN="^^n ^^\'"'),
        ("two\r\nATTENDEE:mailto:eve@example.org", 'CN="two ATTENDEE:mailto:eve@example.org"'),
    ],
)
def test_a_parameter_is_quoted_where_it_has_to_be(name: str, written: str) -> None:
    assert lines.line("ORGANIZER", "mailto:x@y.z", {"CN": name}) == f"ORGANIZER;{written}:mailto:x@y.z"


def test_an_empty_parameter_is_left_out() -> None:
    assert lines.line("ATTENDEE", "mailto:x@y.z", {"CN": "", "RSVP": "FALSE"}) == "ATTENDEE;RSVP=FALSE:mailto:x@y.z"


def test_no_value_begins_a_line_of_its_own() -> None:
    assert lines.line("URL", "https://x.test/\r\nATTENDEE:mailto:eve@example.org\x00") == (
        "URL:https://x.test/ ATTENDEE:mailto:eve@example.org"
    )


def test_seventy_five_octets_are_one_line_and_one_more_are_two() -> None:
    assert lines.folded("x" * 75) == "x" * 75 + "\r\n"
    assert lines.folded("x" * 76) == "x" * 75 + "\r\n x\r\n"


@pytest.mark.parametrize("letter", ["x", "é", "€", "𝄞"])
@pytest.mark.parametrize("before", range(5))
def test_no_line_is_longer_and_no_character_is_cut(letter: str, before: int) -> None:
    content = "S" * before + letter * 200
    folded = lines.folded(content)
    pieces = folded.encode().removesuffix(b"\r\n").split(b"\r\n")

    assert all(len(piece) <= 75 for piece in pieces)
    assert all(len(piece) > 75 - len(letter.encode()) for piece in pieces[:-1]), "no line is shorter than it has to be"
    assert all(piece.startswith(b" ") for piece in pieces[1:])
    assert (pieces[0] + b"".join(piece[1:] for piece in pieces[1:])).decode() == content
    assert [piece.decode() for piece in pieces], "each is text by itself"


def test_spaces_where_a_line_is_folded_are_kept() -> None:
    content = "x" * 74 + "    " + "y" * 80

    assert lines.folded(content).replace("\r\n ", "") == content + "\r\n"
