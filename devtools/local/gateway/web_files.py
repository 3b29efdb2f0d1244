"""Serves the files of `web` at `/app/` beside the API, as CloudFront does for a deployed stage."""

from http import HTTPStatus
from pathlib import Path

from devtools.local.gateway.gateway import Answer, Request, problem
from devtools.local.gateway.http_server import Application
from devtools.web import files

_ROOT = files.PREFIX.removesuffix("/")
# The API has the same origin here.
_CONFIG = files.WebFile(files.CONFIG, b'{"api": ""}\n')


class WithWeb:
    """An application with the files of `web` in front of it; all other paths are the application's."""

    def __init__(self, application: Application, folder: Path = files.FOLDER) -> None:
        self._application = application
        self._folder = folder

    def answer(self, request: Request) -> Answer:
        if not _is_ours(request.path):
            return self._application.answer(request)
        if request.method not in {"GET", "HEAD"}:
            refusal = problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "Files are read only.", request.id)
            return Answer(refusal.status, [*refusal.headers, ("Allow", "GET, HEAD")], refusal.body)
        if request.path == _ROOT:
            return Answer(HTTPStatus.PERMANENT_REDIRECT, [("Location", files.PREFIX)])
        path = request.path.removeprefix(files.PREFIX)
        found = _CONFIG if path == files.CONFIG else files.read(path, self._folder)
        if found is None:
            return problem(HTTPStatus.NOT_FOUND, "not_found", "There is no such file.", request.id)
        return _answer(request, found)

    def too_large(self, request: Request) -> Answer:
        return self._application.too_large(request)

    def shown_path(self, request: Request) -> str:
        if _is_ours(request.path) and request.path.removeprefix(files.PREFIX) in files.names(self._folder):
            return request.path
        return self._application.shown_path(request)


def _is_ours(path: str) -> bool:
    return path == _ROOT or path.startswith(files.PREFIX)


def _answer(request: Request, found: files.WebFile) -> Answer:
    headers = [
        *files.HEADERS.items(),
        ("Content-Security-Policy", files.POLICY.format(api="")),
        ("Cache-Control", found.cache),
        ("ETag", found.etag),
    ]
    known = ",".join(value for name, value in request.headers if name.lower() == "if-none-match")
    if found.etag in [one.strip().removeprefix("W/") for one in known.split(",")]:
        return Answer(HTTPStatus.NOT_MODIFIED, headers)
    return Answer(HTTPStatus.OK, [*headers, ("Content-Type", found.media)], found.content)
