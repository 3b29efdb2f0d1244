"""Each check of the functions fails for a wrong set-up and names it."""

import re
from functools import partial

import pytest

from devtools.package.template import Template
from tests.infra.mistakes import Check, Mistakes, Spoil, cases, drop, found, put, unproven
from tests.infra.package import test_functions as checks

MISTAKES: Mistakes = {
    checks.test_there_are_the_api_and_its_workers: {
        "a lost function": (drop("Tick"), "Tick"),
    },
    checks.test_the_handlers_are_the_application_and_plain_functions_of_the_workers: {
        "a handler in app.py": (put("Tick", "Handler", value="app.tick"), "app.tick"),
    },
    checks.test_a_worker_is_a_function_of_an_event_and_a_context: {
        "a handler of other arguments": (put("Tick", "Handler", value="json.dumps"), "Tick"),
        "a handler that is no plain function": (put("Tick", "Handler", value="builtins.print"), "Tick runs"),
    },
    checks.test_a_function_has_its_time_out: {
        "more time": (put("APIHandler", "Timeout", value=29), "APIHandler.*29"),
    },
    checks.test_a_function_has_a_gigabyte: {
        "less memory": (put("Tick", "MemorySize", value=128), "Tick.*128"),
    },
    partial(checks.test_all_functions_run_on_the_machine_and_the_python_that_were_asked_for, stage="prod"): {
        "another machine": (put("Tick", "Architectures", value=["x86_64"]), "x86_64"),
        "the Python that happened to run": (put("Tick", "Runtime", value="python3.11"), "python3.11"),
    },
    checks.test_a_function_gets_settings_and_nothing_else: {
        "an unknown setting": (put("Tick", "Environment", "Variables", "TABEL", value="x"), "Tick.*TABEL"),
    },
    checks.test_a_function_gets_what_it_cannot_do_without: {
        "no configuration set": (
            drop("SendMail", "Properties", "Environment", "Variables", "MAIL_CONFIGURATION_SET"),
            "SendMail.*MAIL_CONFIGURATION_SET",
        ),
        "nowhere for poison": (
            drop("RunJob", "Properties", "Environment", "Variables", "JOBS_DEAD_QUEUE_URL"),
            "RunJob.*JOBS_DEAD_QUEUE_URL",
        ),
    },
    checks.test_no_function_gets_a_secret_or_the_address_of_an_emulator: {
        "a secret": (put("Tick", "Environment", "Variables", "KEY_RING", value="x"), "Tick.*KEY_RING"),
        "an emulator": (
            put("Tick", "Environment", "Variables", "AWS_ENDPOINT_URL", value="x"),
            "Tick.*AWS_ENDPOINT_URL",
        ),
    },
    checks.test_a_function_logs_to_a_group_of_its_own: {
        "a log of Lambda's own": (drop("Tick", "Properties", "LoggingConfig"), "''"),
    },
    checks.test_what_a_rush_may_not_starve_has_a_share_of_its_own_where_the_stage_reserves: {
        "fewer than there are senders": (put("SendMail", "ReservedConcurrentExecutions", value=1), "SendMail"),
        "a tick that waits for the rush": (drop("Tick", "Properties", "ReservedConcurrentExecutions"), "Tick"),
    },
    checks.test_every_log_forgets_after_the_days_of_the_stage: {
        "an endless log": (drop("TickLogGroup", "Properties", "RetentionInDays"), "TickLogGroup"),
        "a long log": (put("TickLogGroup", "RetentionInDays", value=365), "TickLogGroup"),
    },
    checks.test_a_role_can_name_its_log_group_before_there_is_a_function: {
        "Chalice's log name": (
            put("ApiHandlerLogGroup", "LogGroupName", value={"Fn::Sub": "/aws/lambda/${ApiHandler}"}),
            "ApiHandlerLogGroup",
        ),
    },
}


@pytest.mark.parametrize(("check", "spoil", "named"), cases(MISTAKES))
def test_a_mistake_fails_its_check_and_is_named(template: Template, check: Check, spoil: Spoil, named: str) -> None:
    assert re.search(named, found(template, check, spoil), re.DOTALL)


def test_every_check_finds_a_mistake() -> None:
    assert unproven(checks, MISTAKES) == set()


def test_a_worker_that_is_not_there_is_named(template: Template) -> None:
    put("Tick", "Handler", value="chalicelib.workers.absent.handle")(template)

    with pytest.raises(ModuleNotFoundError, match=r"chalicelib\.workers\.absent"):
        checks.test_a_worker_is_a_function_of_an_event_and_a_context(template)
