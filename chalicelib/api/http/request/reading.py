"""Which language of ours somebody reads, as their browser says it."""

from chalicelib.domain.reference import languages
from chalicelib.mail.languages import LANGUAGES


def best(accept_language: str) -> str | None:
    """The tag that is liked best of those that mails and pages can be written in; None: the browser does not say."""
    return languages.best(accept_language, LANGUAGES)
