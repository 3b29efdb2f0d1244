"""What could take an account away from its owner needs the password: by a login of a moment ago, or once more."""

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.errors import FreshLoginRequiredError, PasswordWrongError, UnauthenticatedError
from chalicelib.services.accounts.ports import Accounts, Guesses, Passwords
from chalicelib.services.shared.ports import Clock


class FreshLogin:
    def __init__(self, accounts: Accounts, passwords: Passwords, guesses: Guesses, clock: Clock) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._guesses = guesses
        self._clock = clock

    def require(self, principal: Principal, password: str | None = None, network: str = "") -> None:
        """Raises `FreshLoginRequiredError`; with a password also `PasswordWrongError` and `TooManyRequestsError`.

        Where the account has a second factor a password is not enough: then only a fresh login is.
        """
        if password is not None:
            self._check(principal, password, network)
        elif not principal.is_fresh(self._clock()):
            raise FreshLoginRequiredError

    def _check(self, principal: Principal, password: str, network: str) -> None:
        details = self._accounts.details(principal.user_id)
        if details is None:
            raise UnauthenticatedError
        if details.account.second_factor and not principal.is_fresh(self._clock()):
            raise FreshLoginRequiredError  # before the password is looked at: it counts as no guess
        guess = self._guesses.begin(f"change {principal.user_id}", network)
        if not self._passwords.verify(details.account.password_hash, password):
            raise PasswordWrongError
        self._guesses.succeeded(guess)
