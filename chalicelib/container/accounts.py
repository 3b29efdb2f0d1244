"""Building what people do with their accounts and the records that they keep."""

import functools
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.container.adapters import Adapters
from chalicelib.settings import PRODUCTION

if TYPE_CHECKING:
    from chalicelib.services.attendees import Attendees
    from chalicelib.services.profiles import Profiles
    from chalicelib.services.signing_in import SessionFactory, SigningIn
    from chalicelib.services.signing_up import SigningUp


class AccountCases(Adapters):
    @functools.cached_property
    def session_factory(self) -> "SessionFactory":
        from chalicelib.services.signing_in import SessionFactory

        return SessionFactory(self.tokens, self.new_id, life=timedelta(days=self.settings.refresh_token_days))

    @functools.cached_property
    def signing_up(self) -> "SigningUp":
        from chalicelib.services.signing_up import GENEROUS_OTP, PRODUCTION_OTP, SigningUp

        return SigningUp(
            self.accounts,
            self.accounts,
            self.passwords,
            self.macs,
            self.queue,
            self.clock,
            self.new_id,
            limits=PRODUCTION_OTP if self.settings.limits == PRODUCTION else GENEROUS_OTP,
            strict=self.settings.sign_up_profile == "strict",
        )

    @functools.cached_property
    def signing_in(self) -> "SigningIn":
        from chalicelib.services.signing_in import SigningIn

        return SigningIn(self.accounts, self.sessions, self.passwords, self.tokens, self.session_factory, self.clock)

    @functools.cached_property
    def profiles(self) -> "Profiles":
        from chalicelib.services.profiles import Profiles

        return Profiles(self.accounts, self.passwords, self.session_factory, self.queue, self.clock, self.new_id)

    @functools.cached_property
    def attendees(self) -> "Attendees":
        from chalicelib.services.attendees import Attendees

        return Attendees(self.attendee_records, self.enrollments, self.clock, self.new_id)
