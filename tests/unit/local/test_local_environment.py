"""The environment of a local run can never lead to the real AWS, and keeps its keys."""

from pathlib import Path

from devtools.local import environment
from devtools.local.paths import Layout

DEPLOYED = {
    "TABLE_PREFIX": "turnout",
    "MAIL_QUEUE_URL": "http://127.0.0.1:1/mail",
    "KEY_RING_PARAMETER": "/turnout/key-ring",
    "KEYS_FOR": "feedback",
    "DERIVED_KEYS_PARAMETER": "/turnout/feedback-keys",
    "LIMITS": "production",
    "PUBLIC_URL": "",
    "CORS_ORIGINS": "*",
    "MAIL_FROM": "no-reply@turnout.example",
}


def made(given: dict[str, str]) -> dict[str, str]:
    return environment.variables(
        given,
        endpoint_url="http://127.0.0.1:1",
        deployed=DEPLOYED,
        key_ring="local:abc",
        api_url="http://127.0.0.1:8000",
    )


def test_a_run_is_generous_unless_told_otherwise() -> None:
    assert made({})["LIMITS"] == "generous"
    assert made({"LIMITS": "production"})["LIMITS"] == "production"
    assert made({})["REMINDER_SPEED"] == "1"
    assert made({"REMINDER_SPEED": "60"})["REMINDER_SPEED"] == "60"


def test_links_lead_to_the_local_api_and_queues_to_the_engine() -> None:
    values = made({"MAIL_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/1/turnout-mail"})

    assert values["PUBLIC_URL"] == "http://127.0.0.1:8000"
    assert values["MAIL_QUEUE_URL"] == "http://127.0.0.1:1/mail"


def test_choices_of_the_person_win_over_defaults() -> None:
    values = made({"CORS_ORIGINS": "https://a.example", "KEY_RING": "mine:xyz", "MAIL_FROM": "me@here.example"})

    chosen = (values["CORS_ORIGINS"], values["KEY_RING"], values["MAIL_FROM"])
    assert chosen == ("https://a.example", "mine:xyz", "me@here.example")


def test_tables_are_the_local_ones_whatever_stage_the_shell_was_set_up_for() -> None:
    assert made({"TABLE_PREFIX": "turnout-prod"})["TABLE_PREFIX"] == "turnout"


def test_nothing_of_the_real_aws_is_left() -> None:
    environ = {
        "AWS_PROFILE": "work",
        "AWS_SESSION_TOKEN": "t",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_ENDPOINT_URL_DYNAMODB": "https://dynamodb.eu-west-1.amazonaws.com",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "KEY_RING_PARAMETER": "/prod",
        "HOME": "/home/ada",
    }

    environment.apply(made(environ), environ)

    assert "AKIAREAL" not in environ.values()
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_DYNAMODB", "KEY_RING_PARAMETER"} & set(environ)
    assert environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert environ["HOME"] == "/home/ada"


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    where = Layout(tmp_path)

    first = environment.key_ring(where)

    assert environment.key_ring(where) == first
    assert first.startswith("local:")
    assert where.key_ring.stat().st_mode & 0o077 == 0
    assert environment.key_ring(Layout(tmp_path)) != environment.key_ring(_other(tmp_path))


def _other(tmp_path: Path) -> Layout:
    (tmp_path / "other").mkdir()
    return Layout(tmp_path / "other")


def test_no_function_is_kept_from_the_keys_of_another_where_all_have_one_environment() -> None:
    assert not {"KEYS_FOR", "DERIVED_KEYS_PARAMETER", "KEY_RING_PARAMETER"} & set(made({}))
