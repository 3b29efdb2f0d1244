"""Settings: read once from the environment, all faults told at once, secrets never shown."""

from email.utils import parseaddr

import pytest

from chalicelib import container
from chalicelib.container import Container
from chalicelib.security.keyring import KeyRingError
from chalicelib.settings import Settings, SettingsError

KEY_RING = "test1:q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.from_env({})

    assert (settings.table_prefix, settings.limits, settings.sign_up_profile) == ("turnout", "production", "compat")
    assert settings == Settings.from_env({"TABLE_PREFIX": "", "LIMITS": ""})


def test_variables_become_values_of_their_own_type() -> None:
    settings = Settings.from_env({"ACCESS_TOKEN_MINUTES": "15", "TABLE_PREFIX": "staging", "CURRENCY": "USD"})

    assert (settings.access_token_minutes, settings.table_prefix, settings.currency) == (15, "staging", "USD")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIMITS", "none"),
        ("SIGN_UP_PROFILE", "lax"),
        ("MAIL_REPLY_TO", "help"),
        ("MAIL_REPLY_TO", "@turnout.example"),
        ("PASSWORD_MIN_LENGTH", "7"),
        ("PASSWORD_MIN_LENGTH", "long"),
        ("PASSWORD_MIN_LENGTH", "65"),
        ("ACCESS_TOKEN_MINUTES", "0"),
        ("ACCESS_TOKEN_MINUTES", "-5"),
        ("REFRESH_TOKEN_DAYS", "366"),
        ("CURRENCY", "euro"),
        ("PUBLIC_URL", "https://api.example.org/"),
        ("LINK_BASE_URL", "https://events.example.org/"),
        ("PUBLIC_URL", "api.example.org"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://api.example.org?a=1"),
        ("LINK_BASE_URL", "javascript:alert(1)"),
        ("LINK_BASE_URL", "https://us er.example"),
        ("LINK_BASE_URL", "https://api.example.org@evil.example"),
        ("API_URL", "ftp://gateway.example/api"),
        ("MAX_BODY_BYTES", "1e6"),
        ("KEYS_FOR", "tick"),
        ("CORS_ORIGINS", "events.example.org"),
        ("CORS_ORIGINS", "https://events.example.org/"),
        ("CORS_ORIGINS", "https://events.example.org,*"),
        ("CORS_ORIGINS", "https://Events.example.org"),
        ("CORS_ORIGINS", "https://*.example.org"),
        ("CORS_ORIGINS", "https://events.example.org,"),
        ("CORS_ORIGINS", "null"),
        ("TRUSTED_PROXIES", "cdn.example.org"),
        ("TRUSTED_PROXIES", "203.0.113.9/24"),
        ("TRUSTED_PROXIES", "203.0.113.0/24,"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "::/0"),
        ("REMINDER_SPEED", "0.5"),
        ("REMINDER_SPEED", "-60"),
        ("REMINDER_SPEED", "nan"),
        ("REMINDER_SPEED", "3601"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} must "):
        Settings.from_env({name: value})


def test_reminders_are_speeded_up_in_development_only() -> None:
    deployed = {"AWS_LAMBDA_FUNCTION_NAME": "tick"}

    assert Settings.from_env({"REMINDER_SPEED": "60"}).reminder_speed == 60
    assert Settings.from_env({"REMINDER_SPEED": "1", **deployed}).reminder_speed == 1
    with pytest.raises(SettingsError, match="REMINDER_SPEED is for development only"):
        Settings.from_env({"REMINDER_SPEED": "60", **deployed})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIMITS", "generous"),
        ("REMINDER_SPEED", "60"),
        ("PUBLIC_URL", "http://api.example.org"),
        ("LINK_BASE_URL", "http://events.example.org"),
        ("LINK_BASE_URL", "HTTP://events.example.org"),
        ("API_URL", "http://gateway.example/api"),
    ],
)
def test_what_is_good_on_a_laptop_only_is_refused_on_lambda(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} "):
        Settings.from_env({name: value, "AWS_LAMBDA_FUNCTION_NAME": "api"})


def test_a_deployed_function_starts_with_what_is_safe() -> None:
    safe = {
        "LIMITS": "production",
        "PUBLIC_URL": "https://api.example.org/v1",
        "LINK_BASE_URL": "https://e.example:8443",
    }

    assert Settings.from_env({**safe, "AWS_LAMBDA_FUNCTION_NAME": "api"}).public_url == safe["PUBLIC_URL"]
    assert Settings.from_env({"LIMITS": "generous", "PUBLIC_URL": "http://127.0.0.1:8000"}).limits == "generous"


def test_a_currency_that_there_is_not_is_refused_at_the_start_and_not_at_every_event() -> None:
    with pytest.raises(SettingsError, match=r"^CURRENCY must "):
        Settings.from_env({"CURRENCY": "QQQ"})


def test_mailed_links_lead_to_ones_own_pages_else_to_the_api() -> None:
    own = {"API_URL": "https://gateway.example/api", "PUBLIC_URL": "https://api.example.org"}
    own |= {"LINK_BASE_URL": "https://events.example.org"}

    assert Settings.from_env({}).links_at == ""
    assert Settings.from_env({"API_URL": "https://gateway.example/api"}).links_at == "https://gateway.example/api"
    assert Settings.from_env({"PUBLIC_URL": "https://api.example.org"}).links_at == "https://api.example.org"
    assert Settings.from_env(own).links_at == "https://events.example.org"


def test_all_wrong_variables_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({"LIMITS": "x", "CURRENCY": "x", "SIGN_UP_PROFILE": "x"})

    sentence = str(refused.value)
    assert all(name in sentence for name in ("LIMITS", "CURRENCY", "SIGN_UP_PROFILE"))


def test_secrets_are_not_shown() -> None:
    assert "q83vEjRWeJCrze8" not in repr(Settings.from_env({"KEY_RING": KEY_RING}))


@pytest.mark.parametrize("key_ring", ["", "a:c2VjcmV0", "changeme"])
def test_lambda_refuses_to_start_with_a_missing_or_weak_secret(key_ring: str) -> None:
    container.use(Container(Settings(key_ring=key_ring)))
    try:
        with pytest.raises(KeyRingError, match="KEY_RING"):
            container.warm()
    finally:
        container.use(None)


@pytest.mark.parametrize(
    ("mail_from", "product_name", "shown"),
    [
        ("no-reply@here.example", "Turnout", ("Turnout", "no-reply@here.example")),
        ("no-reply@here.example", 'Köln "Events", Ltd.', ('Köln "Events", Ltd.', "no-reply@here.example")),
        ("Events <no-reply@here.example>", "Turnout", ("Events", "no-reply@here.example")),
    ],
)
def test_a_sender_without_a_name_has_that_of_the_service(
    mail_from: str, product_name: str, shown: tuple[str, str]
) -> None:
    settings = Settings(mail_from=mail_from, product_name=product_name)

    assert parseaddr(settings.sender) == shown
