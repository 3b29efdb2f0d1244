"""QR codes as pictures."""

import io
from typing import Any


def svg(text: str, title: str) -> str:
    """An image of black squares that scales to any size."""
    return _drawn(text, title=title)


def part(text: str, *, x: int, y: int, side: int) -> str:
    """The same as a part of another picture, which has the words for it."""
    return _drawn(text).replace("<svg ", f'<svg x="{x}" y="{y}" width="{side}" height="{side}" ', 1)


def _drawn(text: str, **options: Any) -> str:
    """Segno is imported by the first code of a process. Edges stay sharp at every size."""
    import segno

    image = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(image, kind="svg", xmldecl=False, nl=False, omitsize=True, light="#fff", svgclass=None, **options)
    return image.getvalue().decode().replace("<svg ", '<svg shape-rendering="crispEdges" ', 1)
