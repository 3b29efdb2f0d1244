"""The bytes that leave, of every kind of mail in every language, as other programs read them."""

import pytest

from chalicelib.mail.languages import LANGUAGES
from chalicelib.mail.ses import to_mime
from devtools.mails.samples import Sample, at_its_longest, samples
from devtools.mails.snapshots import rendered
from tests.support.mails.mailparsers import read_mail

SENDER = "Müller & Söhne <no-reply@turnout.example>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_read_as_it_was_written(language: str) -> None:
    for sample in samples():
        for context in (sample.context, at_its_longest(sample.context)):
            message = rendered(Sample(kind=sample.kind, variant=sample.variant, context=context), language)

            letter = read_mail(to_mime(message, SENDER))

            assert (letter.subject, letter.text) == (message.subject, message.text)
            assert letter.html == message.html.rstrip("\n") + "\n"
            assert letter.headers["Content-Language"] == language
            assert message.headers.items() <= letter.headers.items()
            assert letter.sender == ("Müller & Söhne", "no-reply@turnout.example")
            assert letter.headers["To"] == "ada@example.org"
            if message.attachments:
                [attached] = message.attachments
                assert letter.calendar == attached.text
                assert ("application/ics", "invite.ics", attached.text.encode()) in letter.parts


def test_the_line_before_what_ends_such_mails_is_a_signature_separator() -> None:
    """RFC 3676, 4.3: two hyphens and a space, which readers fold away and leave out of answers."""
    for sample in samples():
        message = rendered(sample, "en")
        if "List-Unsubscribe" in message.headers:
            raw = to_mime(message, SENDER)
            assert "\n-- \n" in read_mail(raw).text
            assert b"\n--\n" not in raw
