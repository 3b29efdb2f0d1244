"""Building what people do with their accounts and the records that they keep."""

import functools
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.container.adapters import Adapters

if TYPE_CHECKING:
    from chalicelib.services.accounts.profile import Profiles
    from chalicelib.services.accounts.sessions import SessionFactory, SigningIn
    from chalicelib.services.accounts.sign_up import SigningUp
    from chalicelib.services.attendees.records import Attendees


class AccountCases(Adapters):
    @functools.cached_property
    def session_factory(self) -> "SessionFactory":
        from chalicelib.services.accounts.sessions import SessionFactory

        return SessionFactory(self.tokens, self.new_id, life=timedelta(days=self.settings.refresh_token_days))

    @functools.cached_property
    def signing_up(self) -> "SigningUp":
        from chalicelib.services.accounts.sign_up import SigningUp

        return SigningUp(
            self.accounts,
            self.accounts,
            self.passwords,
            self.macs,
            self.queue,
            self.clock,
            self.new_id,
            limits=self.limits,
            strict=self.settings.sign_up_profile == "strict",
        )

    @functools.cached_property
    def signing_in(self) -> "SigningIn":
        from chalicelib.services.accounts.sessions import SigningIn

        return SigningIn(self.accounts, self.sessions, self.passwords, self.tokens, self.session_factory, self.clock)

    @functools.cached_property
    def profiles(self) -> "Profiles":
        from chalicelib.services.accounts.profile import Profiles

        return Profiles(self.accounts, self.passwords, self.session_factory, self.queue, self.clock, self.new_id)

    @functools.cached_property
    def attendees(self) -> "Attendees":
        from chalicelib.services.attendees.records import Attendees

        return Attendees(self.attendee_records, self.enrollments, self.clock, self.new_id)
