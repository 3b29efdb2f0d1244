"""Another e-mail address on the wire."""

from chalicelib.api.accounts.schemas import Otp, Password
from chalicelib.api.http.request.schemas import Body, Email


class NewEmailIn(Body):
    """The address that is wanted; the password, unless the login is fresh."""

    email: Email
    password: Password | None = None


class VerifyNewEmailIn(Body):
    otp: Otp
