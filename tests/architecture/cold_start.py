"""What one cold request, mail or tick imports: run in a process of its own, on a simulated database that is handed in.

`python -m tests.architecture.cold_start` writes the committed list anew; the test beside it says what has changed.
"""

import base64
import json
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("cold_imports.json")
KEY_RING = "test1:q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
ENVIRONMENT = {"KEY_RING": KEY_RING, "LIMITS": "generous", "PUBLIC_URL": "https://api.test", "LOG_LEVEL": "ERROR"}
OPERATIONS = ("GET /events", "an enrolment", "a mail", "a tick")
# Runs with nothing but the project on its path; `call` says which handler gets which event.
_CHILD = """
import sys, json
sys.path[:0] = [{project!r}]
given = json.load(sys.stdin)
from pynamodb.connection.base import Connection
from devtools.simdb.client import SimClient
from devtools.simdb.database import SimDB
db = SimDB()
for table in given["tables"]:
    db.call("CreateTable", table)
for name, items in given["items"].items():
    db.load(name, items)
connection = Connection(region="us-east-1", max_retry_attempts=0)
connection._client = SimClient(db)
class Mailer:
    def send(self, message):
        return "message-1"
from datetime import datetime, UTC
from chalicelib import container
from chalicelib.settings import Settings
now = datetime.fromisoformat(given["now"])
settings = Settings.from_env(given["environment"])
container.use(container.Container(settings, clock=lambda: now, connection=connection, mailer=Mailer()))
module, _, function = given["handler"].rpartition(".")
import importlib
answer = getattr(importlib.import_module(module), function)(given["event"], None)
assert given["expected"] in json.dumps(answer), answer
loaded = {{name: getattr(module, "__file__", None) or "" for name, module in list(sys.modules.items())}}
print(json.dumps(loaded))
"""


def call(operation: str) -> dict[str, Any]:
    """The handler and its event, on a database in which this can happen."""
    from tests.support.tables import create_table_requests
    from tests.support.world import World

    with World() as world:
        ada, eve = world.signed_up("ada@example.org"), world.signed_up("eve@example.org")
        event = world.an_event(ada)
        world.work()
        given: dict[str, Any] = {"expected": ""}
        if operation == "GET /events":
            given |= {"handler": "app.app", "event": _http("GET", "/events", {}), "expected": event["id"]}
        elif operation == "an enrolment":
            path = {"event_id": event["id"]}
            given |= {"handler": "app.app", "event": _http("POST", "/events/{event_id}/enrollments", path, eve)}
            given["expected"] = "confirmed"
        elif operation == "a mail":
            world.post(f"/events/{event['id']}/enrollments", {}, eve)
            [entry] = [entry for entry in world.queue.waiting if entry.kind.is_mail]
            body = json.dumps({"bucket": entry.key.bucket, "place": entry.key.place})
            record = {"messageId": "m", "body": body}
            given |= {"handler": "chalicelib.workers.mail.handle", "event": {"Records": [record]}}
            given["expected"] = '"batchItemFailures": []'
        else:
            given |= {"handler": "chalicelib.workers.tick.handle", "event": {}, "expected": "{}"}
        items = {name: world.db.snapshot_all(name) for name in world.db.tables}
        return {
            **given,
            "now": world.clock().isoformat(),
            "environment": ENVIRONMENT,
            "tables": create_table_requests(),
            "items": items,
        }


def _http(method: str, resource: str, path: dict[str, str], token: str = "") -> dict[str, Any]:
    return {
        "resource": resource,
        "path": resource.format(**path),
        "httpMethod": method,
        "headers": {"Host": "testserver", **({"Authorization": f"Bearer {token}"} if token else {})},
        "multiValueQueryStringParameters": None,
        "pathParameters": path or None,
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": None,
        "requestContext": {"httpMethod": method, "resourcePath": resource, "path": resource, "requestId": "cold"},
    }


def imported(operation: str) -> dict[str, list[str]]:
    """Our own modules, and the libraries, that the process had loaded when it had answered."""
    program = _CHILD.format(project=str(PROJECT))
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(call(operation), default=lambda raw: {"bytes": base64.b64encode(raw).decode()}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    loaded: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    libraries = {name.split(".")[0] for name, file in loaded.items() if file.startswith(sysconfig.get_path("purelib"))}
    return {
        "ours": sorted(name for name in loaded if name.split(".")[0] in {"app", "chalicelib"}),
        "libraries": sorted(name for name in libraries if not name.startswith("_")),
    }


if __name__ == "__main__":
    LIST.write_text(json.dumps({one: imported(one) for one in OPERATIONS}, indent=1) + "\n", encoding="utf-8")
