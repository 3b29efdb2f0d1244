"""Countries and the health check."""

from pydantic import Field

from chalicelib.api.http.endpoints.policies import Auth, Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.schemas import Out
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.reference import countries
from chalicelib.services.accounts.key_scopes import KeyUse

resource = Resource("reference")


class CountryOut(Out):
    code: str = Field(description="ISO 3166-1 alpha-2.")
    name: str
    timezone: str | None = Field(description="The IANA zone, where the whole country keeps one time.")


class CountriesOut(Out):
    count: int
    results: list[CountryOut]


class HealthOut(Out):
    status: str


def _country(country: countries.Country) -> CountryOut:
    return CountryOut(code=country.code, name=country.name, timezone=country.timezone)


@resource.get(
    "/countries",
    summary="All countries by name",
    returns=CountriesOut,
    auth=Auth.OPTIONAL,
    keys=KeyUse.LOOK,
    cache=Cache.SHORT,
    description="ISO 3166-1 in English, each with its time zone where the whole country keeps one.",
)
def list_countries(call: Call) -> Reply:  # noqa: ARG001 - every view takes the call
    found = [_country(country) for country in countries.all_countries()]
    return Reply(CountriesOut(count=len(found), results=found))


@resource.get(
    "/countries/{code}",
    summary="One country",
    returns=CountryOut,
    auth=Auth.OPTIONAL,
    keys=KeyUse.LOOK,
    cache=Cache.SHORT,
    raises=(NotFoundError,),
    description="Codes in any case; UK is read as GB.",
)
def show_country(call: Call, code: str) -> Reply:  # noqa: ARG001
    found = countries.find(code)
    if found is None:
        raise NotFoundError
    return Reply(_country(found))


@resource.get(
    "/health",
    summary="Whether the service answers and its storage too",
    auth=Auth.OPTIONAL,
    keys=KeyUse.LOOK,
    returns=HealthOut,
    description="503 busy when DynamoDB cannot be read.",
)
def check_health(call: Call) -> Reply:
    call.container.store.event_lists.published_by_month()
    return Reply(HealthOut(status="ok"))
