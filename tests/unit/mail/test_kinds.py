"""A kind of mail is one declaration with its templates, texts and samples; what lacks one of them is found."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from chalicelib.container.delivery import writers
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.mail.languages import LANGUAGES, Language, TextError, language
from chalicelib.mail.render import TEMPLATES, TemplateRenderer
from chalicelib.services.notifications.contexts import EnrollmentContext, MessageTestContext, OptionalContext
from chalicelib.services.notifications.mails.bulk_emails import BulkEmails
from chalicelib.services.notifications.mails.kinds import MAIL_KINDS
from chalicelib.services.notifications.mails.mail_kind import MailKind
from devtools.mails.samples import Sample, samples
from devtools.mails.snapshots import RENDERER, rendered
from tests.support.world import World

PARTS = {"subject.txt", "body.txt", "body.html"}


def missing(
    kind: OutboxKind,
    *,
    declared: Mapping[OutboxKind, MailKind] = MAIL_KINDS,
    templates: Path = TEMPLATES,
    sampled: Sequence[Sample] = tuple(samples()),
    languages: Mapping[str, Language] | None = None,
) -> list[str]:
    """What a kind of mail lacks."""
    if kind not in declared:
        return ["a declaration"]
    folder = templates / kind.value
    found = [f"{part} of its templates" for part in sorted(PARTS) if not (folder / part).is_file()]
    mine = [sample for sample in sampled if sample.kind is kind]
    if not mine:
        return [*found, "a sample"]
    for tag in LANGUAGES:
        said = (languages or {}).get(tag)
        renderer = TemplateRenderer("Turnout", lambda _, said=said: said) if said else RENDERER  # type: ignore[misc]
        try:
            for sample in mine:
                assert isinstance(sample.context, declared[kind].context)
                rendered(sample, tag, renderer)
        except TextError as error:
            found.append(str(error))
    return found


@pytest.mark.parametrize("kind", [kind for kind in OutboxKind if kind.is_mail])
def test_each_kind_of_mail_has_all_its_parts(kind: OutboxKind) -> None:
    assert missing(kind) == []


def test_what_is_no_mail_is_not_declared_as_one() -> None:
    assert set(MAIL_KINDS) == {kind for kind in OutboxKind if kind.is_mail}


def test_a_kind_without_a_declaration_is_found() -> None:
    assert missing(OutboxKind.REMINDER, declared={}) == ["a declaration"]


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_kind_without_a_template_is_found(part: str, tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    (tmp_path / "templates" / "reminder" / part).unlink()

    assert missing(OutboxKind.REMINDER, templates=tmp_path / "templates") == [f"{part} of its templates"]


def test_a_kind_without_a_sample_is_found() -> None:
    others = [sample for sample in samples() if sample.kind is not OutboxKind.REMINDER]

    assert missing(OutboxKind.REMINDER, sampled=others) == ["a sample"]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_kind_without_a_text_in_one_language_is_found(tag: str) -> None:
    texts = {key: text for key, text in language(tag).texts.items() if key != "reminder.subject"}

    assert missing(OutboxKind.REMINDER, languages={tag: Language(tag, texts)}) == [
        f"{tag} has no text reminder.subject"
    ]


@pytest.mark.parametrize("mail", MAIL_KINDS.values(), ids=lambda mail: mail.kind)
def test_a_declaration_is_consistent(mail: MailKind) -> None:
    """Who can unsubscribe is told how; what is about an enrollment says when it is true."""
    assert (mail.category is not None) == issubclass(mail.context, OptionalContext)
    is_about_enrollments = issubclass(mail.context, EnrollmentContext) and mail.context is not MessageTestContext
    assert bool(mail.true_while) == is_about_enrollments
    assert mail.category is None or issubclass(mail.writer, BulkEmails)


def test_the_container_builds_each_writer_that_is_declared() -> None:
    with World() as world:
        built = {type(writer) for writer in writers(world.container)}

    assert built == {mail.writer for mail in MAIL_KINDS.values()}
