"""The message as SES gets it: text, HTML and invitation as alternatives, and headers that nobody can break out of."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from chalicelib.mail.addresses import on_the_wire
from chalicelib.mail.ses import to_mime
from chalicelib.services.notifications.contexts import CANCEL, Attachment, invitation
from chalicelib.services.notifications.ports import RenderedEmail

SENDER = "Turnout <no-reply@turnout.example>"


def a_message(**fields: object) -> RenderedEmail:
    given: dict[str, object] = {
        "to": "ada@example.org",
        "subject": "Confirmed: Python Workshop",
        "text": "Hello Ada,\n\nGrüße 🐍\n",
        "html": "<p>Hello Ada, Grüße 🐍</p>",
        "headers": {"Auto-Submitted": "auto-generated", "X-Turnout-Intent": "01ARZ"},
    }
    return RenderedEmail(**{**given, **fields})  # type: ignore[arg-type]


def parsed(message: RenderedEmail, sender: str = SENDER, reply_to: str = "") -> EmailMessage:
    made = message_from_bytes(to_mime(message, sender, reply_to), policy=policy.default)
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


@pytest.mark.parametrize("reply_to", ["help@turnout.example", "Hilfe für alle <help@turnout.example>"])
def test_answers_go_where_the_setting_says(reply_to: str) -> None:
    assert parsed(a_message(), reply_to=reply_to)["Reply-To"] == reply_to


def test_answers_go_to_the_sender_when_no_setting_says_otherwise() -> None:
    assert parsed(a_message())["Reply-To"] is None


def test_the_message_is_plain_ascii_on_its_way() -> None:
    assert to_mime(a_message(attachments=(invitation(CALENDAR),)), SENDER).isascii()


CALENDAR = "BEGIN:VCALENDAR\r\nSUMMARY:Grüße\r\n 🐍\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize("method", ["REQUEST", CANCEL])
def test_an_invitation_is_an_alternative_for_calendars_and_a_file_for_people(method: str) -> None:
    mime = parsed(a_message(attachments=(invitation(CALENDAR, method),)))

    assert mime.get_content_type() == "multipart/mixed"
    alternatives, file = mime.iter_parts()
    assert isinstance(alternatives, EmailMessage)
    assert alternatives.get_content_type() == "multipart/alternative"
    text, html, calendar = alternatives.iter_parts()
    assert [part.get_content_type() for part in (text, html, calendar)] == ["text/plain", "text/html", "text/calendar"]
    assert (calendar.get_param("method"), calendar.get_content_charset()) == (method, "utf-8")
    assert not calendar.is_attachment()
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "invite.ics")
    assert file.is_attachment()
    for part in (calendar, file):
        assert part.get_payload(decode=True) == CALENDAR.encode(), "line breaks are those of RFC 5545"


def test_another_attachment_is_a_file_only() -> None:
    mime = parsed(a_message(attachments=(Attachment(name="Grüße.csv", content_type="text/csv", text="ä;ö\n"),)))

    alternatives, file = mime.iter_parts()
    assert [part.get_content_type() for part in alternatives.iter_parts()] == ["text/plain", "text/html"]
    assert (file.get_content_type(), file.get_filename()) == ("text/csv", "Grüße.csv")
    assert file.get_payload(decode=True) == "ä;ö\n".encode()


def test_an_address_to_unsubscribe_at_stays_on_one_line_however_long_it_is() -> None:
    url = f"<https://api.example.org/unsubscribe/{'aB3_-.' * 60}>"
    headers = {"List-Unsubscribe": url, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    raw = to_mime(a_message(headers=headers), SENDER)

    assert f"\nList-Unsubscribe: {url}\n".encode() in raw
    assert b"\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n" in raw


def test_a_line_break_in_that_address_is_refused_too() -> None:
    with pytest.raises(ValueError, match=r".+"):
        to_mime(a_message(headers={"List-Unsubscribe": "<https://x.example>\nBcc: everybody@example.org"}), SENDER)
