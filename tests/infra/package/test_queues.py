"""Queues, event sources and alarms of the template: nothing is lost silently, one bad message holds up no other."""

import math
from typing import Any

from devtools.package.template import Template, of_type, referred

SECONDS_A_MAIL = 0.15
FOURTEEN_DAYS = 14 * 24 * 3600
RECEIVES = 5
TIMEOUTS_UNTIL_VISIBLE = 6
DEPTH = "ApproximateNumberOfMessagesVisible"
AGE = "ApproximateAgeOfOldestMessage"
Properties = dict[str, Any]


def queues(template: Template) -> dict[str, Properties]:
    return of_type(template, "AWS::SQS::Queue")


def alarms(template: Template) -> dict[str, Properties]:
    return of_type(template, "AWS::CloudWatch::Alarm")


def sources(template: Template, kind: str) -> list[tuple[str, Properties]]:
    """Function and properties of every event source of the kind."""
    return [
        (function, event["Properties"])
        for function, properties in of_type(template, "AWS::Serverless::Function").items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == kind
    ]


def fed(template: Template) -> list[tuple[str, str, Properties]]:
    """Function, queue and event source wherever a queue of this template feeds a function."""
    found = [(function, referred(source.get("Queue")), source) for function, source in sources(template, "SQS")]
    return [one for one in found if one[1] in queues(template)]


def redriven(template: Template) -> dict[str, Properties]:
    """The queues that have dead letters."""
    return {name: one for name, one in queues(template).items() if "RedrivePolicy" in one}


# --- Queues and the functions that they feed


def test_a_function_is_fed_by_a_queue_of_the_template(template: Template) -> None:
    functions = {function for function, _ in sources(template, "SQS")}

    assert functions
    assert functions - {function for function, _, _ in fed(template)} == set()


def test_a_message_is_hidden_for_six_time_outs_of_its_function(template: Template) -> None:
    timeouts = {name: one["Timeout"] for name, one in of_type(template, "AWS::Serverless::Function").items()}

    early = [
        queue
        for function, queue, _ in fed(template)
        if queues(template)[queue]["VisibilityTimeout"] < TIMEOUTS_UNTIL_VISIBLE * timeouts[function]
    ]

    assert early == []


def test_failed_messages_are_reported_one_by_one(template: Template) -> None:
    answers = {function: source.get("FunctionResponseTypes") for function, source in sources(template, "SQS")}

    assert {function for function, answer in answers.items() if answer != ["ReportBatchItemFailures"]} == set()


def test_a_queue_has_a_maximum_concurrency(template: Template) -> None:
    limits = {
        function: source.get("ScalingConfig", {}).get("MaximumConcurrency")
        for function, source in sources(template, "SQS")
    }

    assert {function for function, limit in limits.items() if not limit} == set()


def test_there_are_as_many_senders_as_the_rate_of_the_provider_asks_for(template: Template) -> None:
    """Of what SES takes in a second, each sends its part; Lambda has at least two."""
    (chosen,) = (
        source["ScalingConfig"]["MaximumConcurrency"] for name, source in sources(template, "SQS") if name == "SendMail"
    )
    wanted = {
        rate: {"Senders": max(2, math.ceil(int(rate) * SECONDS_A_MAIL))}
        for rate in template["Parameters"]["MailRate"]["AllowedValues"]
    }

    assert chosen == {"Fn::FindInMap": ["SendersByMailRate", {"Ref": "MailRate"}, "Senders"]}
    assert template["Mappings"]["SendersByMailRate"] == wanted


def test_the_senders_know_the_rate_that_their_number_follows_from(template: Template) -> None:
    variables = template["Resources"]["Tick"]["Properties"]["Environment"]["Variables"]

    assert variables.get("MAIL_RATE") == {"Ref": "MailRate"}


def test_a_queue_that_feeds_a_function_has_dead_letters(template: Template) -> None:
    assert {queue for _, queue, _ in fed(template)} - redriven(template).keys() == set()


def test_dead_letters_are_a_queue_of_the_template_after_five_tries(template: Template) -> None:
    policies = {name: one["RedrivePolicy"] for name, one in redriven(template).items()}

    wrong = {
        name
        for name, policy in policies.items()
        if referred(policy["deadLetterTargetArn"]) not in queues(template) or policy["maxReceiveCount"] != RECEIVES
    }

    assert wrong == set()


def test_dead_letters_are_kept_for_fourteen_days(template: Template) -> None:
    last = queues(template).keys() - redriven(template).keys()

    assert {name for name in last if queues(template)[name].get("MessageRetentionPeriod") != FOURTEEN_DAYS} == set()


def test_queues_are_encrypted(template: Template) -> None:
    assert {name for name, one in queues(template).items() if one.get("SqsManagedSseEnabled") is not True} == set()


# --- Schedules


def test_a_schedule_is_tried_again(template: Template) -> None:
    schedules = sources(template, "Schedule")

    assert schedules
    assert [function for function, source in schedules if "RetryPolicy" not in source] == []


def test_what_a_schedule_cannot_start_or_finish_is_a_dead_letter(template: Template) -> None:
    functions = of_type(template, "AWS::Serverless::Function")
    letters = {
        (function, referred(arn))
        for function, source in sources(template, "Schedule")
        for arn in (source.get("DeadLetterConfig", {}).get("Arn"), _failures(functions[function]))
    }

    assert {pair for pair in letters if pair[1] not in queues(template)} == set()


def _failures(function: Properties) -> Any:
    invoke = function.get("EventInvokeConfig", {})
    return invoke.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")


# --- Alarms


def test_every_queue_has_an_alarm_on_its_age_and_every_dead_letter_one(template: Template) -> None:
    watched = {
        (referred(dimension["Value"]), alarm["MetricName"])
        for alarm in alarms(template).values()
        for dimension in alarm.get("Dimensions", [])
    }
    wanted = {(name, AGE if name in redriven(template) else DEPTH) for name in queues(template)}

    assert wanted - watched == set()


def test_an_alarm_says_what_to_do_and_tells_somebody(template: Template) -> None:
    mute = {name for name, alarm in alarms(template).items() if not alarm.get("AlarmActions")}
    unclear = {name for name, alarm in alarms(template).items() if not alarm.get("AlarmDescription")}

    assert (mute, unclear) == (set(), set())


def test_the_share_of_failed_answers_is_watched_for_a_rush_and_for_a_trickle(template: Template) -> None:
    windows = {
        alarm["Period"] * alarm["EvaluationPeriods"]: alarm["Threshold"]
        for alarm in alarms(template).values()
        if alarm.get("MetricName") == "5XXError"
    }

    assert windows == {600: 0.0144, 21600: 0.006}
