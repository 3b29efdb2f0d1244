"""`python -m devtools.web.icons`: draw the icons of the apps as telephones and desktops take them, into `web/shared`.

An SVG alone is no icon for iOS, and none that Chromium's installation is sure of.
"""

import sys

from chalicelib.api.pages.sign import drawn
from devtools.web.files import FOLDER

SIZES = (180, 192, 512)


def name_of(size: int) -> str:
    """Its path in `web`."""
    return f"shared/icon-{size}.png"


def main() -> int:
    for size in SIZES:
        (FOLDER / name_of(size)).write_bytes(drawn(size))
    return 0


if __name__ == "__main__":
    sys.exit(main())
