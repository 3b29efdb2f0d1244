"""Whatever people write into a title or a name stays inside its header; the bytes that leave are what is checked."""

import re
from email.header import decode_header, make_header
from email.utils import parseaddr

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.mail.ses import to_mime
from chalicelib.services.notifications.contexts import Attachment
from chalicelib.services.notifications.ports import RenderedEmail

HEADERS = [
    "Auto-Submitted",
    "Content-Language",
    "Content-Type",
    "From",
    "MIME-Version",
    "Reply-To",
    "Subject",
    "To",
]
EVIL = (
    "=?utf-8?q?Hi=0D=0AX-Evil:_yes=0D=0AContent-Type:_text/html=0D=0A=0D=0A<h1>Account_locked</h1>?=",
    "=?utf-8?b?SGkNClgtRXZpbDogeWVz?=",
    "=?iso-8859-1?Q?a?= =?iso-8859-1?Q?b?=",
    "=?",
    "?=",
    "=?utf-8?q?",
    "a" * 200,
    "Straße =?utf-8?q?=0A?= " * 8,
    "日本語" * 60,
    "👩‍👩‍👧‍👦" * 20,
    '"quoted" \\ <ada@example.org>, (comment); group: x;',
)
# What a title or a name can be: one line, single spaces, no control characters.
PIECES = st.sampled_from(
    ["=?", "?=", "utf-8", "?q?", "?b?", "=0D=0A", "=20", "_", "é", "ﷺ", "\u202e", "<", '"', "\\", ","]
)
LINES = (
    st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=30)
    .map("".join)
    .map(lambda text: " ".join("".join(one if one.isprintable() else " " for one in text).split()))
    .filter(bool)
)


def sent(subject: str, *, name: str = "", file: str = "invite.ics") -> tuple[list[str], dict[str, str], bytes]:
    """The names of the top headers in the bytes, their raw values unfolded, and the bytes."""
    message = RenderedEmail(
        to="ada@example.org",
        subject=subject,
        text="Hello\n",
        html="<p>Hello</p>",
        headers={"Auto-Submitted": "auto-generated", "Content-Language": "de"},
        attachments=(
            Attachment(name=file, content_type="text/calendar", text="BEGIN:VCALENDAR\r\n", method="REQUEST"),
        ),
    )
    reply_to = (
        f'"{name.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34))}" <a@example.org>'
        if name
        else "a@b.org"
    )
    raw = to_mime(message, "Turnout <no-reply@turnout.example>", reply_to)
    block = raw.partition(b"\n\n")[0].decode("ascii")
    lines = re.sub(r"\n(?=[ \t])", "", block).split("\n")
    values = dict(line.split(": ", 1) for line in lines)
    return sorted(values), values, raw


def decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


@given(LINES)
@example(EVIL[0])
@example(EVIL[1])
@example(EVIL[2])
@example(EVIL[3])
@example(EVIL[4])
@example(EVIL[5])
@example(EVIL[6])
@example(EVIL[7])
@example(EVIL[8])
@example(EVIL[9])
@example(EVIL[10])
def test_a_subject_is_read_back_as_it_was_given_and_adds_no_header(subject: str) -> None:
    names, values, raw = sent(subject)

    assert names == HEADERS
    assert decoded(values["Subject"]) == subject
    assert b"X-Evil" not in raw.partition(b"\n\n")[0]
    words = re.findall(r"=\?[^?\s]+\?[bq]\?[^?\s]*\?=", values["Subject"])
    assert all(len(word) <= 75 for word in words), "RFC 2047, section 2"
    assert all(len(line) <= 76 for line in raw.partition(b"\n\n")[0].split(b"\n") if b"=?" in line)


@given(LINES)
@example(EVIL[0])
@example(EVIL[10])
def test_a_display_name_is_read_back_as_it_was_given_and_moves_no_address(name: str) -> None:
    names, values, _ = sent("Hello", name=name)

    assert names == HEADERS
    shown, address = parseaddr(values["Reply-To"])
    assert address == "a@example.org"
    assert decoded(shown) == name


@given(LINES)
@example(EVIL[0])
def test_the_name_of_a_file_adds_no_header_to_its_part(file: str) -> None:
    _, _, raw = sent("Hello", file=file)

    part = raw.rpartition(b"Content-Type: application/ics")[2].partition(b"\n\n")[0]
    assert sorted(line.partition(b":")[0] for line in part.strip().split(b"\n") if line[:1] not in b" \t") == [
        b"Content-Disposition",
        b"Content-Transfer-Encoding",
        b"MIME-Version",
    ]
