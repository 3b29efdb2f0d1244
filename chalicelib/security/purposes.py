"""Which keys a function may hold: those of its purposes, and no others (docs/adr/0019-keys-of-a-function.md)."""

from collections.abc import Collection, Mapping

# What ids are made with: an id that somebody noted stays good when its key is dropped (docs/adr/0028-handles.md).
FOR_EVER = ("attendee-handle", "enrollment-handle")

# By the name that KEYS_FOR gives a function. A test holds this against what the functions use.
KEYS_OF: Mapping[str, Collection[str]] = {
    "mail": ("link", "mailbox", "otp", "password-reset", "team-link", "unsubscribe"),
    "feedback": ("mailbox",),
}
