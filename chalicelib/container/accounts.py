"""What people do with their accounts."""

from datetime import timedelta

from chalicelib.container import Container
from chalicelib.services.accounts.profile import Profiles
from chalicelib.services.accounts.sessions import LogInSessions, SessionFactory
from chalicelib.services.accounts.sign_up import Registration


class AccountCases:
    def __init__(self, container: Container) -> None:
        settings, clock, new_id = container.settings, container.clock, container.new_id
        accounts, sessions = container.store.accounts, container.store.sessions
        passwords, tokens, queue = container.security.passwords, container.security.tokens, container.mail.queue
        self.session_factory = SessionFactory(tokens, new_id, life=timedelta(days=settings.refresh_token_days))
        self.registration = Registration(
            accounts,
            accounts,
            passwords,
            container.security.macs,
            queue,
            clock,
            new_id,
            limits=container.limits,
            strict=settings.sign_up_profile == "strict",
        )
        self.sessions = LogInSessions(accounts, sessions, passwords, tokens, self.session_factory, clock)
        self.profile = Profiles(accounts, passwords, self.session_factory, queue, clock, new_id)
