"""What operators configure for wallets: what is wrong with it is said without any of it."""

import importlib.util
import json

import pytest

from chalicelib.security.wallet_keys import PassCertificate, ServiceAccount, WalletKeyError
from chalicelib.settings import Settings, SettingsError
from tests.support.tickets.wallet_keys import PASS_TYPE, TEAM, issued, pem, rsa, service_account

GIVEN = issued()
WRONG_FOR_APPLE = {
    "nothing": ("", "no private key"),
    "no key": (GIVEN.certificate + GIVEN.intermediate, "no private key"),
    "no certificates": (GIVEN.key, "needs certificates"),
    "of another key": (pem(rsa(4)) + GIVEN.certificate + GIVEN.intermediate, "none of the certificates belongs"),
    "without its issuer": (GIVEN.key + GIVEN.certificate, "WWDR"),
    "with the root only": (GIVEN.key + GIVEN.certificate + GIVEN.root, "WWDR"),
    "a short key": (pem(rsa(5, 1024)) + GIVEN.certificate, "2048 bits"),
    "of no pass type": (issued(names=False).bundle, "no pass type"),
}
WRONG_FOR_GOOGLE = {
    "no JSON": ("secret words", "no JSON"),
    "a list": ("[]", "no JSON"),
    "no address": (json.dumps({"private_key": pem(rsa(4))}), "client_email"),
    "no key": (json.dumps({"client_email": "a@b.example", "private_key": "secret words"}), "no private key"),
    "a short key": (json.dumps({"client_email": "a@b.example", "private_key": pem(rsa(5, 1024))}), "2048 bits"),
}


@pytest.mark.parametrize("case", WRONG_FOR_APPLE)
def test_what_cannot_sign_passes_of_apple_says_why(case: str) -> None:
    text, said = WRONG_FOR_APPLE[case]

    with pytest.raises(WalletKeyError, match=said) as found:
        PassCertificate.parse(text)

    assert "PRIVATE KEY-----" not in str(found.value)


@pytest.mark.parametrize("case", WRONG_FOR_GOOGLE)
def test_what_cannot_sign_passes_of_google_says_why(case: str) -> None:
    text, said = WRONG_FOR_GOOGLE[case]

    with pytest.raises(WalletKeyError, match=said) as found:
        ServiceAccount.parse(text)

    assert "secret words" not in str(found.value)


def test_the_certificates_may_come_in_any_order() -> None:
    read = PassCertificate.parse(GIVEN.intermediate + GIVEN.certificate + GIVEN.key)

    assert (read.pass_type, read.team) == (PASS_TYPE, TEAM)


@pytest.mark.parametrize("name", ["APPLE_WALLET", "APPLE_WALLET_PARAMETER", "GOOGLE_WALLET", "GOOGLE_WALLET_PARAMETER"])
def test_nothing_starts_with_a_certificate_and_without_the_library(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {name: "/turnout/wallet", "GOOGLE_WALLET_ISSUER": "1"}
    Settings.from_env(given)
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda one: None if one == "cryptography" else find(one))

    with pytest.raises(SettingsError, match="need `cryptography`, which is not installed: `make package WALLETS=on`"):
        Settings.from_env(given)
    Settings.from_env({})


@pytest.mark.parametrize("issuer", ["", "x", "12 3"])
def test_passes_of_google_have_an_issuer(issuer: str) -> None:
    with pytest.raises(SettingsError, match="GOOGLE_WALLET_ISSUER, a number"):
        Settings.from_env({"GOOGLE_WALLET": service_account(), "GOOGLE_WALLET_ISSUER": issuer})


def test_secrets_are_in_no_text_of_the_settings() -> None:
    settings = Settings(apple_wallet=GIVEN.bundle, google_wallet=service_account(), google_wallet_issuer="1")

    assert "PRIVATE KEY" not in repr(settings)
