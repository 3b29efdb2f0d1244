"""What could take an account away from its owner needs the password: by a login of a moment ago, or once more."""

from chalicelib.domain.accounts import Principal
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
        """Raises `FreshLoginRequiredError`; with a password only `PasswordWrongError` and `TooManyRequestsError`."""
        if password is not None:
            self._check(principal.user_id, password, network)
        elif not principal.is_fresh(self._clock()):
            raise FreshLoginRequiredError

    def _check(self, user_id: str, password: str, network: str) -> None:
        guess = self._guesses.begin(f"change {user_id}", network)
        details = self._accounts.details(user_id)
        if details is None:
            raise UnauthenticatedError
        if not self._passwords.verify(details.account.password_hash, password):
            raise PasswordWrongError
        self._guesses.succeeded(guess)
