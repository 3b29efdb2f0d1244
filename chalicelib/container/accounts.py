"""What people do with their accounts."""

from datetime import timedelta

from chalicelib import observability
from chalicelib.container import Container
from chalicelib.services.accounts.address_change import AddressChanger, ChangePorts
from chalicelib.services.accounts.api_keys import KeyPorts, OwnApiKeys
from chalicelib.services.accounts.code_budget import CodeBudget
from chalicelib.services.accounts.fresh_login import FreshLogin
from chalicelib.services.accounts.key_access import KeyAccess
from chalicelib.services.accounts.own_logins import OwnLogins
from chalicelib.services.accounts.password_guesses import PasswordGuesses
from chalicelib.services.accounts.password_reset import PasswordReset
from chalicelib.services.accounts.ports import MailedCodePorts
from chalicelib.services.accounts.profile import Profiles
from chalicelib.services.accounts.second_factor import FactorPorts, OwnSecondFactor, SecondFactorCheck
from chalicelib.services.accounts.session_factory import SessionFactory
from chalicelib.services.accounts.sessions import LogInSessions
from chalicelib.services.accounts.sign_up import Registration
from chalicelib.services.accounts.verification import Verification


class AccountCases:
    def __init__(self, container: Container) -> None:
        settings, clock, new_id = container.settings, container.clock, container.new_id
        store, security, queue = container.store, container.security, container.mail.queue
        budget, codes = CodeBudget(container.limiter, container.limits), _code_ports(container)
        guesses = PasswordGuesses(store.rate_limits, container.limiter, security.macs, clock, new_id, container.limits)
        self.session_factory = SessionFactory(security.tokens, new_id, life=timedelta(days=settings.refresh_token_days))
        self.registration = _registration(container, budget)
        self.verification = Verification(codes, budget)
        self.password_reset = PasswordReset(codes, guesses, budget)
        factor = SecondFactorCheck(security.seals)
        self.sessions = _sessions(container, self.session_factory, factor, guesses)
        self.fresh_login = FreshLogin(store.accounts, security.passwords, guesses, clock)
        self.address = AddressChanger(_change_ports(container), self.fresh_login, budget)
        self.key_access = KeyAccess(store.api_keys, security.api_key_texts, clock)
        self.api_keys = OwnApiKeys(_key_ports(container), self.fresh_login, container.limiter, container.limits)
        self.second_factor = OwnSecondFactor(_factor_ports(container, guesses), self.fresh_login, factor)
        self.own_logins = OwnLogins(store.accounts, store.sessions, clock)
        self.profile = Profiles(store.accounts, security.passwords, self.session_factory, guesses, queue, clock, new_id)


def _code_ports(container: Container) -> MailedCodePorts:
    store, security = container.store, container.security
    return MailedCodePorts(
        accounts=store.accounts,
        sign_ups=store.sign_ups,
        passwords=security.passwords,
        macs=security.macs,
        outbox=store.outbox,
        queue=container.mail.queue,
        clock=container.clock,
        new_id=container.new_id,
    )


def _key_ports(container: Container) -> KeyPorts:
    return KeyPorts(
        accounts=container.store.accounts,
        keys=container.store.api_keys,
        texts=container.security.api_key_texts,
        clock=container.clock,
        new_id=container.new_id,
        queue=container.mail.queue,
    )


def _change_ports(container: Container) -> ChangePorts:
    store = container.store
    return ChangePorts(
        accounts=store.accounts,
        sign_ups=store.sign_ups,
        changes=store.address_changes,
        macs=container.security.macs,
        queue=container.mail.queue,
        clock=container.clock,
        new_id=container.new_id,
    )


def _registration(container: Container, budget: CodeBudget) -> Registration:
    store, security = container.store, container.security
    return Registration(
        store.accounts,
        store.sign_ups,
        security.passwords,
        security.macs,
        container.mail.queue,
        container.clock,
        container.new_id,
        budget,
        strict=container.settings.sign_up_profile == "strict",
    )


def _factor_ports(container: Container, guesses: PasswordGuesses) -> FactorPorts:
    store, security = container.store, container.security
    return FactorPorts(
        accounts=store.accounts,
        passwords=security.passwords,
        guesses=guesses,
        seals=security.seals,
        macs=security.macs,
        queue=container.mail.queue,
        clock=container.clock,
        new_id=container.new_id,
        product=container.settings.product_name,
    )


def _sessions(
    container: Container, factory: SessionFactory, factor: SecondFactorCheck, guesses: PasswordGuesses
) -> LogInSessions:
    store, security = container.store, container.security
    return LogInSessions(
        store.accounts,
        store.sign_ups,
        store.sessions,
        security.passwords,
        security.tokens,
        factory,
        factor,
        guesses,
        container.mail.queue,
        container.clock,
        container.new_id,
        report=_log_refusal,
    )


def _log_refusal(message: str, *, user: str, session: str) -> None:
    """A line about one login; ids of people stand in no line."""
    observability.info(message, user=observability.alias(user), session=session)
