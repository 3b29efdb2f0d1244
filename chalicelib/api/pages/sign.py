"""The sign of the service as a picture of any size: for telephones, wallets and whatever does not take an SVG."""

import functools
import struct

from chalicelib.api.pages.canvas import Canvas, color

GROUND, INK = "#17324d", "#ffffff"
_GRID = 32  # squares on which it is drawn, as in `templates/icon.svg`
_BARS = ((8, 9, 24, 13), (14, 9, 18, 25))  # left, top, right, bottom: within what a round mask leaves
_ICO_HEADER = 22  # bytes before the picture


@functools.cache
def drawn(size: int) -> bytes:
    """As a square PNG that fills its corners: who shows it cuts them as they like."""
    canvas, ink = Canvas(size, size, color(GROUND)), color(INK)
    for bar in _BARS:
        left, top, right, bottom = (round(at * size / _GRID) for at in bar)
        canvas.fill(left, top, right - left, bottom - top, ink)
    return canvas.png()


@functools.cache
def ico(size: int = 32) -> bytes:
    """The same in the form that browsers ask for as `/favicon.ico`: a list of one picture."""
    picture = drawn(size)
    entry = struct.pack("<BBBBHHLL", size, size, 0, 0, 1, 32, len(picture), _ICO_HEADER)
    return struct.pack("<HHH", 0, 1, 1) + entry + picture
