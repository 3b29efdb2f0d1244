"""Pages or JSON, as `Accept` asks for it (RFC 9110, 12.5.1): the one answer for every route that has both."""

from chalicelib.domain.shared.weights import weight_of

HTML, JSON = "text/html", "application/json"
_PROBLEM = "application/problem+json"  # who names it is a program, too
_LONGEST_HEADER = 1000


def preferred(accept: str | None, otherwise: str) -> str:
    """`HTML` or `JSON`: what weighs more, and of two that weigh the same what is named; a page if both are.

    `otherwise` is for a header that says nothing of the two, as `*/*` does, or takes neither.
    """
    ranges = _ranges((accept or "")[:_LONGEST_HEADER])
    html, named_html = _weight(ranges, HTML)
    json, named_json = max(_weight(ranges, media) for media in (JSON, _PROBLEM) if media in {JSON, *ranges})
    if html != json:
        return HTML if html > json else JSON
    if html and named_html != named_json:
        return HTML if named_html else JSON
    return HTML if html and named_html else otherwise


def _weight(ranges: dict[str, float], media: str) -> tuple[float, bool]:
    """Of the range that names the media type most closely, and whether one names more than `*/*`."""
    kind = media.split("/", 1)[0]
    found = next((name for name in (media, f"{kind}/*", "*/*") if name in ranges), None)
    return (ranges[found], found != "*/*") if found else (0.0, False)


def _ranges(accept: str) -> dict[str, float]:
    """What is named, with its weight; what has a weight that is none is left out."""
    found: dict[str, float] = {}
    for entry in accept.lower().split(","):
        name, *parameters = entry.split(";")
        said = [one for one in parameters if one.strip().startswith("q=")]
        weight = weight_of(said[0]) if said else 1.0
        if weight is not None:
            found[name.strip()] = max(weight, found.get(name.strip(), 0.0))
    return found
