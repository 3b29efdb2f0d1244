"""What stands of a title in the address of its page."""

import re

from chalicelib.domain.shared.folding import fold

MOST = 60
# What people without the key write for letters that folding takes apart otherwise.
_WRITTEN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "ß": "ss"})
_WORD = re.compile(r"[a-z0-9]+")


def slug(title: str) -> str:
    """Words of small ASCII letters and digits with hyphens between, as many as fit; empty where the title has none.

    It helps whoever reads an address, and identifies nothing.
    """
    found, length = [], -1
    for word in _WORD.findall(fold(title.translate(_WRITTEN)).replace("'", "")):
        length += len(word) + 1
        if length > MOST:
            break
        found.append(word)
    return "-".join(found)


def page_path(event_id: str, title: str) -> str:
    """The one address of the page of an event, below that of the service; other spellings lead to it."""
    name = slug(title)
    return f"/e/{event_id}-{name}" if name else f"/e/{event_id}"
