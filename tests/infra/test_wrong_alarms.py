"""Each check of the alarms fails where nobody would be told, and names what is not watched."""

import re

import pytest

from devtools.package.template import Template
from tests.infra.mistakes import Check, Mistakes, Spoil, cases, drop, found, put, resource, unproven
from tests.infra.package import test_alarms as checks


def show(*parts: str) -> Spoil:
    """A mistake on the dashboard: one text instead of another."""

    def spoil(template: Template) -> None:
        body = resource(template, "Dashboard")["DashboardBody"]
        body["Fn::Sub"] = body["Fn::Sub"].replace(*parts)

    return spoil


MISTAKES: Mistakes = {
    checks.test_every_function_is_watched_for_errors_and_throttles: {
        "errors that nobody sees": (drop("RunJobErrorsAlarm"), "Errors.*RunJob"),
        "throttles that nobody sees": (drop("ThrottlesAlarm"), "Throttles"),
    },
    checks.test_every_table_is_watched_for_throttles: {
        "a table that nobody watches": (drop("DueThrottlesAlarm"), "DueTable"),
    },
    checks.test_conflicts_are_watched_as_a_share_of_what_is_written_to_seats: {
        "conflicts of nothing": (drop("ConflictsAlarm"), "TransactionConflict"),
    },
    checks.test_bounces_and_complaints_are_watched: {
        "spam that nobody hears of": (drop("MailComplaintsAlarm"), "ComplaintRate"),
    },
    checks.test_alarms_know_the_metrics_of_our_own_as_the_code_emits_them: {
        "a misspelt metric": (put("JobsLagAlarm", "MetricName", value="JobLag"), "JobLag"),
        "another dimension": (put("MailLagAlarm", "Dimensions", 0, "Name", value="Stage"), "MailLag.*Stage"),
        "a metric without an alarm": (drop("SeatAuditAlarm"), "SeatAuditMismatches"),
    },
    checks.test_alarms_look_at_metrics_that_are_published: {
        "a metric that AWS does not have": (put("TickErrorsAlarm", "MetricName", value="Error"), "TickErrorsAlarm"),
    },
    checks.test_an_alarm_of_several_metrics_shows_one_figure: {
        "two figures": (put("SeatsThrottlesAlarm", "Metrics", 1, "ReturnData", value=True), "SeatsThrottlesAlarm"),
    },
    checks.test_the_alarm_of_the_gateway_names_the_stage_that_there_is: {
        "another stage": (put("GatewayErrorsAlarm", "Dimensions", 1, "Value", value="prod"), "prod"),
    },
    checks.test_the_dashboard_shows_metrics_that_exist_of_resources_that_exist: {
        "a misspelt metric": (show('"MailLag"', '"MailLags"'), "MailLags"),
        "a resource that is gone": (show("${TickDeadLetters.", "${TickLetters."), "TickLetters"),
    },
    checks.test_the_dashboard_shows_every_function_table_queue_and_metric_of_our_own: {
        "a function that is not shown": (show("${Tick}", "${RunJob}"), "Tick"),
        "a figure that nobody sees": (show('"SeatAudits"', '"SeatAudit"'), "SEAT_AUDITS"),
    },
    checks.test_alarms_are_told_to_a_topic_of_ones_own_or_to_an_address: {
        "a mute alarm": (drop("ConflictsAlarm", "Properties", "AlarmActions"), "ConflictsAlarm"),
        "a topic for nobody": (lambda template: template["Resources"]["Alarms"].update(Condition="Traces"), "Traces"),
    },
}


@pytest.mark.parametrize(("check", "spoil", "named"), cases(MISTAKES))
def test_a_mistake_fails_its_check_and_is_named(template: Template, check: Check, spoil: Spoil, named: str) -> None:
    assert re.search(named, found(template, check, spoil), re.DOTALL)


def test_every_check_finds_a_mistake() -> None:
    assert unproven(checks, MISTAKES) == set()
