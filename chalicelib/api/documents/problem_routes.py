"""What an error code means, at the address that is the `type` of the problem (RFC 9457, 3.1.1)."""

import base64
import functools
import hashlib
import html
from pathlib import Path
from string import Template

from pydantic import Field

from chalicelib.api.http import problems
from chalicelib.api.http.call import Call, Reply
from chalicelib.api.http.policies import Cache
from chalicelib.api.http.resource import Resource
from chalicelib.api.http.schemas import Out
from chalicelib.domain.errors import PROBLEMS, InvalidRequestError, NotFoundError, Problem
from chalicelib.domain.errors.faults import FAULTS

resource = Resource("problems")

_TEMPLATE = Path(__file__).with_name("problem.html")


class FaultMeaningOut(Out):
    code: str
    meaning: str


class ProblemMeaningOut(Out):
    """What docs/errors.md says of a code."""

    type: str = Field(description="The address of this explanation: `type` of every such problem.")
    code: str
    status: int = Field(description="The HTTP status that it comes with.")
    title: str
    detail: str = Field(description="What is said where there is nothing more exact to say.")
    when: str = Field(description="When it is answered.")
    then: str = Field(description="What to do about it.")
    faults: list[FaultMeaningOut] | None = Field(
        description="invalid_request: what each `code` in `errors` means; null for every other problem."
    )


def _meaning(problem: Problem, base_url: str) -> ProblemMeaningOut:
    faults = [FaultMeaningOut(code=code, meaning=text) for code, text in FAULTS.items()]
    return ProblemMeaningOut(
        type=problems.type_of(problem.code, base_url),
        code=problem.code,
        status=int(problem.status),
        title=problem.title,
        detail=problem.detail,
        when=problem.when,
        then=problem.then,
        faults=faults if problem.code == InvalidRequestError.code else None,
    )


@functools.cache
def _page() -> tuple[Template, str]:
    """The page, and the policy that lets in its one style sheet only."""
    text = _TEMPLATE.read_text(encoding="utf-8")
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
    return Template(text), f"{policy}frame-ancestors 'none'"


def _marked(text: str) -> str:
    """A sentence of the declarations, with what stands between backticks as code."""
    parts = html.escape(text).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))


def _html(meaning: ProblemMeaningOut, product: str) -> str:
    rows = "".join(f"<tr><td><code>{fault.code}</code><td>{_marked(fault.meaning)}" for fault in meaning.faults or ())
    faults = f"<h2>Its faults</h2><table><tr><th>code<th>meaning{rows}</table>" if rows else ""
    words = {
        name: _marked(str(getattr(meaning, name))) for name in ("code", "status", "title", "detail", "when", "then")
    }
    return _page()[0].substitute(words, heading=html.escape(meaning.title), product=html.escape(product), faults=faults)


@resource.get(
    "/problems/{problem}",
    summary="What an error code means",
    returns=ProblemMeaningOut,
    produces=("application/json", "text/html"),
    cache=Cache.SHORT,
    raises=(NotFoundError,),
    description="Every problem has this address as its `type`. A page to a browser, JSON to everybody else.",
)
def show_problem(call: Call, problem: str) -> Reply:
    found = PROBLEMS.get(problem)
    if found is None:
        raise NotFoundError
    meaning = _meaning(found, call.base_url)
    if not call.shows_pages:
        return Reply(meaning, headers={"Vary": "Accept"})
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": _page()[1], "Vary": "Accept"}
    return Reply(_html(meaning, call.container.settings.product_name), headers=headers)
