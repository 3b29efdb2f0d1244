"""Tickets as the door reads them."""

import re

import zxingcpp

SCALE = 4


def scanned(svg: str) -> str:
    """What a scanner reads off the picture: the path is drawn as pixels and given to zxing, which is not its maker."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg).group(1))  # type: ignore[union-attr]
    path = re.search(r'stroke="#000" d="([^"]+)"', svg).group(1)  # type: ignore[union-attr]
    pixels = bytearray(b"\xff" * (side * SCALE) ** 2)
    x, y = 0.0, 0.0
    for step, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?:\s+(-?[\d.]+))?", path):
        if step == "h":
            for across in range(int(x) * SCALE, int(x + float(first)) * SCALE):
                for down in range(int(y) * SCALE, int(y + 1) * SCALE):
                    pixels[down * side * SCALE + across] = 0
            x += float(first)
        else:
            x, y = (float(first), float(second)) if step == "M" else (x + float(first), y + float(second))
    image = memoryview(bytes(pixels)).cast("B", shape=[side * SCALE, side * SCALE])
    [found] = zxingcpp.read_barcodes(image)
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return str(found.text)
