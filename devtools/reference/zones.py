"""Time zones: every name of the IANA database, and nothing else that a directory of zone files may hold."""

from importlib.resources import files

NO_PLACE = {"Factory"}  # says that nobody has chosen a zone yet


def table() -> list[str]:
    """All in one line, as the package lists them: `right/`, `posix/`, `posixrules` and `localtime` are none of them."""
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return [" ".join(sorted({*names} - NO_PLACE))]
