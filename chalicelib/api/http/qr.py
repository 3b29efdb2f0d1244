"""QR codes as pictures."""

import io


def svg(text: str, title: str) -> str:
    """An image of black squares that scales to any size. segno is imported by the first one of a process."""
    import segno

    image = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(image, kind="svg", xmldecl=False, nl=False, omitsize=True, light="#fff", svgclass=None, title=title)
    return image.getvalue().decode()
