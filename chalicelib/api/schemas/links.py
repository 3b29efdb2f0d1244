"""What the page of a mailed link sends."""

from pydantic import Field

from chalicelib.api.schemas.common import Body
from chalicelib.services.by_link import LinkAction


class LinkActionIn(Body):
    action: LinkAction = Field(description="What to do; the page offers what is possible now.")
