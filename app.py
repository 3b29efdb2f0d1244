"""The application as Chalice knows it: routes, middleware, event sources."""

import importlib
import os
from typing import Any

from chalice.app import Chalice, CloudWatchEvent, Rate, SQSEvent

from chalicelib import container
from chalicelib.api.http.endpoints import middleware, routing

app = Chalice(app_name="turnout", configure_logs=False)
middleware.install(app)
routing.register(app)

# On Lambda these functions run as chalicelib.workers.*.handle, which import neither this file nor Chalice: the merge
# template says so (docs/adr/0005). Declared here they drive the template, the local runner and the tests; a worker is
# imported with its first event, for the function that answers requests never needs one.


def _handle(worker: str, event: SQSEvent | CloudWatchEvent) -> Any:
    return importlib.import_module(f"chalicelib.workers.{worker}").handle(event.to_dict(), event.context)


@app.on_sqs_message(queue="turnout-mail", batch_size=10, name="send_mail")
def send_mail(event: SQSEvent) -> dict[str, Any]:
    answer: dict[str, Any] = _handle("mail", event)
    return answer


@app.on_sqs_message(queue="turnout-jobs", batch_size=1, name="run_job")
def run_job(event: SQSEvent) -> dict[str, Any]:
    answer: dict[str, Any] = _handle("jobs", event)
    return answer


@app.on_sqs_message(queue="turnout-feedback", batch_size=10, name="take_feedback")
def take_feedback(event: SQSEvent) -> dict[str, Any]:
    answer: dict[str, Any] = _handle("feedback", event)
    return answer


@app.schedule(Rate(1, unit=Rate.MINUTES), name="tick", description="Sweeps up what is due.")
def run_tick(event: CloudWatchEvent) -> dict[str, int]:
    pushed: dict[str, int] = _handle("tick", event)
    return pushed


if os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
    container.warm()
elif os.environ.get("AWS_CHALICE_CLI_MODE") == "true":
    try:
        import devtools.local
    except ModuleNotFoundError:
        pass  # packaged without the development helpers
    else:
        devtools.local.install(app)
