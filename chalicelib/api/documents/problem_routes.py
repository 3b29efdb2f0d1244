"""What an error code means, at the address that is the `type` of the problem (RFC 9457, 3.1.1)."""

from pydantic import Field

from chalicelib.api.http.endpoints.policies import Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.schemas import Out
from chalicelib.api.http.response import pages, problems
from chalicelib.domain.errors import PROBLEMS, InvalidRequestError, NotFoundError, Problem
from chalicelib.domain.errors.faults import FAULTS
from chalicelib.mail.languages import language_of

resource = Resource("problems")


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
    page = pages.render("problem.html", {"problem": meaning}, language_of("en"))
    return Reply(
        page, headers={"Content-Type": pages.MEDIA, "Content-Security-Policy": pages.policy(), "Vary": "Accept"}
    )
