"""Extension modules without what only a debugger reads: five bytes of six of libsodium, as its wheel brings it.

Not by `strip`: that of this machine may not know the processor of Lambda, and another release of it writes other bytes.
"""

import struct

from devtools.package.errors import PackageError

_ELF_OF_64_BITS = b"\x7fELF\x02\x01"  # little-endian, as both processors of Lambda
# Where the header names the places of the segments and of the sections, and how large and how many they are.
_PLACES, _PLACES_AT = struct.Struct("<QQ"), 32
_COUNTS, _COUNTS_AT = struct.Struct("<HHHHH"), 54
_HEADER = 64
# Where a segment says at which byte of the file it begins, and how many bytes it has there.
_SEGMENT, _SEGMENT_AT = struct.Struct("<Q16xQ"), 8


def stripped(library: bytes, name: str) -> bytes:
    """The same library for who loads it: its header and its segments, each where it was in the file.

    What lies between two segments is zeros, what follows the last one is gone, and no sections are named: the loader
    of Linux reads none. Raises `PackageError` for what is no whole library for 64-bit Linux; `name` is for that.
    """
    if not library.startswith(_ELF_OF_64_BITS) or len(library) < _HEADER:
        raise PackageError(f"{name} is no library for 64-bit Linux: see which wheel was packed.")
    table, _ = _PLACES.unpack_from(library, _PLACES_AT)
    size, count, *_ = _COUNTS.unpack_from(library, _COUNTS_AT)
    spans = [(0, _HEADER), (table, size * count)]
    if table + size * count <= len(library):
        spans += [_SEGMENT.unpack_from(library, table + number * size + _SEGMENT_AT) for number in range(count)]
    end = max(start + length for start, length in spans)
    if end > len(library):
        raise PackageError(f"{name} ends before byte {end}, up to which it has segments: download it again.")
    kept = bytearray(end)
    for start, length in spans:
        kept[start : start + length] = library[start : start + length]
    _PLACES.pack_into(kept, _PLACES_AT, table, 0)
    _COUNTS.pack_into(kept, _COUNTS_AT, size, count, 0, 0, 0)
    return bytes(kept)
