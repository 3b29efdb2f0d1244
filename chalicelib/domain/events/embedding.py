"""On whose pages others may show an event within their own: origins, as browsers compare them."""

import re

from chalicelib.domain.shared.limits import MAX_EMBED_ORIGINS, MAX_ORIGIN

ANYWHERE = "*"
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# ASCII only: browsers know other names by their Punycode. Ends with letters, so that no address of a machine is one.
_END = "[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN = re.compile(rf"https://(?:{_LABEL}\.)+{_END}(?::[1-9][0-9]{{0,4}})?", re.ASCII)
_DEFAULT_PORT = ":443"


def origin(text: str) -> str | None:
    """As it is stored: small letters, no slash behind it, no port that goes without saying; None: it is none."""
    found = text.strip().lower().removesuffix("/").removesuffix(_DEFAULT_PORT)
    if found == ANYWHERE:
        return found
    is_one = len(found) <= MAX_ORIGIN and _ORIGIN.fullmatch(found)
    return found if is_one else None


def origins(texts: list[str]) -> tuple[str, ...]:
    """Each once, in order; everywhere makes the others needless. Raises `ValueError` that says what is wrong."""
    found = [origin(text) for text in texts]
    wrong = next((text for text, known in zip(texts, found, strict=True) if known is None), None)
    if wrong is not None:
        raise ValueError("must be origins such as https://example.org, or * for every page")
    kept = tuple(dict.fromkeys(one for one in found if one))
    if len(kept) > MAX_EMBED_ORIGINS:
        raise ValueError(f"must have at most {MAX_EMBED_ORIGINS} origins")
    return (ANYWHERE,) if ANYWHERE in kept else kept
