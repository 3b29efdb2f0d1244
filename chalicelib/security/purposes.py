"""Which keys a function may hold: those of its purposes, and no others (docs/adr/0019-keys-of-a-function.md)."""

from collections.abc import Collection, Mapping

# By the name that KEYS_FOR gives a function. A test holds this against what the functions use.
KEYS_OF: Mapping[str, Collection[str]] = {
    "mail": ("link", "mailbox", "otp", "password-reset", "team-link", "unsubscribe"),
    "feedback": ("mailbox",),
}
