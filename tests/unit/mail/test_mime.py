"""The message as SES gets it: text and HTML as alternatives, and headers that nobody can break out of."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from chalicelib.mail.ses import on_the_wire, to_mime
from chalicelib.services.signals import Message

SENDER = "Turnout <no-reply@turnout.example>"


def a_message(**fields: object) -> Message:
    given: dict[str, object] = {
        "to": "ada@example.org",
        "subject": "Confirmed: Python Workshop",
        "text": "Hello Ada,\n\nGrüße 🐍\n",
        "html": "<p>Hello Ada, Grüße 🐍</p>",
        "headers": {"Auto-Submitted": "auto-generated", "X-Turnout-Intent": "01ARZ"},
    }
    return Message(**{**given, **fields})  # type: ignore[arg-type]


def parsed(message: Message, sender: str = SENDER) -> EmailMessage:
    made = message_from_bytes(to_mime(message, sender), policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


def test_text_and_html_are_alternatives_and_the_text_comes_first() -> None:
    mime = parsed(a_message())

    assert mime.get_content_type() == "multipart/alternative"
    text, html = mime.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content() == "Hello Ada,\n\nGrüße 🐍\n"
    assert html.get_content().strip() == "<p>Hello Ada, Grüße 🐍</p>"
    assert text.get_content_charset() == html.get_content_charset() == "utf-8"


def test_headers_are_those_of_the_message_and_its_sender() -> None:
    mime = parsed(a_message())

    assert mime["From"] == "Turnout <no-reply@turnout.example>"
    assert mime["To"] == "ada@example.org"
    assert mime["Subject"] == "Confirmed: Python Workshop"
    assert mime["Auto-Submitted"] == "auto-generated"
    assert mime["X-Turnout-Intent"] == "01ARZ"


@pytest.mark.parametrize("subject", ["Grüße aus Köln 🐍", "x" * 300, "日本語 " * 40 + "x"])
def test_a_subject_of_any_letters_and_length_arrives_as_it_was(subject: str) -> None:
    assert parsed(a_message(subject=subject))["Subject"] == subject


@pytest.mark.parametrize("field", ["subject", "to"])
def test_a_line_break_in_a_header_is_refused_and_never_a_second_header(field: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        to_mime(a_message(**{field: "ada@example.org\r\nBcc: everybody@example.org"}), SENDER)


@pytest.mark.parametrize(
    ("sender", "shown"),
    [
        ("no-reply@turnout.example", "no-reply@turnout.example"),
        ("Köln Events <no-reply@turnout.example>", "Köln Events <no-reply@turnout.example>"),
        ('"Events, Ltd." <no-reply@turnout.example>', '"Events, Ltd." <no-reply@turnout.example>'),
    ],
)
def test_the_sender_may_have_a_name(sender: str, shown: str) -> None:
    assert parsed(a_message(), sender)["From"] == shown


@pytest.mark.parametrize("address", ["o'neill+tag@sub.example.org", "x@example.museum", "a.b-c_d@example.org"])
def test_unusual_addresses_arrive(address: str) -> None:
    assert parsed(a_message(to=address))["To"] == address


@pytest.mark.parametrize(
    ("address", "written"),
    [("ada@bücher.example", "ada@xn--bcher-kva.example"), ("ada@straße.example", "ada@xn--strae-oqa.example")],
)
def test_an_international_domain_is_written_in_ascii(address: str, written: str) -> None:
    assert parsed(a_message(to=address))["To"] == written
    assert on_the_wire(address) == written
