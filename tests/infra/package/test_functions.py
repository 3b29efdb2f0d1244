"""The functions of the template: handlers that exist, resources, environment and logs."""

import inspect
from importlib import import_module
from typing import Any

from chalicelib.domain.outbox.queues import Content, QueueName
from chalicelib.settings import Settings, variables_of
from devtools.package.template import Template, of_type, referred

# Seconds; the gateway waits 29 for the API.
TIMEOUTS = {"APIHandler": 20, "SendMail": 30, "RunJob": 60, "TakeFeedback": 30, "Tick": 50}
WORKERS = {
    "SendMail": "chalicelib.workers.mail.handle",
    "RunJob": "chalicelib.workers.jobs.handle",
    "TakeFeedback": "chalicelib.workers.feedback.handle",
    "Tick": "chalicelib.workers.tick.handle",
}
SETTINGS = {variable.env for variable in variables_of(Settings)}
REQUIRED = {
    "KEY_RING_PARAMETER",
    "LIMITS",
    "MAIL_CONFIGURATION_SET",
    "MAIL_FROM",
    "TABLE_PREFIX",
    *(queue.dead_variable for queue in QueueName),
    *(queue.variable for queue in QueueName if queue.carries is not Content.REPORT),
}


def functions(template: Template) -> dict[str, dict[str, Any]]:
    return of_type(template, "AWS::Serverless::Function")


def variables(properties: dict[str, Any]) -> set[str]:
    return set(properties.get("Environment", {}).get("Variables", {}))


def test_there_are_the_api_and_its_workers(template: Template) -> None:
    assert functions(template).keys() ^ TIMEOUTS.keys() == set()


def test_the_handlers_are_the_application_and_plain_functions_of_the_workers(template: Template) -> None:
    handlers = {name: properties["Handler"] for name, properties in functions(template).items()}

    assert handlers == {"APIHandler": "app.app", **WORKERS}


def test_a_worker_is_a_function_of_an_event_and_a_context(template: Template) -> None:
    for name in sorted(functions(template).keys() - {"APIHandler"}):
        module, _, function = functions(template)[name]["Handler"].rpartition(".")
        handler = getattr(import_module(module), function)

        assert inspect.isfunction(handler), f"{name} runs {handler}"
        assert list(inspect.signature(handler).parameters) == ["event", "context"], name


def test_a_function_has_its_time_out(template: Template) -> None:
    assert {name: one.get("Timeout") for name, one in functions(template).items()} == TIMEOUTS


def test_a_function_has_a_gigabyte(template: Template) -> None:
    assert {
        name: one.get("MemorySize") for name, one in functions(template).items() if one.get("MemorySize") != 1024
    } == {}


def test_all_functions_run_on_the_machine_and_the_python_that_were_asked_for(template: Template, stage: str) -> None:
    """Of a built package the zip's own tests know what it is for."""
    found = {(one.get("Runtime"), *one.get("Architectures", [])) for one in functions(template).values()}

    assert len(found) == 1, found
    assert stage == "built" or found == {("python3.13", "arm64")}, found


def test_a_function_gets_settings_and_nothing_else(template: Template) -> None:
    unknown = {name: variables(one) - SETTINGS for name, one in functions(template).items()}

    assert {name: some for name, some in unknown.items() if some} == {}


def test_a_function_gets_what_it_cannot_do_without(template: Template) -> None:
    missing = {name: REQUIRED - variables(one) for name, one in functions(template).items()}

    assert {name: some for name, some in missing.items() if some} == {}


def test_no_function_gets_a_secret_or_the_address_of_an_emulator(template: Template) -> None:
    given = {(name, key) for name, one in functions(template).items() for key in variables(one)}

    assert [pair for pair in sorted(given) if pair[1] == "KEY_RING" or pair[1].startswith("AWS_")] == []


def log_groups(template: Template) -> dict[str, str]:
    """The log group of each function; empty where it is none of the template."""
    used = {name: referred(one.get("LoggingConfig", {}).get("LogGroup")) for name, one in functions(template).items()}
    return {name: group if group in of_type(template, "AWS::Logs::LogGroup") else "" for name, group in used.items()}


def test_a_function_logs_to_a_group_of_its_own(template: Template) -> None:
    used = list(log_groups(template).values())

    assert [group for group in used if not group or used.count(group) > 1] == []


def test_every_log_forgets_after_the_days_of_the_stage(template: Template) -> None:
    groups = {name: one.get("RetentionInDays") for name, one in of_type(template, "AWS::Logs::LogGroup").items()}

    assert {name: days for name, days in groups.items() if days != {"Ref": "LogRetentionDays"}} == {}


def test_what_a_rush_may_not_starve_has_a_share_of_its_own_where_the_stage_reserves(template: Template) -> None:
    reserved = {name: one.get("ReservedConcurrentExecutions") for name, one in functions(template).items()}

    senders = {"Fn::FindInMap": ["SendersByMailRate", {"Ref": "MailRate"}, "Senders"]}
    nothing = {"Ref": "AWS::NoValue"}
    assert {name: one for name, one in reserved.items() if one} == {
        "SendMail": {"Fn::If": ["ReservesConcurrency", senders, nothing]},
        "Tick": {"Fn::If": ["ReservesConcurrency", 2, nothing]},
    }


def test_a_role_can_name_its_log_group_before_there_is_a_function(template: Template) -> None:
    groups = of_type(template, "AWS::Logs::LogGroup")
    names = {name: groups[name]["LogGroupName"].get("Fn::Sub", "") for name in log_groups(template).values() if name}

    assert [name for name, text in names.items() if "${TablePrefix}" not in text] == []
