"""What people do with their accounts."""

from datetime import timedelta

from chalicelib.container import Container
from chalicelib.services.accounts.address_change import AddressChanger, ChangePorts
from chalicelib.services.accounts.code_budget import CodeBudget
from chalicelib.services.accounts.fresh_login import FreshLogin
from chalicelib.services.accounts.own_logins import OwnLogins
from chalicelib.services.accounts.password_guesses import PasswordGuesses
from chalicelib.services.accounts.password_reset import PasswordReset, ResetPorts
from chalicelib.services.accounts.profile import Profiles
from chalicelib.services.accounts.session_factory import SessionFactory
from chalicelib.services.accounts.sessions import LogInSessions
from chalicelib.services.accounts.sign_up import Registration
from chalicelib.services.accounts.verification import Verification, VerificationPorts


class AccountCases:
    def __init__(self, container: Container) -> None:
        settings, clock, new_id = container.settings, container.clock, container.new_id
        store, security, queue = container.store, container.security, container.mail.queue
        budget = CodeBudget(container.limiter, container.limits)
        guesses = PasswordGuesses(store.rate_limits, container.limiter, security.macs, clock, new_id, container.limits)
        life = timedelta(days=settings.refresh_token_days)
        self.session_factory = SessionFactory(security.tokens, new_id, life=life)
        self.registration = Registration(
            store.accounts,
            store.sign_ups,
            security.passwords,
            security.macs,
            queue,
            clock,
            new_id,
            budget,
            strict=settings.sign_up_profile == "strict",
        )
        self.verification = Verification(
            VerificationPorts(
                accounts=store.accounts,
                sign_ups=store.sign_ups,
                passwords=security.passwords,
                macs=security.macs,
                outbox=store.outbox,
                queue=queue,
                clock=clock,
                new_id=new_id,
            ),
            budget,
        )
        self.password_reset = PasswordReset(
            ResetPorts(
                accounts=store.accounts,
                sign_ups=store.sign_ups,
                passwords=security.passwords,
                guesses=guesses,
                macs=security.macs,
                outbox=store.outbox,
                queue=queue,
                clock=clock,
                new_id=new_id,
            ),
            budget,
        )
        self.sessions = LogInSessions(
            store.accounts,
            store.sign_ups,
            store.sessions,
            security.passwords,
            security.tokens,
            self.session_factory,
            guesses,
            queue,
            clock,
            new_id,
        )
        self.fresh_login = FreshLogin(store.accounts, security.passwords, guesses, clock)
        self.address = AddressChanger(
            ChangePorts(
                accounts=store.accounts,
                sign_ups=store.sign_ups,
                changes=store.address_changes,
                macs=security.macs,
                queue=queue,
                clock=clock,
                new_id=new_id,
            ),
            self.fresh_login,
            budget,
        )
        self.own_logins = OwnLogins(store.accounts, store.sessions, clock)
        self.profile = Profiles(store.accounts, security.passwords, self.session_factory, guesses, queue, clock, new_id)
