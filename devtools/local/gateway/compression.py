"""What API Gateway does once an API has a `MinimumCompressionSize`: long answers are encoded, such bodies decoded."""

import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from devtools.local.gateway.gateway import Answer, Request, problem

MINIMUM = 1024  # bytes; the same stands in the template
_QUALITY = re.compile(r"q=(0(\.\d{0,3})?|1(\.0{0,3})?)", re.IGNORECASE)
_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda raw: gzip.compress(raw, mtime=0),
    "deflate": zlib.compress,
}
_WINDOWS = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


def compressed(request: Request, answer: Answer) -> Answer:
    """The answer in the first coding that the client takes, unless it is short or encoded already."""
    names = {name.lower() for name, _ in answer.headers}
    coding = _wanted(" , ".join(value for name, value in request.headers if name.lower() == "accept-encoding"))
    if not coding or len(answer.body) < MINIMUM or "content-encoding" in names:
        return answer
    return replace(answer, headers=[*answer.headers, ("Content-Encoding", coding)], body=_CODINGS[coding](answer.body))


def _wanted(accepted: str) -> str:
    """The coding with the highest quality that we have; of equals gzip. Empty: none."""
    qualities: dict[str, float] = {}
    for part in accepted.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        found = [_QUALITY.fullmatch(one) for one in parameters]
        qualities[name] = min((float(one[1]) for one in found if one), default=1.0)
    every = qualities.get("*", 0.0)
    best = max(_CODINGS, key=lambda coding: qualities.get(coding, every))
    return best if qualities.get(best, every) > 0 else ""


def decompressed(request: Request, most: int) -> Request | Answer:
    """The request with its body as it was before the client encoded it, or the refusal."""
    coding = next((value.strip().lower() for name, value in request.headers if name.lower() == "content-encoding"), "")
    if not request.body or coding in {"", "identity"}:
        return request
    if coding not in _WINDOWS:
        detail = "Send the body as it is, or encoded with gzip or deflate."
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail, request.id)
    try:
        inflater = zlib.decompressobj(_WINDOWS[coding])
        body = inflater.decompress(request.body, most + 1)
    except zlib.error:
        body = b""
    if not body or (len(body) <= most and not inflater.eof):
        detail = f"The body is no {coding}."
        return problem(HTTPStatus.BAD_REQUEST, "invalid_request", detail, request.id)
    kept = [(name, value) for name, value in request.headers if name.lower() != "content-encoding"]
    return replace(request, body=body, headers=kept)
