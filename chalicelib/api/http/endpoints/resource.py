"""The endpoints of one resource, declared on their views."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.api.http.endpoints.endpoint import Endpoint, View


@dataclass(slots=True)
class Resource:
    """The endpoints of one resource; `routing.register` gives them to Chalice."""

    tag: str
    endpoints: list[Endpoint] = field(default_factory=list)
    _by_name: dict[str, Endpoint] = field(default_factory=dict)

    def _declare(self, method: str, path: str, declared: dict[str, Any]) -> Callable[[View], View]:
        def remember(view: View) -> View:
            endpoint = Endpoint(method=method, path=path, name=view.__name__, tag=self.tag, view=view, **declared)
            self.endpoints.append(endpoint)
            return view

        return remember

    def get(self, path: str, **declared: Any) -> Callable[[View], View]:
        return self._declare("GET", path, declared)

    def post(self, path: str, **declared: Any) -> Callable[[View], View]:
        return self._declare("POST", path, declared)

    def put(self, path: str, **declared: Any) -> Callable[[View], View]:
        return self._declare("PUT", path, declared)

    def patch(self, path: str, **declared: Any) -> Callable[[View], View]:
        return self._declare("PATCH", path, declared)

    def delete(self, path: str, **declared: Any) -> Callable[[View], View]:
        return self._declare("DELETE", path, declared)

    def endpoint(self, name: str) -> Endpoint:
        """The one with this name; raises `KeyError`."""
        if len(self._by_name) != len(self.endpoints):
            self._by_name = {endpoint.name: endpoint for endpoint in self.endpoints}
        return self._by_name[name]
