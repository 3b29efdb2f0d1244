"""Mail as its reader sees it, whatever was sent."""

from email.message import EmailMessage

import pytest

from devtools.mailbox.letters import parse


def whole() -> bytes:
    message = EmailMessage()
    message["From"] = "Turnout <no-reply@turnout.example>"
    message["To"] = "ada@example.org"
    message["Subject"] = "Größe: 3 € für Zoë"
    message["List-Unsubscribe"] = "<https://example.org/u>"
    message.set_content("Hällo\n")
    message.add_alternative("<p>Hällo</p>", subtype="html")
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="Einladung ü.ics")
    message.add_attachment("another text", filename="notes.txt")
    return message.as_bytes()


def test_text_html_headers_and_attachments_are_told_apart() -> None:
    content = parse(whole())

    assert (content.text.strip(), content.html.strip()) == ("Hällo", "<p>Hällo</p>")
    assert content.headers["Subject"] == "Größe: 3 € für Zoë"
    assert content.headers["List-Unsubscribe"] == "<https://example.org/u>"
    shown = [(one.filename, one.content_type) for one in content.attachments]
    assert shown == [("Einladung ü.ics", "text/calendar"), ("notes.txt", "text/plain")]
    assert content.attachments[0].content == b"BEGIN:VCALENDAR"


def test_a_folded_header_is_one_line_and_a_repeated_one_keeps_every_value() -> None:
    content = parse(b"Received: a\r\nReceived: b\r\nSubject: one\r\n two\r\n\r\nx")

    assert content.headers["Received"] == "a\nb"
    assert content.headers["Subject"] == "one two"


def test_a_value_that_stands_below_its_name_has_no_space_before_it() -> None:
    assert parse(b"X-Intent:\r\n one\r\n\r\nx").headers["X-Intent"] == "one"


def test_a_calendar_entry_beside_the_text_is_for_programs_and_the_one_behind_it_for_the_reader() -> None:
    message = EmailMessage()
    message.set_content("See you")
    message.add_alternative("BEGIN:VCALENDAR", subtype="calendar", params={"method": "REQUEST"})
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="application", subtype="ics", filename="invite.ics")

    assert [one.filename for one in parse(message.as_bytes()).attachments] == ["invite.ics"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Content-Type: text/plain; charset=no-such\r\n\r\n\xff",
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Content-Type: multipart/mixed\r\n\r\n--x\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Disposition: inline; filename*=x''%FF\r\n",
        b"Subject: =?utf-8?b?////?=\r\nFrom: \xff <\xfe>\r\nDate: nonsense\r\nTo: (((\r\n\r\nbody",
        b'Content-Type: image/png; name="=?bad?="\r\n\r\n\x89PNG',
    ],
)
def test_broken_mail_is_shown_as_well_as_it_can_be(raw: bytes) -> None:
    content = parse(raw)

    assert isinstance(content.text + content.html, str)
    "".join(f"{name}{value}" for name, value in content.headers.items()).encode()
