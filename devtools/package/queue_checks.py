"""Queues, event sources and alarms of the template: nothing is lost silently, one bad message holds up no other."""

from typing import Any

from devtools.package.template import Template, of_type, referred

FOURTEEN_DAYS = 14 * 24 * 3600
RECEIVES = 5
REPORTED = {"bounce", "complaint", "delivery"}
FEEDBACK = "FeedbackQueue"
_DESTINATION = "AWS::SES::ConfigurationSetEventDestination"
_DEPTH = "ApproximateNumberOfMessagesVisible"
_AGE = "ApproximateAgeOfOldestMessage"


def complaints(template: Template) -> list[str]:
    """Everything wrong with how messages arrive, fail and are noticed, one sentence each."""
    found = []
    for function, properties in of_type(template, "AWS::Serverless::Function").items():
        for event in properties.get("Events", {}).values():
            check = _sqs_complaints if event["Type"] == "SQS" else _schedule_complaints
            found += check(template, function, event["Properties"])
    for queue, properties in of_type(template, "AWS::SQS::Queue").items():
        found += _queue_complaints(template, queue, properties)
    return [*found, *_alarm_complaints(template), *_policy_complaints(template), *_report_complaints(template)]


def _sqs_complaints(template: Template, function: str, source: dict[str, Any]) -> list[str]:
    found = []
    queues = of_type(template, "AWS::SQS::Queue")
    queue = referred(source.get("Queue"))
    if queue not in queues:
        return [f"{function} is not fed by one queue of this template."]
    timeout = template["Resources"][function]["Properties"]["Timeout"]
    if queues[queue]["VisibilityTimeout"] < 6 * timeout:
        found.append(f"{queue} shows a message again before six time-outs of {function} have passed.")
    if source.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
        found.append(f"{function} does not report failed messages one by one.")
    if not source.get("ScalingConfig", {}).get("MaximumConcurrency"):
        found.append(f"{function} has no maximum concurrency.")
    if "RedrivePolicy" not in queues[queue]:
        found.append(f"{queue} has no dead letters.")
    return found


def _schedule_complaints(template: Template, function: str, source: dict[str, Any]) -> list[str]:
    found = []
    if "RetryPolicy" not in source:
        found.append(f"The schedule of {function} has no retry policy.")
    invoke = template["Resources"][function]["Properties"].get("EventInvokeConfig", {})
    letters = source.get("DeadLetterConfig", {}).get("Arn"), _failures(invoke)
    if any(referred(one) not in of_type(template, "AWS::SQS::Queue") for one in letters):
        found.append(f"The schedule of {function} has no dead letters.")
    return found


def _failures(invoke: dict[str, Any]) -> Any:
    return invoke.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")


def _queue_complaints(template: Template, queue: str, properties: dict[str, Any]) -> list[str]:
    found = []
    if properties.get("SqsManagedSseEnabled") is not True:
        found.append(f"{queue} is not encrypted.")
    redrive = properties.get("RedrivePolicy")
    metric = _AGE if redrive else _DEPTH
    if queue not in _alarmed(template, metric):
        found.append(f"{queue} has no alarm on {metric}.")
    if redrive is None:
        if properties.get("MessageRetentionPeriod") != FOURTEEN_DAYS:
            found.append(f"{queue} keeps dead letters for less than 14 days.")
        return found
    if referred(redrive["deadLetterTargetArn"]) not in of_type(template, "AWS::SQS::Queue"):
        found.append(f"The dead letters of {queue} are not a queue of this template.")
    if redrive["maxReceiveCount"] != RECEIVES:
        found.append(f"{queue} must try a message {RECEIVES} times.")
    return found


def _alarmed(template: Template, metric: str) -> set[str]:
    alarms = of_type(template, "AWS::CloudWatch::Alarm").values()
    return {
        referred(dimension["Value"])
        for alarm in alarms
        if alarm["MetricName"] == metric
        for dimension in alarm["Dimensions"]
    }


def _alarm_complaints(template: Template) -> list[str]:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    found = [f"{name} does not say what to do." for name, alarm in alarms.items() if not alarm.get("AlarmDescription")]
    found += [f"{name} tells nobody." for name, alarm in alarms.items() if not alarm.get("AlarmActions")]
    if "5XXError" not in {alarm["MetricName"] for alarm in alarms.values()}:
        found.append("Nothing watches the share of 5xx answers.")
    return found


def _policy_complaints(template: Template) -> list[str]:
    """Whoever may put a message where our functions believe it is named by its ARN, not only by its service."""
    found = []
    for kind in ("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"):
        for name, properties in of_type(template, kind).items():
            for statement in properties["PolicyDocument"]["Statement"]:
                conditions = [keys for keys in statement.get("Condition", {}).values() if "aws:SourceArn" in keys]
                if not conditions or not isinstance(statement.get("Principal"), dict):
                    found.append(f"{name} lets others than one named source send.")
    return found


def _report_complaints(template: Template) -> list[str]:
    """What SES reports has one way: configuration set, topic, queue with dead letters, function."""
    found = []
    destinations = [one["EventDestination"] for one in of_type(template, _DESTINATION).values()]
    reported = {kind for one in destinations if one.get("Enabled") for kind in one["MatchingEventTypes"]}
    found += [f"SES reports no {kind}." for kind in sorted(REPORTED - reported)]
    topics = {referred(one.get("SnsDestination", {}).get("TopicARN")) for one in destinations}
    queues = set()
    for name, properties in of_type(template, "AWS::SNS::Subscription").items():
        if referred(properties["TopicArn"]) in topics:
            queues.add(referred(properties["Endpoint"]))
        if "RedrivePolicy" not in properties:
            found.append(f"{name} loses what its queue refuses.")
    if queues != {FEEDBACK}:
        found.append(f"What SES reports does not arrive in {FEEDBACK}.")
    opened = {referred(queue) for one in of_type(template, "AWS::SQS::QueuePolicy").values() for queue in one["Queues"]}
    if FEEDBACK not in opened:
        found.append(f"Nobody may put a message into {FEEDBACK}.")
    return found
