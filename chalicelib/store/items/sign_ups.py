"""Sign-ups to items and back."""

from typing import Any

from chalicelib.domain.accounts.account import SignUp, fold_email, roles_of
from chalicelib.domain.shared.times import NEVER, stamp, unstamp
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.tables import SignUpAddressItem, SignUpItem
from chalicelib.store.dynamo.text import epoch


def sign_up_item(sign_up: SignUp, request_id: str) -> SignUpItem:
    """Without a code: nothing can be guessed before one was mailed."""
    pk, sk = keys.sign_up(fold_email(sign_up.email), sign_up.id)
    return SignUpItem(
        pk,
        sk,
        email=sign_up.email,
        username=sign_up.username,
        first_name=sign_up.first_name,
        last_name=sign_up.last_name,
        roles=",".join(sign_up.roles),
        locale=sign_up.locale,
        password_hash=sign_up.password_hash,
        network=sign_up.network,
        created_at=stamp(sign_up.created_at),
        expires_at=stamp(sign_up.expires_at),
        request_id=request_id,
        armed=0,
        code_mac=NEVER,
        code_expires_at=stamp(sign_up.created_at),
        attempts=0,
        last_guess="",
        expires=epoch(sign_up.expires_at),
    )


def sign_up_address_item(sign_up: SignUp) -> SignUpAddressItem:
    pk, sk = keys.sign_up_address(sign_up.id)
    return SignUpAddressItem(pk, sk, email=fold_email(sign_up.email), expires=epoch(sign_up.expires_at))


def to_sign_up(raw: dict[str, Any]) -> SignUp:
    """From what was read, without an item between: an address with sign-ups must not take longer than one without."""
    username = raw.get("username")
    return SignUp(
        id=raw["sk"]["S"].split("#", 1)[1],
        email=raw["email"]["S"],
        username=username["S"] if username else None,
        first_name=raw["first_name"]["S"],
        last_name=raw["last_name"]["S"],
        roles=roles_of(raw["roles"]["S"].split(",") if raw["roles"]["S"] else ()),
        locale=raw["locale"]["S"],
        password_hash=raw["password_hash"]["S"],
        network=raw["network"]["S"],
        created_at=unstamp(raw["created_at"]["S"]),
        expires_at=unstamp(raw["expires_at"]["S"]),
    )
