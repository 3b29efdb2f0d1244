"""Whether an answer is one that the OpenAPI document promises."""

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs

from tests.support.http import Answer

TOO_MANY = 429  # the gateway has no place for all of its headers; what we refuse ourselves has them
DOCUMENT = Path(__file__).resolve().parents[3] / "chalicelib" / "api" / "documents" / "openapi.json"


@functools.cache
def document() -> dict[str, Any]:
    """The committed document."""
    loaded: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return loaded


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """The node, or what it refers to."""
    while "$ref" in node and len(node) == 1:
        found: Any = document()
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def errors_of(schema: dict[str, Any], value: Any) -> list[str]:
    """What a JSON Schema of the document has against a value."""
    return [str(error) for error in _validator(json.dumps(schema)).iter_errors(value)]


@functools.lru_cache(maxsize=500)
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    whole = {**json.loads(schema), "components": {"schemas": document()["components"]["schemas"]}}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every documented path with each verb and its operation."""
    for path, verbs in document()["paths"].items():
        for verb, one in verbs.items():
            yield path, verb, one


@functools.cache
def _patterns() -> dict[int, dict[str, re.Pattern[str]]]:
    """By the number of slashes: every answer of every test is looked up here."""
    found: dict[int, dict[str, re.Pattern[str]]] = {}
    for path in document()["paths"]:
        pattern = re.compile(re.sub(r"{\w+}", "[^/]+", path.replace(".", r"\.")))
        found.setdefault(path.count("/"), {})[path] = pattern
    return found


def operation(method: str, url: str) -> tuple[str, dict[str, Any] | None]:
    """The documented path that the URL belongs to (literal parts win), and the operation if there is one."""
    wanted = urlsplit(url).path.rstrip("/") or "/"
    fitting = [path for path, pattern in _patterns().get(wanted.count("/"), {}).items() if pattern.fullmatch(wanted)]
    assert fitting, f"{wanted} is not in the document"
    path = min(fitting, key=lambda one: one.count("{"))
    return path, document()["paths"][path].get(method.lower())


def complaint(method: str, url: str, answer: Answer) -> str | None:
    """What the document has against this answer, in one sentence, or None."""
    path, declared = operation("GET" if method == "HEAD" else method, url)
    about = f"{method} {path} answered {answer.status}"
    if declared is None:
        return None if answer.status in {204, 405} else f"{about}, though the verb is not documented."
    if str(answer.status) not in declared["responses"]:
        return f"{about} ({answer.code}), which is not documented."
    response = resolved(declared["responses"][str(answer.status)])
    wrong = _header_errors(response, answer) + ([] if method == "HEAD" else _body_errors(response, answer))
    return f"{about} against the document: {'; '.join(wrong)}." if wrong else None


def _header_errors(response: dict[str, Any], answer: Answer) -> list[str]:
    found = []
    for name, reference in response.get("headers", {}).items():
        header = resolved(reference)
        if name in answer.headers:
            found += [f"{name}: {error}" for error in errors_of(header["schema"], answer.headers[name])]
        elif header.get("required") or answer.status == TOO_MANY:
            found.append(f"header {name} is missing")
    return found


def _body_errors(response: dict[str, Any], answer: Answer) -> list[str]:
    if "content" not in response:
        return ["a body where none is documented"] if answer.text else []
    media = answer.headers.get("Content-Type", "").partition(";")[0]
    if media not in response["content"]:
        return [f"media type {media!r}"]
    value = answer.json if media.endswith("json") else answer.text
    return errors_of(response["content"][media]["schema"], value) + _code_errors(response, answer)


def _code_errors(response: dict[str, Any], answer: Answer) -> list[str]:
    """A problem is one of those that stand at its status."""
    if "x-codes" not in response or not answer.headers.get("Content-Type", "").startswith("application/problem"):
        return []
    found = [] if answer.code in response["x-codes"] else [f"code {answer.code} is not documented there"]
    return found if answer.json["status"] == answer.status else [*found, "status in the body is another one"]
