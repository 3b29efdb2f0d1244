"""The functions of the template: handlers that exist, resources, environment and logs."""

import ast
from pathlib import Path
from typing import Any

from chalicelib.domain.queues import Carries, QueueName
from devtools.package.template import Template, of_type, referred

# Seconds; the gateway waits 29 for the API.
TIMEOUTS = {"APIHandler": 20, "SendMail": 30, "RunJob": 60, "TakeFeedback": 30, "Tick": 50}
WORKERS = {
    "SendMail": "chalicelib.workers.mail.handle",
    "RunJob": "chalicelib.workers.jobs.handle",
    "TakeFeedback": "chalicelib.workers.feedback.handle",
    "Tick": "chalicelib.workers.tick.handle",
}
RETENTION_DAYS = 30


def handlers(template: Template) -> list[str]:
    """The dotted name of every function's handler."""
    return [properties["Handler"] for properties in of_type(template, "AWS::Serverless::Function").values()]


def complaints(template: Template, project: Path, settings: set[str]) -> list[str]:
    """Everything wrong with the functions, one sentence each; `settings` are the variables that the service reads."""
    functions = of_type(template, "AWS::Serverless::Function")
    found = []
    if functions.keys() != TIMEOUTS.keys():
        found.append(f"The functions are {sorted(functions)}, expected {sorted(TIMEOUTS)}.")
    for name in sorted(functions.keys() & TIMEOUTS.keys()):
        found += _function_complaints(name, functions[name], settings)
        found += _log_complaints(template, name, functions[name])
        found += _handler_complaints(name, functions[name]["Handler"], project)
    return found


def _function_complaints(name: str, properties: dict[str, Any], settings: set[str]) -> list[str]:
    found = []
    if properties.get("Timeout") != TIMEOUTS[name]:
        found.append(f"{name} must have a time-out of {TIMEOUTS[name]} s.")
    if (properties.get("MemorySize"), properties.get("Architectures")) != (1024, ["arm64"]):
        found.append(f"{name} must have 1024 MB on arm64.")
    variables = properties.get("Environment", {}).get("Variables", {})
    found += [f"{name} gets {key}, which is no setting." for key in sorted(variables.keys() - settings)]
    required = {"TABLE_PREFIX", "KEY_RING_PARAMETER", "MAIL_FROM", "LIMITS", "MAIL_CONFIGURATION_SET"}
    required |= {queue.dead_variable for queue in QueueName}
    required |= {queue.variable for queue in QueueName if queue.carries is not Carries.REPORT}
    found += [f"{name} does not get {key}." for key in sorted(required - variables.keys())]
    if "KEY_RING" in variables or any(key.startswith("AWS_") for key in variables):
        found.append(f"{name} gets a secret or an emulator's address in its environment.")
    return found


def _log_complaints(template: Template, name: str, properties: dict[str, Any]) -> list[str]:
    groups = of_type(template, "AWS::Logs::LogGroup")
    group = groups.get(referred(properties.get("LoggingConfig", {}).get("LogGroup")))
    if group is None:
        return [f"{name} does not log to a group of this template."]
    found = []
    if group.get("RetentionInDays") != RETENTION_DAYS:
        found.append(f"The log of {name} is not kept for {RETENTION_DAYS} days.")
    if "${TablePrefix}" not in group["LogGroupName"].get("Fn::Sub", ""):
        found.append(f"The log group of {name} must have a name that needs no function.")
    return found


def _handler_complaints(name: str, handler: str, project: Path) -> list[str]:
    expected = WORKERS.get(name, "app.app")
    if handler != expected:
        return [f"{name} runs {handler}, expected {expected}."]
    if name not in WORKERS:
        return []
    module, _, function = handler.rpartition(".")
    source = (project / module.replace(".", "/")).with_suffix(".py")
    if not source.is_file():
        return [f"{name} runs {handler}, but there is no {source.relative_to(project)}."]
    for node in ast.parse(source.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == function and not node.decorator_list:
            return (
                []
                if [one.arg for one in node.args.args] == ["event", "context"]
                else [f"{handler} must take (event, context)."]
            )
    return [f"{handler} is not a plain function of its module."]
