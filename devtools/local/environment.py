"""The environment of the local functions: where their cloud is, made-up credentials, keys kept between runs."""

import base64
import os
import secrets
from collections.abc import Mapping, MutableMapping

from devtools.local.paths import Layout
from devtools.local.provision import SENDER
from devtools.local.template import REGION

# Nothing that a person set up for the real AWS may be used, or reached, by a local run.
REAL_ONES = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "KEY_RING_PARAMETER",
    "APPLE_WALLET_PARAMETER",
    "GOOGLE_WALLET_PARAMETER",
    "API_URL",
    "KEYS_FOR",  # here one environment serves all functions
    "DERIVED_KEYS_PARAMETER",
)


def choices(given: Mapping[str, str], api_url: str) -> dict[str, str]:
    """What a person may set for a local run, with its defaults."""
    defaults = {"MAIL_FROM": SENDER, "PUBLIC_URL": api_url, "LIMITS": "generous", "REMINDER_SPEED": "1"}
    # The local server and runner write a line for every request and batch themselves.
    defaults["LOG_LEVEL"] = "WARNING"
    return {name: given.get(name) or default for name, default in defaults.items()}


def variables(
    given: Mapping[str, str],
    *,
    endpoint_url: str,
    deployed: Mapping[str, str],
    key_ring: str,
    api_url: str,
) -> dict[str, str]:
    """The whole environment: as deployed, then as it has to be on a laptop, then as the person chose."""
    chosen = {name: given[name] for name in deployed if given.get(name)}
    forced = {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "KEY_RING": given.get("KEY_RING") or key_ring,
    }
    # Tables and queues have the names that app.py and the template give them, whatever stage a shell was set up for.
    named = {name: url for name, url in deployed.items() if name.endswith("_QUEUE_URL") or name == "TABLE_PREFIX"}
    everything = {**deployed, **chosen, **choices(given, api_url), **named, **forced}
    return {name: value for name, value in everything.items() if name not in REAL_ONES}


def apply(values: Mapping[str, str], environ: MutableMapping[str, str]) -> None:
    """Set them, and take away what could lead to the real AWS."""
    for name in [*REAL_ONES, *(one for one in environ if one.startswith("AWS_ENDPOINT_URL_"))]:
        environ.pop(name, None)
    environ.update(values)


def key_ring(layout: Layout) -> str:
    """One random key, made once: tokens and cursors stay valid over restarts."""
    path = layout.key_ring
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"local:{base64.b64encode(secrets.token_bytes(32)).decode()}", encoding="ascii")
    return path.read_text(encoding="ascii")
