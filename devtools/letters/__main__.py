"""`python -m devtools.letters [--check]`: chalicelib/api/pages/letters.bin, the letters of drawn pictures.

They come from `letters.ttf`, a part of DejaVu Sans Condensed Bold 2.37 without hints and names (LICENSE.txt beside it),
which `pyftsubset` of fonttools makes of the whole font: its characters are those of `--unicodes`, and nothing else is
kept (`--no-hinting --layout-features="" --name-IDs=""`). Letters with marks share the pictures of their parts.
"""

import argparse
import json
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path

from devtools.letters.font import Font
from devtools.letters.rasters import Raster, raster

SOURCE = Path(__file__).parent / "letters.ttf"
TARGET = Path(__file__).resolve().parents[2] / "chalicelib" / "api" / "pages" / "letters.bin"
SIZE = 64  # squares of an em
LARGE, DIGITS = 112, "0123456789"  # of a day on its leaf


def atlas(font: Font) -> bytes:
    """A line of JSON about letters, their parts and where these begin; then the parts, four squares a byte."""
    rasters: list[Raster] = []
    letters = {
        **_letters(font, font.characters(), SIZE, "", rasters),
        **_letters(font, DIGITS, LARGE, "large ", rasters),
    }
    packed, parts = bytearray(), []
    for one in rasters:
        parts.append([one.left, one.top, one.width, len(one.rows), len(packed)])
        packed += b"".join(_packed(row) for row in one.rows)
    index = json.dumps({"letters": letters, "parts": parts}, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(index.encode() + b"\n" + bytes(packed), 9)


def _letters(
    font: Font, characters: Iterable[str], size: int, before: str, rasters: list[Raster]
) -> dict[str, list[int]]:
    """How far the pen moves, and for each part its number and by how much it is moved to the right and downwards."""
    scale, numbers, found = size / font.units, dict[int, int](), {}
    for character in characters:
        glyph = font.glyph_of(character)
        said = [round(scale * font.advance(glyph))]
        for part in font.parts(glyph):
            if part.glyph not in numbers:
                drawn = raster(font.outline(part.glyph), scale)
                assert drawn, f"{character} has a part without a line"
                numbers[part.glyph] = len(rasters)
                rasters.append(drawn)
            said += [numbers[part.glyph], round(scale * part.right), -round(scale * part.up)]
        found[before + character] = said
    return found


def _packed(row: bytes) -> bytes:
    padded = row + bytes(-len(row) % 4)
    return bytes(
        padded[at] | padded[at + 1] << 2 | padded[at + 2] << 4 | padded[at + 3] << 6 for at in range(0, len(padded), 4)
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.letters", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is out of date")
    made = atlas(Font(SOURCE))
    if not parser.parse_args().check:
        TARGET.write_bytes(made)
        return 0
    # What is packed is compared: another zlib may pack it otherwise.
    if TARGET.is_file() and zlib.decompress(TARGET.read_bytes()) == zlib.decompress(made):
        return 0
    sys.stderr.write(f"{TARGET.name} is not what the font says: run `python -m devtools.letters`.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
