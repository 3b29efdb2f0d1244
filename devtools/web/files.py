"""The files of `web`, as a server gives them out: locally `make run`, deployed a bucket behind CloudFront.

A file lies at `/app/` under its path in `web`, so that a module finds its neighbours by relative addresses in the
browser as on the disk. A folder's address is its `index.html`.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PREFIX = "/app/"
FOLDER = Path(__file__).resolve().parents[2] / "web"
# Where the API is: written when a stage is deployed, and made up by the local server, so it is no file of `web`.
CONFIG = "config.json"

MEDIA: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".wav": "audio/wav",
    ".txt": "text/plain; charset=utf-8",
}
# A vendored file has its version in its name. All others are asked for again, and answered 304 while they are the same.
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

# `{api}` is the API's origin where it is another one. Pictures may come from anywhere, because organizers name them;
# `blob:` is what a page has made itself: a download, a frame of the camera.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'{api}; "
    "img-src 'self' https: data: blob:; media-src 'self' blob:; font-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class WebFile:
    """One file with what a server says of it."""

    name: str
    content: bytes

    @property
    def media(self) -> str:
        return MEDIA[Path(self.name).suffix]

    @property
    def cache(self) -> str:
        return FOREVER if self.name.startswith("vendor/") and self.name.endswith(".js") else ASK_AGAIN

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


def names(folder: Path = FOLDER) -> list[str]:
    """All that is served, by its path below the folder. What only the type checker reads (`.d.ts`) is not."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in MEDIA)
    return sorted(name for name in found if name != "vendor/sources.json")


def read(path: str, folder: Path = FOLDER) -> WebFile | None:
    """The file at a path below `/app/`; None where there is none."""
    name = path + "index.html" if not path or path.endswith("/") else path
    if name not in names(folder):
        return None
    content = (folder / name).read_bytes()
    is_ours = name.endswith((".js", ".css")) and not name.startswith("vendor/")
    return WebFile(name, _for_browsers(content) if is_ours else content)


def _for_browsers(written: bytes) -> bytes:
    """Types, reasons and indentation are for whoever reads the repository, and a sixth of what a browser would load.
    Lines keep their numbers. A comment is what begins with `/*`, and a line that begins with `//`: scripts of ours have
    neither in a text, and no text but those of `html` goes over a line, which a test sees to.
    """
    text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), written.decode(), flags=re.DOTALL)
    return re.sub(r"^[ \t]+", "", re.sub(r"^[ \t]*//.*$", "", text, flags=re.MULTILINE), flags=re.MULTILINE).encode()
