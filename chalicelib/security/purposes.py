"""Which keys a function may hold: those of its purposes, and no others (docs/adr/0019-keys-of-a-function.md)."""

from collections.abc import Collection, Mapping

# What is good for longer than any key signs: ids that somebody noted (docs/adr/0028-handles.md), and secrets of
# second factors, whose owners would be locked out (docs/adr/0043-second-factor.md). Their keys stay when one goes.
FOR_EVER = ("attendee-handle", "enrollment-handle", "second-factor")

# By the name that KEYS_FOR gives a function. A test holds this against what the functions use.
KEYS_OF: Mapping[str, Collection[str]] = {
    "mail": ("link", "mailbox", "otp", "password-reset", "team-link", "unsubscribe"),
    "feedback": ("mailbox",),
}
