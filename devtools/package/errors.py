"""The one error of packaging: a sentence that names the problem and the fix."""


class PackageError(Exception):
    """Packaging cannot go on; the message is for the developer and needs no traceback."""
