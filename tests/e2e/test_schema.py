"""The OpenAPI document is true: schemathesis sends what it allows and what it forbids, and checks every answer."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.accounts.account import Role
from tests.e2e.site import Site, User, in_days
from tests.e2e.tables import Tables
from tests.support.builders import BOTH
from tests.support.expected.documented import operations
from tests.support.world import PASSWORD

HOOKS = Path(__file__).with_name("schema_hooks.py")
SEED = 20261121
PATIENCE_SECONDS = 240
PHASES = ("--phases", "examples,fuzzing")
# These change or end the login that sends them: they are run apart, by somebody who logs in again whenever needed.
OWN_ACCOUNT = ("log_out", "change_password", "replace_me", "change_me", "end_session", "end_other_sessions", "erase_me")
ROLES = {"seeker": (Role.SEEKER,), "facilitator": (Role.FACILITATOR,)}
WHERE_A_ROLE_DECIDES = ("create_event", "enrol_in_event", "show_eligibility", "list_my_events")
FOR_ADMINS = tuple(one["operationId"] for path, _, one in operations() if path.startswith("/admin"))
# Whoever is answered otherwise than somebody who has both roles that one may choose, and where. That each of them gets
# documented answers everywhere is what the access matrix shows, and what the long version asks at random. Every time
# it is asked of those for whom there are routes that refuse all others, and of those who come with no login.
EVERY_TIME = ("admin", "nobody")
CALLERS = {
    "nobody": (
        "list_events",
        "show_event",
        "show_capacity",
        "list_waitlist",
        "enrol_in_event",
        "show_eligibility",
        "show_me",
    ),
    "seeker": WHERE_A_ROLE_DECIDES,
    "facilitator": WHERE_A_ROLE_DECIDES,
    "admin": (*FOR_ADMINS, "show_event", "change_event", "list_enrollments_of_event", "check_in"),
    "program": (
        *WHERE_A_ROLE_DECIDES,
        "show_me",
        "change_event",
        "list_enrollments_of_event",
        "check_in",
        "create_api_key",
    ),
}
CREDENTIALS = {"email": "fuzzed@example.org", "password": "seven green bottles"}
# Left to chance, hardly any value would be a country, an hour of the next ten years, or the version that is there.
LIKELY = {
    "body.country": ["DE", "at", "UK"],
    "body.currency": ["EUR", "JPY"],
    "body.language": ["de", "pt-BR", "German"],
    "body.locale": ["fr", "de-AT"],
    "body.timezone": ["Europe/Vienna", "America/New_York"],
    "body.starts_at": [in_days(20), in_days(40)],
    "body.ends_at": [in_days(50), in_days(60)],
    "body.enrollment_opens_at": [in_days(-1), in_days(1)],
    "body.enrollment_closes_at": [in_days(10)],
    "query.country": ["DE", "at", "UK"],
    "query.language": ["de", "pt-BR", "German"],
    "query.tz": ["Europe/Vienna", "America/New_York"],
    "query.starts_after": [in_days(-10), in_days(10)],
    "query.starts_before": [in_days(20), in_days(400)],
    "query.running_from": [in_days(-10), in_days(10)],
    "query.running_until": [in_days(20), in_days(400)],
    "header.If-Match": ["*"],
    "header.If-None-Match": ['"0"'],
}


def settings(own: Mapping[str, Mapping[str, Any]]) -> str:
    """The configuration of a run, as TOML, with tables of its own."""
    lines = [f"hooks = {json.dumps(str(HOOKS))}", f"seed = {SEED}", "workers = 1", "continue-on-failure = true"]
    lines += ["[generation]", 'database = "none"', "no-shrink = true"]
    for number, values in enumerate(LIKELY.values()):
        lines += [f"[dictionaries.d{number}]", f"values = {json.dumps(values)}"]
    lines += ["[parameters]"]
    lines += [f'"{name}" = {{ dictionary = "d{number}", probability = 0.8 }}' for number, name in enumerate(LIKELY)]
    for table, content in own.items():
        lines += [f"[{table}]"] + [f"{name} = {json.dumps(one)}" for name, one in content.items()]
    return "\n".join(lines) + "\n"


def schemathesis(folder: Path, url: str, configuration: str, options: Sequence[str]) -> str:
    """Run every check; what it printed. Fails with that when anything failed."""
    file = folder / "schemathesis.toml"
    file.write_text(configuration, encoding="utf-8")
    program = str(Path(sys.executable).with_name("schemathesis"))
    command = [program, "--config-file", str(file), "run", f"{url}/openapi.json", "--checks", "all", "--no-color"]
    done = subprocess.run(
        [*command, *options], cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def count_tested(said: str) -> int:
    """How many operations the run came to."""
    found = re.search(r"Tested: (\d+)", said)
    assert found, said
    return int(found[1])


def as_callers(site: Site, folder: Path, tokens: Mapping[str, str], *options: str, only: Sequence[str] = ()) -> None:
    """As the first of those who are named; the second asks for whatever is theirs. As nobody, if none is named.

    Everything but the own account, or `only` these operations.
    """
    identities = [
        {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}]}
        for name, token in tokens.items()
    ]
    users = folder / "users.json"
    users.write_text(json.dumps({"auth": identities}), encoding="utf-8")
    signed_in = {"path": str(users), "user": next(iter(tokens), ""), "peers": list(tokens)}
    configuration = settings({"auth.wfc": signed_in} if tokens else {})
    verb, names = ("include", only) if only else ("exclude", OWN_ACCOUNT)
    chosen = [option for name in names for option in (f"--{verb}-operation-id", name)]

    said = schemathesis(folder, site.api_url, configuration, [*chosen, *options])

    selected = re.search(r"Selected: (\d+)/(\d+)", said)
    assert selected
    assert int(selected[1]) == (len(only) or int(selected[2]) - len(OWN_ACCOUNT))
    assert count_tested(said) == int(selected[1])


def tokens_of(site: Site, tables: Tables, caller: str) -> dict[str, str]:
    """Who asks, and somebody else of the same kind; beside an admin somebody who is none."""
    if caller == "nobody":
        return {}
    if caller == "program":
        return {name: a_key(site, user) for name, user in zip(("anns", "bens"), tables.people(2), strict=True)}
    roles = (*BOTH, Role.ADMIN) if caller == "admin" else ROLES.get(caller, BOTH)
    [ann], [ben] = tables.people(1, *roles), tables.people(1, *ROLES.get(caller, BOTH))
    return {"ann": ann.token, "ben": ben.token}


def a_key(site: Site, user: User) -> str:
    """An API key that may do whatever a key may."""
    with site.client(user.token) as client:
        answer = client.post("/auth/api-keys", {"name": "a program", "scope": "write", "password": PASSWORD})
    assert answer.status == 201, answer.text
    return str(answer.json["secret"])


def the_own_account(site: Site, folder: Path, *options: str) -> None:
    login = "auth.dynamic.openapi.bearerAuth"
    selected = {"path": "/auth/login", "extract_selector": "/access"}
    configuration = settings({login: selected, f"{login}.payload": CREDENTIALS})
    chosen = [option for name in OWN_ACCOUNT for option in ("--include-operation-id", name)]

    said = schemathesis(folder, site.api_url, configuration, [*chosen, *options])

    assert count_tested(said) == len(OWN_ACCOUNT)


@pytest.fixture(scope="module")
def fuzzed(site: Site) -> None:
    with site.client() as client:
        site.sign_up(client, CREDENTIALS["email"], CREDENTIALS["password"])


def test_every_answer_is_what_the_document_says(site: Site, tables: Tables, tmp_path: Path) -> None:
    as_callers(site, tmp_path, tokens_of(site, tables, "everybody"), *PHASES, "--max-examples", "1")


@pytest.mark.parametrize(
    "caller", [pytest.param(one, marks=() if one in EVERY_TIME else pytest.mark.deep) for one in CALLERS]
)
def test_so_it_is_whoever_asks(site: Site, tables: Tables, tmp_path: Path, caller: str) -> None:
    tokens = tokens_of(site, tables, caller)

    as_callers(site, tmp_path, tokens, "--phases", "fuzzing", "--max-examples", "1", only=CALLERS[caller])


@pytest.mark.usefixtures("fuzzed")
def test_what_is_done_to_the_own_account_is_answered_as_the_document_says(site: Site, tmp_path: Path) -> None:
    the_own_account(site, tmp_path, "--phases", "fuzzing", "--max-examples", "2")


def test_a_refusal_is_explained_by_named_reasons_only() -> None:
    from tests.e2e import schema_hooks  # registers its hook when it is imported

    def faults(*found: tuple[str, str]) -> str:
        return json.dumps({"code": "invalid_request", "errors": [{"pointer": at, "code": code} for at, code in found]})

    assert schema_hooks.is_explained('{"code": "invalid_cursor"}')
    assert schema_hooks.is_explained(faults(("/starts_at", "starts_in_past"), ("/country", "invalid")))
    assert not schema_hooks.is_explained(faults(("/country", "invalid"), ("/title", "invalid")))
    assert not schema_hooks.is_explained(faults(("/country", "unknown_field")))
    assert not schema_hooks.is_explained('{"code": "internal_error"}')
    assert not schema_hooks.is_explained("")
    assert schema_hooks.has_blank_ends({"tags": ["a", "b\t"]})
    assert not schema_hooks.has_blank_ends({"tags": ["a b"], "title": None})


@pytest.mark.deep
@pytest.mark.parametrize("caller", ["everybody", *CALLERS])
def test_every_answer_is_what_the_document_says_for_two_minutes(
    site: Site, tables: Tables, tmp_path: Path, caller: str
) -> None:
    tokens = tokens_of(site, tables, caller)

    as_callers(site, tmp_path, tokens, "--max-time", "120")


@pytest.mark.deep
@pytest.mark.usefixtures("fuzzed")
def test_the_own_account_is_answered_as_the_document_says_for_long(site: Site, tmp_path: Path) -> None:
    the_own_account(site, tmp_path, "--max-time", "60")
