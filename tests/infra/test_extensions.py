"""Libraries keep what the loader of Linux maps, and nothing else; what is no whole library is refused by its name."""

import struct

import pytest

from devtools.package.errors import PackageError
from devtools.package.extensions import stripped

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SEGMENT = struct.Struct("<IIQQQQQQ")
LOADED = ((0, 176), (200, 40))  # the header with its two segments, then code
PLAIN = b"\x7fELF\x02\x01\x01" + bytes(9)


def library(identity: bytes = PLAIN, sections: tuple[int, int, int, int] = (260, 64, 3, 2)) -> bytes:
    """Of 300 bytes: two segments with a gap between them, in which others keep symbols, and sections behind them."""
    place, size, count, names = sections
    header = HEADER.pack(identity, 3, 183, 1, 0, 64, place, 0, 64, 56, len(LOADED), size, count, names)
    table = b"".join(SEGMENT.pack(1, 5, start, start, start, length, length, 4096) for start, length in LOADED)
    return (header + table).ljust(200, b"s") + b"c" * 40 + b"d" * 60


def test_segments_stay_where_they_were_and_all_else_goes() -> None:
    bare = stripped(library(), "fast.so")

    assert len(bare) == 240
    assert bare[200:] == b"c" * 40
    assert bare[176:200] == bytes(24)
    assert bare[:176] == library(sections=(0, 0, 0, 0))[:176]
    assert stripped(bare, "fast.so") == bare


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (library(b"\xcf\xfa\xed\xfe".ljust(16)), "fast.so is no library for 64-bit Linux"),
        (library(b"\x7fELF\x01\x01".ljust(16)), "fast.so is no library for 64-bit Linux"),
        (library()[:20], "fast.so is no library for 64-bit Linux"),
        (library()[:100], "fast.so ends before byte 176"),
        (library()[:230], "fast.so ends before byte 240"),
    ],
    ids=["of another system", "of 32 bits", "without a header", "without its segments' places", "cut in a segment"],
)
def test_what_is_no_whole_library_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(PackageError, match=reason):
        stripped(raw, "fast.so")
