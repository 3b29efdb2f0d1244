"""The address of a private calendar on the wire."""

from pydantic import Field

from chalicelib.api.http.request.schemas import Out


class FeedOut(Out):
    """Where calendars find one's own events. Whoever has the address sees them."""

    url: str = Field(description="For a calendar that asks for an address.")
    webcal_url: str = Field(description="The same as a link: it opens the calendar of the device.")
