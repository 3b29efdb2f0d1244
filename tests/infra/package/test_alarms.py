"""Alarms and the dashboard: every function, table and metric of our own is watched, by names that really exist."""

import json
import re
from collections.abc import Iterator
from typing import Any

from chalicelib.observability.metrics import DIMENSION, NAMESPACE, Metric
from devtools.package.template import Template, of_type, referred

Properties = dict[str, Any]
# What AWS publishes of each kind of thing, as far as an alarm or the dashboard uses it.
PUBLISHED = {
    "AWS/ApiGateway": {"Count", "4XXError", "5XXError", "Latency"},
    "AWS/DynamoDB": {
        "ConsumedReadCapacityUnits",
        "ConsumedWriteCapacityUnits",
        "ReadThrottleEvents",
        "SuccessfulRequestLatency",
        "TransactionConflict",
        "WriteThrottleEvents",
    },
    "AWS/Lambda": {"ConcurrentExecutions", "Duration", "Errors", "Invocations", "Throttles"},
    "AWS/SES": {
        "Bounce",
        "Complaint",
        "Delivery",
        "Reject",
        "Reputation.BounceRate",
        "Reputation.ComplaintRate",
        "Send",
    },
    "AWS/SQS": {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
}
SHOWN_ONLY = {Metric.SEAT_AUDITS}  # a figure that nobody is woken for
ON_FUNCTIONS, ON_TABLES = {"Errors", "Throttles"}, {"ReadThrottleEvents", "WriteThrottleEvents"}


def watched(template: Template) -> Iterator[tuple[str, Properties]]:
    """Alarm and metric of everything that an alarm looks at."""
    for name, alarm in of_type(template, "AWS::CloudWatch::Alarm").items():
        parts = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one]
        for metric in parts or [alarm]:
            yield name, metric


def on_resources(template: Template) -> set[tuple[str, str]]:
    """Metric and logical id of what alarms look at of one resource."""
    return {
        (metric["MetricName"], referred(dimension["Value"]))
        for _, metric in watched(template)
        for dimension in metric.get("Dimensions", [])
    }


def shown(template: Template) -> list[list[Any]]:
    """The metrics of the dashboard, each with a namespace and name of its own."""
    (dashboard,) = of_type(template, "AWS::CloudWatch::Dashboard").values()
    found = []
    for widget in json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]:
        before: list[Any] = []
        for metric in widget["properties"]["metrics"]:
            before = [
                old if new == "." else new for new, old in zip(metric, [*before, *metric[len(before) :]], strict=False)
            ]
            found.append(before)
    return found


def test_every_function_is_watched_for_errors_and_throttles(template: Template) -> None:
    wanted = {(metric, name) for name in of_type(template, "AWS::Serverless::Function") for metric in ON_FUNCTIONS}

    assert wanted - on_resources(template) == set()


def test_every_table_is_watched_for_throttles(template: Template) -> None:
    wanted = {(metric, name) for name in of_type(template, "AWS::DynamoDB::Table") for metric in ON_TABLES}

    assert wanted - on_resources(template) == set()


def test_conflicts_are_watched_as_a_share_of_what_is_written_to_seats(template: Template) -> None:
    assert {
        ("TransactionConflict", "SeatsTable"),
        ("SuccessfulRequestLatency", "SeatsTable"),
    } - on_resources(template) == set()


def test_bounces_and_complaints_are_watched(template: Template) -> None:
    names = {metric["MetricName"] for _, metric in watched(template)}

    assert {"Reputation.BounceRate", "Reputation.ComplaintRate"} - names == set()


def test_alarms_know_the_metrics_of_our_own_as_the_code_emits_them(template: Template) -> None:
    """An alarm on a misspelt metric never rings."""
    ours = {
        (metric["MetricName"], *(one["Name"] for one in metric["Dimensions"]))
        for _, metric in watched(template)
        if metric["Namespace"] == NAMESPACE
    }

    assert ours ^ {(str(metric), DIMENSION) for metric in Metric if metric not in SHOWN_ONLY} == set()


def test_alarms_look_at_metrics_that_are_published(template: Template) -> None:
    unknown = {
        (name, metric["MetricName"])
        for name, metric in watched(template)
        if isinstance(metric["Namespace"], str)
        and metric["Namespace"] != NAMESPACE
        and metric["MetricName"] not in PUBLISHED[metric["Namespace"]]
    }

    assert unknown == set()


def test_an_alarm_of_several_metrics_shows_one_figure(template: Template) -> None:
    several = {
        name: [one for one in alarm["Metrics"] if one.get("ReturnData", True)]
        for name, alarm in of_type(template, "AWS::CloudWatch::Alarm").items()
        if "Metrics" in alarm
    }

    assert several
    assert [name for name, figures in several.items() if len(figures) != 1] == []


def test_the_alarm_of_the_gateway_names_the_stage_that_there_is(template: Template) -> None:
    """By its name and not by a reference: a new version of the API waits for the alarm, the stage for the version."""
    stage = template["Resources"]["RestAPI"]["Properties"]["StageName"]
    named = {
        dimension["Value"]
        for _, metric in watched(template)
        for dimension in metric.get("Dimensions", [])
        if dimension["Name"] == "Stage"
    }

    assert named == {stage}


def test_the_dashboard_shows_metrics_that_exist_of_resources_that_exist(template: Template) -> None:
    known = {**PUBLISHED, NAMESPACE: {str(metric) for metric in Metric}}
    named = set(re.findall(r"\$\{(\w+)", template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]))

    assert [one for one in shown(template) if one[1] not in known.get(one[0], set())] == []
    assert {
        one for one in named - {"AWS"} if one not in template["Resources"] and one not in template["Parameters"]
    } == set()


def test_the_dashboard_shows_every_function_table_queue_and_metric_of_our_own(template: Template) -> None:
    text = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    kinds = ("AWS::Serverless::Function", "AWS::DynamoDB::Table", "AWS::SQS::Queue")

    assert [metric for metric in Metric if f'"{metric}"' not in text] == []

    assert [
        name for kind in kinds for name in of_type(template, kind) if not re.search(rf"\${{{name}[.}}]", text)
    ] == []


def test_alarms_are_told_to_a_topic_of_ones_own_or_to_an_address(template: Template) -> None:
    topic, address = [{"Ref": "AlarmTopic"}], [{"Ref": "Alarms"}]
    told = {"Fn::If": ["HasAlarmTopic", topic, {"Fn::If": ["HasAlarmAddress", address, {"Ref": "AWS::NoValue"}]}]}
    alarms = of_type(template, "AWS::CloudWatch::Alarm")

    assert [
        name for name, one in alarms.items() if (one.get("AlarmActions"), one.get("OKActions")) != (told, told)
    ] == []
    assert template["Resources"]["Alarms"]["Condition"] == "HasAlarmAddress"
