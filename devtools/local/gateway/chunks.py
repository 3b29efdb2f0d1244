"""Bodies in chunks (RFC 9112, 7.1), which API Gateway puts together before it hands them on."""

import re
from io import BufferedIOBase

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(;.*)?\r\n")
_LONGEST_LINE = 1024
_MOST_TRAILERS = 32


class ChunkError(Exception):
    """These are no chunks."""


class TooLargeError(Exception):
    """All chunks together are more than may be sent."""


def read(stream: BufferedIOBase, most: int) -> bytes:
    """The body; trailers are dropped. Raises `ChunkError` or `TooLargeError`, and does not read the rest then."""
    parts: list[bytes] = []
    left = most
    while size := _size(stream):
        if size > left:
            raise TooLargeError
        left -= size
        part = stream.read(size)
        if len(part) < size or stream.read(2) != b"\r\n":
            raise ChunkError("a chunk is not as long as it says")
        parts.append(part)
    _skip_trailers(stream)
    return b"".join(parts)


def _size(stream: BufferedIOBase) -> int:
    found = _SIZE.fullmatch(stream.readline(_LONGEST_LINE))
    if found is None:
        raise ChunkError("a chunk does not begin with its size")
    return int(found[1], 16)


def _skip_trailers(stream: BufferedIOBase) -> None:
    for _ in range(_MOST_TRAILERS):
        line = stream.readline(_LONGEST_LINE)
        if line == b"\r\n":
            return
        if not line.endswith(b"\r\n"):
            break
    raise ChunkError("the last chunk does not end")
