"""Every kind of mail in every language and variant, as its reader gets it.

`python -m devtools.mails --snapshots` writes the files anew; what then differs is to be read before it is kept.
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.mail.languages import LANGUAGES
from chalicelib.mail.render import TEMPLATES, TemplateRenderer
from chalicelib.services.notifications.contexts import EmailDraft, MessageContext, OptionalContext, invitation
from chalicelib.services.notifications.mails.kinds import MAIL_KINDS
from devtools.mails.__main__ import write
from devtools.mails.samples import BY_OTHERS, INVITATION, LINK, UNSUBSCRIBE, Sample, samples
from devtools.mails.snapshots import FOLDER, rendered, snapshots
from tests.support.mails.letters import Page

KINDS = list(MAIL_KINDS)
SNAPSHOTS = dict(snapshots())
SAMPLES = list(samples())
URLS = (LINK, f"{LINK}/ticket", UNSUBSCRIBE, INVITATION, BY_OTHERS["not_me_url"])
UNSUBSCRIBABLE = {OutboxKind.REMINDER, OutboxKind.FOLLOW_UP, OutboxKind.ORGANIZER_MESSAGE}


@pytest.mark.parametrize("name", SNAPSHOTS, ids=str)
def test_a_mail_reads_as_it_did(name: Path) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == SNAPSHOTS[name]


def test_there_is_no_snapshot_of_what_nobody_sends() -> None:
    assert {path.relative_to(FOLDER) for path in FOLDER.rglob("*.*")} == set(SNAPSHOTS)


def test_there_is_no_folder_that_nobody_sends() -> None:
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == {kind.value for kind in KINDS}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_html_says_what_the_text_says(sample: Sample, language: str) -> None:
    message = rendered(sample, language)
    page = Page(message.html)
    told = " ".join(page.words)

    for line in message.text.splitlines():
        shown = " ".join(line.rstrip(":.").split()) if line not in {*URLS, "-- "} else ""
        assert shown in told
    for url in URLS:
        assert page.links.count(url) == message.text.splitlines().count(url)
    assert message.html.count(f'<html lang="{language}" dir="ltr">') == 1
    assert not {"b", "script", "img", "link"} & set(page.tags), "nothing of people's, nothing from elsewhere"
    assert page.tags.count("style") == 1
    assert not {"url(", "@import"} & set(re.findall(r"url\(|@import", message.html))


@pytest.mark.parametrize("kind", KINDS)
def test_mail_that_nobody_has_to_take_says_how_to_end_it(kind: OutboxKind) -> None:
    message = rendered(next(sample for sample in SAMPLES if sample.kind is kind), "en")

    one_click = {name: value for name, value in message.headers.items() if name.startswith("List-")}
    assert one_click == (
        {"List-Unsubscribe": f"<{UNSUBSCRIBE}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        if kind in UNSUBSCRIBABLE
        else {}
    )
    assert (UNSUBSCRIBE in message.text) == (kind in UNSUBSCRIBABLE)
    assert issubclass(MAIL_KINDS[kind].context, OptionalContext) == (kind in UNSUBSCRIBABLE)


def test_attachments_go_with_the_message() -> None:
    sample = next(sample for sample in SAMPLES if sample.kind is OutboxKind.ENROLLMENT_CONFIRMED)
    calendar = invitation("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")

    draft = EmailDraft(to="ada@example.org", locale="en", context=sample.context, attachments=(calendar,))
    message = TemplateRenderer("Turnout").render(sample.kind, draft, "reference")

    assert message.attachments == (calendar,)
    assert (calendar.name, calendar.content_type, calendar.method) == ("invite.ics", "text/calendar", "REQUEST")


def test_a_subject_is_one_line_whatever_people_wrote() -> None:
    sample = next(sample for sample in SAMPLES if sample.kind is OutboxKind.ORGANIZER_MESSAGE)
    assert isinstance(sample.context, MessageContext)
    context = replace(sample.context, subject="News:\r\nBcc: everybody@example.org\n")

    message = rendered(replace(sample, context=context), "en")

    assert message.subject.startswith("News: Bcc: everybody@example.org (Grüße")


def test_designers_get_a_page_with_every_mail(tmp_path: Path) -> None:
    index = write(tmp_path / "mails")

    page = index.read_text(encoding="utf-8")
    files = {path.name for path in index.parent.iterdir()} - {"index.html"}
    assert files == {f"{sample.name}.{language}.html" for sample in SAMPLES for language in LANGUAGES}
    assert [name for name in files if f'src="{name}"' not in page] == []
