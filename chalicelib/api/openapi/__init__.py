"""The OpenAPI document, made of the endpoints' declarations. Only the build imports this: requests get the file."""

from chalicelib.api.openapi.document import document

__all__ = ["document"]
