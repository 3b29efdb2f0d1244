"""The OpenAPI document, made of the endpoints' declarations. Only the build imports this: a request is served the file."""

from chalicelib.api.openapi.document import document

__all__ = ["document"]
