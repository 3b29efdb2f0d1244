"""The six digits that prove an address: in the mail they are readable, in the tables they are a keyed digest."""

import secrets

from chalicelib.domain.shared.limits import OTP_DIGITS
from chalicelib.services.shared.ports import Macs

_PURPOSE = "otp"


def new_code() -> str:
    return f"{secrets.randbelow(10**OTP_DIGITS):0{OTP_DIGITS}d}"


def code_mac(macs: Macs, sign_up_id: str, code: str) -> str:
    """What is stored instead of the code: useless without the server's key."""
    return macs.mac(_PURPOSE, _proof(sign_up_id, code))


def is_code(macs: Macs, sign_up_id: str, code: str, mac: str) -> bool:
    return macs.matches(_PURPOSE, _proof(sign_up_id, code), mac)


def _proof(sign_up_id: str, code: str) -> str:
    return f"{sign_up_id}|{code}"
