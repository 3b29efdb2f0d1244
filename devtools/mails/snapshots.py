"""The mails as files: what the tests compare, one text a kind and language with all its variants, and one HTML."""

from collections.abc import Iterator
from pathlib import Path

from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.mail.languages import LANGUAGES
from chalicelib.mail.render import TemplateRenderer
from chalicelib.services.notifications.contexts import REQUEST, Attachment, EmailDraft, EnrollmentContext, invitation
from chalicelib.services.notifications.mails.kinds import MAIL_KINDS
from chalicelib.services.notifications.ports import RenderedEmail
from devtools.mails.samples import Sample, samples

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "unit" / "mail" / "snapshots"
RENDERER = TemplateRenderer("Turnout")


def rendered(sample: Sample, language: str, renderer: TemplateRenderer = RENDERER) -> RenderedEmail:
    draft = EmailDraft(to="ada@example.org", locale=language, context=sample.context, attachments=_attached(sample))
    return renderer.render(sample.kind, draft, "01JZ1111111111111111111111")


def _attached(sample: Sample) -> tuple[Attachment, ...]:
    """The invitation that goes with what tells of a confirmed place."""
    if MAIL_KINDS[sample.kind].calendar != REQUEST or not isinstance(sample.context, EnrollmentContext):
        return ()
    if sample.kind is OutboxKind.GUEST_LINK and sample.context.status != EnrollmentStatus.CONFIRMED:
        return ()
    return (invitation("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),)


def snapshots() -> Iterator[tuple[Path, str]]:
    """Every file below `FOLDER` with what belongs into it."""
    for language in LANGUAGES:
        texts: dict[str, list[str]] = {}
        for sample in samples():
            message = rendered(sample, language)
            if sample.kind.value not in texts:
                yield Path(language, f"{sample.kind}.html"), message.html.rstrip("\n") + "\n"
            texts.setdefault(sample.kind.value, []).append(
                f"=== {sample.variant}\nSubject: {message.subject}\n\n{message.text}"
            )
        for kind, parts in texts.items():
            yield Path(language, f"{kind}.txt"), "\n".join(parts)


def write() -> None:
    """Bring the files up to date, and delete those of kinds that there are no more."""
    wanted = dict(snapshots())
    for path in FOLDER.rglob("*.*"):
        if path.relative_to(FOLDER) not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
