"""The main story as requests that carry on what they were answered: from a sign-up to a cancelled event.

Each names an operation, so its method and path are those of the document, and the status that it must have.
"""

from dataclasses import dataclass, field
from typing import Any

from devtools.clients import ClientError
from devtools.clients.postman.requests import Json, Requests, raw, script

_PASSWORD = "correct horse battery staple 7"  # noqa: S105  of people who are made up for one run
_PATIENCE = 300  # looks, of a fifth of a second each
_START = (
    "const run = Math.random().toString(36).slice(2, 10);",
    "pm.collectionVariables.set('story_title', `Pottery ${run}`);",
    "pm.collectionVariables.set('story_starts_at', new Date(Date.now() + 30 * 86400000).toISOString());",
    "for (const name of ['olga', 'paul']) pm.collectionVariables.set(`${name}_email`, `${name}.${run}@example.org`);",
)
_EVENT = {"event_id": "{{story_event_id}}"}
_MINE = {"enrollment_id": "{{story_enrollment_id}}"}
_NEW = {"title": "{{story_title}}", "starts_at": "{{story_starts_at}}", "capacity": 1}
_code = "answer.code === '{}'".format
_state = "answer.status === '{}'".format


@dataclass(frozen=True, slots=True)
class Step:
    """One request; `keep` names a variable and the JavaScript that finds it in `answer`, `holds` what must be true."""

    name: str
    operation: str
    status: int
    who: str = ""
    body: Any = None
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    keep: dict[str, str] = field(default_factory=dict)
    holds: str = ""
    until: str = ""
    before: tuple[str, ...] = ()


def _signed_up(name: str, before: tuple[str, ...] = ()) -> list[Step]:
    person = name.lower()
    email, otp = f"{{{{{person}_email}}}}", f"{{{{{person}_code}}}}"
    who = {"email": email, "password": _PASSWORD}
    proof = {"email": email, "otp": otp, "signup_id": "{{story_signup_id}}"}
    return [
        Step(
            f"{name} signs up",
            "sign_up",
            201,
            body={**who, "first_name": name},
            keep={"story_signup_id": "answer.signup_id"},
            before=before,
        ),
        Step(
            f"{name}'s code comes by mail", "", 200, query={"to": email}, keep={f"{person}_code": "code"}, until="code"
        ),
        Step(f"{name} proves the address", "verify_email", 200, body=proof),
        Step(f"{name} logs in", "log_in", 200, body=who, keep={f"{person}_token": "answer.access"}),
    ]


def _accounts() -> list[Step]:
    return [
        Step(
            "Nobody cannot log in",
            "log_in",
            401,
            body={"username": "nobody", "password": "x"},
            holds=_code("credentials_wrong"),
            before=_START,
        ),
        *_signed_up("Olga"),
        *_signed_up("Paul"),
        Step("Paul sees the account", "show_me", 200, "paul", holds="answer.first_name === 'Paul'"),
    ]


def _enrolling() -> list[Step]:
    return [
        Step(
            "Olga creates an event with one seat",
            "create_event",
            201,
            "olga",
            body=_NEW,
            keep={"story_event_id": "answer.id"},
            holds=_state("published"),
        ),
        Step(
            "Paul enrols",
            "enrol_in_event",
            201,
            "paul",
            {},
            _EVENT,
            keep={"story_enrollment_id": "answer.id"},
            holds=_state("confirmed"),
        ),
        Step("Nobody enrols twice", "enrol_in_event", 409, "paul", {}, _EVENT, holds=_code("already_enrolled")),
        Step("There is one seat", "enrol_in_event", 409, "olga", {}, _EVENT, holds=_code("event_full")),
        Step("A code is explained", "show_problem", 200, path={"problem": "event_full"}, holds="answer.status === 409"),
        Step("Everybody sees the event", "show_event", 200, path=_EVENT, holds="answer.is_full === true"),
        Step("Paul has a ticket", "show_ticket", 200, "paul", path=_MINE),
        Step("Paul cancels", "cancel_enrollment", 200, "paul", {}, _MINE, holds=_state("cancelled")),
        Step("Paul enrols again", "enrol_in_event", 201, "paul", {"party_size": 1}, _EVENT, holds=_state("confirmed")),
    ]


