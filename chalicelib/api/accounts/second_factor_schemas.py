"""The second factor on the wire."""

from typing import Annotated

from pydantic import Field

from chalicelib.api.accounts.schemas import FactorCode, Password
from chalicelib.api.http.request.schemas import Body, Out, UtcTime
from chalicelib.domain.accounts.account import SecondFactor
from chalicelib.domain.accounts.second_factor import RECOVERY_CODES

FactorKey = Annotated[str, Field(min_length=1, max_length=500, description="The `key` of `POST /auth/second-factor`.")]


class NewFactorIn(Body):
    """The password, unless the login is fresh."""

    password: Password | None = None


class TurnOnFactorIn(Body):
    key: FactorKey
    code: FactorCode


class RemoveFactorIn(Body):
    """Both, however fresh the login is."""

    password: Password
    code: FactorCode


class NewFactorOut(Out):
    secret: str = Field(description="For an app without a camera; shown here and never again.")
    address: str = Field(description="`otpauth://...`, for a QR code: what authenticator apps scan.")
    key: str = Field(description="Send it with the first code of the app to turn the factor on.")
    expires_at: UtcTime = Field(description="Until when the key is good.")


class FactorOut(Out):
    on: bool
    since: UtcTime | None = Field(description="null: it is off.")
    recovery_codes_left: int = Field(description=f"Of {RECOVERY_CODES}; each is good once.")


class FactorOnOut(FactorOut):
    recovery_codes: list[str] = Field(
        description="Each stands in for a code of the app, once. They are shown here and never again."
    )


def factor_out(factor: SecondFactor | None) -> FactorOut:
    if factor is None:
        return FactorOut(on=False, since=None, recovery_codes_left=0)
    return FactorOut(on=True, since=factor.since, recovery_codes_left=len(factor.recovery))
