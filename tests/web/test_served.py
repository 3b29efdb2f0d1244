"""The local server gives the files of `web` out beside the API, as CloudFront does."""

from pathlib import Path

import pytest

from devtools.local.gateway.gateway import Answer, Request
from devtools.local.gateway.web_files import WithWeb
from devtools.web.files import POLICY


class Api:
    """Stands behind the files and says so."""

    def answer(self, request: Request) -> Answer:
        return Answer(418, [("X-Path", request.path)])

    def too_large(self, request: Request) -> Answer:
        return Answer(413, [])

    def shown_path(self, request: Request) -> str:
        return "shown by the API"


@pytest.fixture
def web(tmp_path: Path) -> WithWeb:
    for name, text in {"index.html": "<!doctype html>", "shared/ui.js": "export {};", "vendor/a-1.js": "1;"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "types.d.ts").write_text("", encoding="utf-8")
    return WithWeb(Api(), tmp_path)


def asked(web: WithWeb, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    given = [(name.replace("_", "-"), value) for name, value in headers.items()]
    answer = web.answer(Request(method, path, given, b"", "127.0.0.1"))
    return answer.status, dict(answer.headers), answer.body


def test_the_page_has_its_policy_and_is_asked_for_again(web: WithWeb) -> None:
    status, headers, body = asked(web, "/app/")

    assert (status, body) == (200, b"<!doctype html>")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Security-Policy"] == POLICY.format(api="")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-cache"
    again, same, nothing = asked(web, "/app/", If_None_Match=f'"other", W/{headers["ETag"]}')
    assert (again, same["ETag"], nothing) == (304, headers["ETag"], b"")


def test_a_vendored_script_is_kept_for_a_year(web: WithWeb) -> None:
    status, headers, _ = asked(web, "/app/vendor/a-1.js?x=1")
    assert (status, headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert "immutable" in headers["Cache-Control"]


def test_the_app_is_told_that_the_api_is_here(web: WithWeb) -> None:
    status, _, body = asked(web, "/app/config.json")
    assert (status, body) == (200, b'{"api": ""}\n')


def test_the_address_without_its_slash_leads_to_the_page(web: WithWeb) -> None:
    status, headers, _ = asked(web, "/app")
    assert (status, headers["Location"]) == (308, "/app/")


@pytest.mark.parametrize(
    "path", ["/app/none.js", "/app/types.d.ts", "/app/../index.html", "/app/shared/", "/app//index.html"]
)
def test_what_is_no_file_of_it_is_a_problem(web: WithWeb, path: str) -> None:
    status, headers, _ = asked(web, path)
    assert (status, headers["Content-Type"]) == (404, "application/problem+json")


def test_files_are_only_read(web: WithWeb) -> None:
    status, headers, _ = asked(web, "/app/", "POST")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")
    assert asked(web, "/app/", "HEAD")[0] == 200


@pytest.mark.parametrize("path", ["/", "/apps", "/application/", "/events"])
def test_all_else_is_the_apis(web: WithWeb, path: str) -> None:
    assert asked(web, path)[0] == 418


def test_names_of_files_may_stand_in_a_log_and_nothing_else(web: WithWeb) -> None:
    def shown(path: str) -> str:
        return web.shown_path(Request("GET", path, [], b"", "127.0.0.1"))

    assert shown("/app/vendor/a-1.js?q=secret") == "/app/vendor/a-1.js"
    assert shown("/app/ada@example.org") == "shown by the API"
