"""Each check of queues, schedules and alarms fails where something could be lost, and names it."""

import re

import pytest

from devtools.package.template import Template
from tests.infra.mistakes import Check, Mistakes, Spoil, cases, drop, found, put, unproven
from tests.infra.package import test_queues as checks

MAIL_SOURCE = ("SendMail", "Events", "SendMailSqsEventSource", "Properties")
TICK_SOURCE = ("Tick", "Events", "TickEvent", "Properties")


MISTAKES: Mistakes = {
    checks.test_failed_messages_are_reported_one_by_one: {
        "all or nothing": (put(*MAIL_SOURCE, "FunctionResponseTypes", value=[]), "SendMail"),
    },
    checks.test_a_queue_has_a_maximum_concurrency: {
        "no concurrency": (put(*MAIL_SOURCE, "ScalingConfig", value={}), "SendMail"),
    },
    checks.test_a_function_is_fed_by_a_queue_of_the_template: {
        "a foreign queue": (put(*MAIL_SOURCE, "Queue", value={"Fn::Sub": "arn:aws:sqs:a:b:c"}), "SendMail"),
        "two intrinsics": (
            put(*MAIL_SOURCE, "Queue", value={"Fn::Sub": "x", "Fn::GetAtt": ["MailQueue", "Arn"]}),
            "SendMail",
        ),
    },
    checks.test_there_are_as_many_senders_as_the_rate_of_the_provider_asks_for: {
        "five senders for every rate": (
            put(*MAIL_SOURCE, "ScalingConfig", value={"MaximumConcurrency": 5}),
            "FindInMap",
        ),
        "too few senders": (lambda template: template["Mappings"]["SendersByMailRate"]["500"].update(Senders=5), "75"),
    },
    checks.test_the_senders_know_the_rate_that_their_number_follows_from: {
        "another rate": (put("Tick", "Environment", "Variables", "MAIL_RATE", value="14"), "14"),
    },
    checks.test_a_queue_that_feeds_a_function_has_dead_letters: {
        "no dead letters": (drop("JobsQueue", "Properties", "RedrivePolicy"), "JobsQueue"),
    },
    checks.test_dead_letters_are_a_queue_of_the_template_after_five_tries: {
        "dead letters of others": (
            put("JobsQueue", "RedrivePolicy", "deadLetterTargetArn", value="arn:x"),
            "JobsQueue",
        ),
        "a lone retry": (put("MailQueue", "RedrivePolicy", "maxReceiveCount", value=1), "MailQueue"),
    },
    checks.test_a_message_is_hidden_for_six_time_outs_of_its_function: {
        "early redelivery": (put("JobsQueue", "VisibilityTimeout", value=300), "JobsQueue"),
    },
    checks.test_dead_letters_are_kept_for_fourteen_days: {
        "short retention": (put("MailDeadLetters", "MessageRetentionPeriod", value=60), "MailDeadLetters"),
    },
    checks.test_queues_are_encrypted: {
        "plain text": (put("MailQueue", "SqsManagedSseEnabled", value=False), "MailQueue"),
    },
    checks.test_every_queue_has_an_alarm_on_its_age_and_every_dead_letter_one: {
        "no alarm": (drop("JobsDeadLettersAlarm"), "JobsDeadLetters.*ApproximateNumberOfMessagesVisible"),
        "no age alarm": (drop("MailQueueAgeAlarm"), "MailQueue.*ApproximateAgeOfOldestMessage"),
    },
    checks.test_an_alarm_says_what_to_do_and_tells_somebody: {
        "a mute alarm": (drop("GatewayErrorsAlarm", "Properties", "AlarmActions"), "GatewayErrorsAlarm"),
        "an alarm that says nothing": (
            drop("GatewayErrorsAlarm", "Properties", "AlarmDescription"),
            "GatewayErrorsAlarm",
        ),
    },
    checks.test_the_share_of_failed_answers_is_watched_for_a_rush_and_for_a_trickle: {
        "nobody sees a rush of errors": (drop("GatewayErrorsAlarm"), "600"),
        "nobody sees a trickle": (drop("GatewaySlowBurnAlarm"), "21600"),
    },
    checks.test_what_a_schedule_cannot_start_or_finish_is_a_dead_letter: {
        "a schedule without letters": (put(*TICK_SOURCE, "DeadLetterConfig", value={}), "Tick"),
        "a failed run without letters": (drop("Tick", "Properties", "EventInvokeConfig"), "Tick"),
    },
    checks.test_a_schedule_is_tried_again: {
        "a schedule without retries": (drop("Tick", "Properties", *TICK_SOURCE[1:], "RetryPolicy"), "Tick"),
    },
}


@pytest.mark.parametrize(("check", "spoil", "named"), cases(MISTAKES))
def test_a_mistake_fails_its_check_and_is_named(template: Template, check: Check, spoil: Spoil, named: str) -> None:
    assert re.search(named, found(template, check, spoil), re.DOTALL)


def test_every_check_finds_a_mistake() -> None:
    assert unproven(checks, MISTAKES) == set()
