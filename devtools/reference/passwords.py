"""What passwords are made of: the lists of `devtools/reference/data`, folded as the service compares them."""

from pathlib import Path

from chalicelib.security.password_rules import SHORTEST_WORD, cores, is_common, plain

TARGET = Path(__file__).resolve().parents[2] / "chalicelib" / "security" / "common_passwords.txt"
_DATA = Path(__file__).parent / "data"
_LISTS = ("common_passwords.txt", "first_names.txt")
_ADDED = (  # what people put a year behind
    *("spring", "summer", "autumn", "fall", "winter", "season"),
    *(
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekend", "today"),
    *("event", "events", "ticket", "tickets", "conference", "organizer", "attendee", "seeker", "facilitator"),
)
_LONG = 8  # shorter passwords are refused anyway


def table() -> str:
    """The words that passwords are built around, and the passwords that have no such word; a line each."""
    listed = [plain(word) for name in _LISTS for word in (_DATA / name).read_text(encoding="utf-8").split()]
    listed += _ADDED
    words = {core for word in listed for core, _ in cores(word) if len(core) >= SHORTEST_WORD}
    others = {word for word in listed if len(word) >= _LONG and not any(core in words for core, _ in cores(word))}
    others |= {word for word in listed if len(word) >= _LONG and not is_common(word, words)}  # much beside its word
    return "".join(f"{word}\n" for word in sorted(words | others))