def _cancelling() -> list[Step]:
    return [
        Step(
            "Cancelling asks first",
            "cancel_event",
            409,
            "olga",
            path=_EVENT,
            keep={"story_confirm": "answer.confirm"},
            holds="answer.preview.people === 1",
        ),
        Step(
            "Olga cancels the event",
            "cancel_event",
            200,
            "olga",
            path=_EVENT,
            query={"confirm": "{{story_confirm}}"},
            holds=_state("cancelled"),
        ),
        Step(
            "Paul's enrollment ends with it",
            "list_my_enrollments",
            200,
            "paul",
            until="answer.results[0].status === 'cancelled'",
        ),
    ]


def folder(requests: Requests) -> Json:
    """Raises `ClientError` where the document has not what the story needs."""
    return {
        "name": "Main story",
        "description": "Run it as a folder, against `make run`: each request needs what those before it have kept.",
        "item": [_item(requests, step) for step in (*_accounts(), *_enrolling(), *_cancelling())],
    }


def _item(requests: Requests, step: Step) -> Json:
    events = [{"listen": "test", "script": script(_tests(step))}]
    before = list(step.before)
    if step.until:
        before.append("if (pm.collectionVariables.get('story_looks')) setTimeout(() => {}, 200);")
    if before:
        events.append({"listen": "prerequest", "script": script(before)})
    return {"name": step.name, "event": events, "request": _request(requests, step), "response": []}


def _request(requests: Requests, step: Step) -> Json:
    if not step.operation:
        asked = [{"key": key, "value": value} for key, value in step.query.items()]
        url = {"raw": "{{mailbox_url}}/api/messages", "host": ["{{mailbox_url}}"], "path": ["api", "messages"]}
        return {"method": "GET", "header": [], "auth": {"type": "noauth"}, "url": {**url, "query": asked}}
    if step.operation not in requests.by_id:
        raise ClientError(f"The document has no operation {step.operation}, which the story needs.")
    if str(step.status) not in requests.by_id[step.operation][2]["responses"]:
        raise ClientError(f"{step.operation} does not answer {step.status}, which the story expects.")
    made = requests.request(step.operation)
    made["header"] = [one for one in made["header"] if not one.get("disabled")]
    made["url"]["query"] = [{"key": key, "value": value} for key, value in step.query.items()]
    for one in made["url"]["variable"]:
        one["value"] = step.path[one["key"]]
    made["auth"] = _auth(step.who)
    made.pop("description")
    if step.body is None:
        made.pop("body", None)
        made["header"] = []
    else:
        made["body"] = raw(step.body)
    if step.operation == "show_problem":
        made["header"].append({"key": "Accept", "value": "application/json"})
    return made


def _auth(who: str) -> Json:
    if not who:
        return {"type": "noauth"}
    return {"type": "bearer", "bearer": [{"key": "token", "value": f"{{{{{who}_token}}}}", "type": "string"}]}


def _tests(step: Step) -> list[str]:
    lines = [f"pm.test('answers {step.status}', () => pm.response.to.have.status({step.status}));"]
    if step.keep or step.holds or step.until:
        lines.append("const answer = pm.response.json();")
    if not step.operation:
        lines.append(r"const code = answer.map((mail) => (/\b\d{6}\b/.exec(mail.text) || [])[0]).find(Boolean);")
    kept = [f"pm.collectionVariables.set('{name}', {found});" for name, found in step.keep.items()]
    if step.holds:
        lines.append(f"pm.test({_quoted(step.holds)}, () => pm.expect({step.holds}).to.be.true);")
    if not step.until:
        return lines + kept
    return [
        *lines,
        "const looks = Number(pm.collectionVariables.get('story_looks') || 0);",
        f"const there = Boolean({step.until});",
        f"if (!there && looks < {_PATIENCE}) {{",
        "  pm.collectionVariables.set('story_looks', looks + 1);",
        "  pm.execution.setNextRequest(pm.info.requestName);",
        "} else {",
        "  pm.collectionVariables.unset('story_looks');",
        f"  pm.test({_quoted(step.until)}, () => pm.expect(there).to.be.true);",
        *(f"  {line}" for line in kept),
        "}",
    ]


def _quoted(text: str) -> str:
    return f'"{text}"'
