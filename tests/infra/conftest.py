"""A small application with our event sources, rendered once; every test gets a copy that it may spoil."""

import copy
import json
from pathlib import Path

import pytest
from chalice.app import Chalice

from devtools.package.build import MERGED
from devtools.package.render import render
from devtools.package.template import Template

PROJECT = Path(__file__).resolve().parents[2]
WORKER = '"""A worker."""\n\n\ndef handle(event: object, context: object) -> dict[str, list[str]]:\n    return {}\n'


def _sample_app() -> Chalice:
    app = Chalice(app_name="turnout", configure_logs=False)
    app.route("/", methods=["GET"])(dict)
    app.route("/events", methods=["GET", "POST"])(dict)
    app.route("/events/upcoming", methods=["GET"])(dict)
    app.route("/events/{event_id}", methods=["GET", "DELETE"])(lambda event_id: {"id": event_id})
    app.on_sqs_message(queue="turnout-mail", batch_size=10, name="send_mail")(lambda event: event)
    app.on_sqs_message(queue="turnout-jobs", batch_size=1, name="run_job")(lambda event: event)
    app.on_sqs_message(queue="turnout-feedback", batch_size=10, name="take_feedback")(lambda event: event)
    app.schedule("rate(1 minute)", name="tick")(lambda event: event)
    return app


@pytest.fixture(scope="session")
def sample_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder with our configuration and trivial workers."""
    project = tmp_path_factory.mktemp("project")
    for relative in (MERGED, Path(".chalice/config.json"), Path(".chalice/policy-none.json")):
        (project / relative).parent.mkdir(exist_ok=True)
        (project / relative).write_bytes((PROJECT / relative).read_bytes())
    for name in ("mail", "jobs", "feedback", "tick"):
        module = project / "chalicelib" / "workers" / f"{name}.py"
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text(WORKER, encoding="utf-8")
    return project


@pytest.fixture(scope="session")
def _rendered(sample_project: Path) -> str:
    return json.dumps(render(_sample_app(), sample_project))


@pytest.fixture
def template(_rendered: str) -> Template:
    """What would be packaged for the sample application."""
    loaded: Template = json.loads(_rendered)
    return copy.deepcopy(loaded)
