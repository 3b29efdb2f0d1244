"""The local server over real sockets: many clients at once, every verb, every malformed request answered clearly."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, ClassVar

import pytest
from chalice.app import Chalice, Response

from devtools.local.gateway.chalice_api import ChaliceApi
from devtools.local.gateway.gateway import LARGEST_BODY
from devtools.local.gateway.http_server import Server

CLIENTS, ROUNDS = 32, 50
PATIENCE_SECONDS = 60  # what is waited for that long does not come


CHUNKED = b"POST /echo/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


def standalone(code: str, request_id: str, extra: dict[str, str]) -> dict[str, Any]:
    status = {"not_found": 404, "body_too_large": 413}[code]
    headers = {"Content-Type": "application/problem+json", "X-Request-Id": request_id, **extra}
    return {"statusCode": status, "headers": headers, "body": json.dumps({"code": code, "status": status})}


def application() -> Chalice:
    """A small application that looks at everything Chalice keeps of a call, twice.

    Between the two looks a request with the header `X-Together` waits until all clients are there.
    """
    app = Chalice(app_name="small", configure_logs=False)
    together = threading.Barrier(CLIENTS)

    @app.route("/echo/{name}", methods=["GET", "POST"], content_types=["application/json", "multipart/form-data"])
    def echo(name: str) -> Any:
        before = app.lambda_context.aws_request_id
        if "x-together" in app.current_request.headers:
            together.wait(PATIENCE_SECONDS)
        request = app.current_request
        return {
            "name": name,
            "body": request.raw_body.decode(),
            "query": dict(request.query_params or {}),
            "header": request.headers.get("x-mine"),
            "ip": request.context["identity"]["sourceIp"],
            "same_call": before == app.lambda_context.aws_request_id == request.context["requestId"],
        }

    @app.route("/empty", methods=["DELETE"])
    def empty() -> Response:
        return Response("", status_code=204)

    @app.route("/looked-at", methods=["GET", "HEAD"])
    def looked_at() -> Response:
        return Response("naïve", headers={"Content-Type": "text/plain", "ETag": '"1"'})

    @app.route("/odd")
    def odd() -> Response:
        return Response("{}", headers={"X-Odd": "a\r b", "X-Many": ["1", "2"], "X-Word": "naïve €"})

    @app.route("/broken")
    def broken() -> Response:
        return Response({1, 2})

    return app


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with Server("127.0.0.1", 0, ChaliceApi(application(), standalone), quiet=True) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def connection(port: int) -> Iterator[http.client.HTTPConnection]:
    made = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    yield made
    made.close()


def exchange(port: int, request: bytes) -> bytes:
    """Send bytes and read until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as raw:
        raw.sendall(request)
        answer = b""
        while part := raw.recv(65536):
            answer += part
        return answer


def test_no_client_among_many_ever_sees_the_data_of_another(port: int) -> None:
    def client(number: int) -> list[str]:
        made, wrong = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS), []
        for round_ in range(ROUNDS):
            mine = f"{number}-{round_}"
            made.request("POST", f"/echo/{mine}?q={mine}", mine, {"X-Mine": mine, "X-Together": "yes"})
            seen = json.loads(made.getresponse().read())
            expected = {"name": mine, "body": mine, "query": {"q": mine}, "header": mine, "same_call": True}
            wrong += [] if expected.items() <= seen.items() else [f"{mine}: {seen}"]
        made.close()
        return wrong

    with ThreadPoolExecutor(CLIENTS) as pool:
        wrong = [one for many in pool.map(client, range(CLIENTS)) for one in many]

    assert wrong == []


@pytest.mark.parametrize("media", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_form_in_parts_is_a_body_like_any_other(connection: http.client.HTTPConnection, media: str) -> None:
    connection.request("POST", "/echo/parts", "--x--", {"Content-Type": media})

    answer = connection.getresponse()

    assert answer.status == 200, answer.read()
    assert json.loads(answer.read())["body"] == "--x--"


def test_requests_run_side_by_side(port: int) -> None:
    """A request that waits for its body holds nobody up."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as slow:
        slow.sendall(b"POST /echo/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhe")
        assert b'"name":"fast"' in exchange(port, b"GET /echo/fast HTTP/1.0\r\n\r\n").replace(b" ", b"")
        slow.sendall(b"re")
        assert b"here" in slow.recv(65536)


class Watched(Server):
    """Keeps what it was asked over, to be looked at afterwards."""

    connections: ClassVar[list[socket.socket]] = []

    def finish_request(self, request: Any, client_address: Any) -> None:
        self.connections.append(request)
        super().finish_request(request, client_address)


def test_a_kept_connection_is_not_held_back() -> None:
    """Stock `chalice local` lets the kernel hold an answer back for 44 ms, until the last one is confirmed."""
    with Watched("127.0.0.1", 0, ChaliceApi(application(), standalone), quiet=True) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        with closing(http.client.HTTPConnection("127.0.0.1", server.server_address[1])) as kept:
            for number in range(2):
                kept.request("POST", f"/echo/{number}", "x")
                assert json.loads(kept.getresponse().read())["name"] == str(number)
            [connection] = server.connections
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        server.shutdown()


def test_the_callers_address_is_the_sockets(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/echo/a", headers={"X-Forwarded-For": "203.0.113.1"})

    assert json.loads(connection.getresponse().read())["ip"] == "127.0.0.1"


@pytest.mark.parametrize("verb", ["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_an_undeclared_verb_reaches_the_application(connection: http.client.HTTPConnection, verb: str) -> None:
    connection.request(verb, "/echo/a")
    answer = connection.getresponse()

    assert answer.status == 405
    assert set(str(answer.headers["Allow"]).split(", ")) == {"GET", "POST"}
    assert json.loads(answer.read())["Code"] == "MethodNotAllowedError"


def test_head_has_the_headers_of_get_and_the_length_of_its_body(connection: http.client.HTTPConnection) -> None:
    seen = []
    for verb in ("HEAD", "GET", "HEAD"):
        connection.request(verb, "/looked-at")
        answer = connection.getresponse()
        headers = {name: value for name, value in answer.getheaders() if name not in {"Date", "X-Request-Id"}}
        seen.append((answer.status, headers, answer.read()))

    (status, headers, body), *_ = [one for one in seen if one[2]]
    assert headers["Content-Length"] == str(len(body))
    assert [one for one in seen if not one[2]] == [(status, headers, b"")] * 2


def test_head_is_405_without_a_body_and_the_connection_goes_on(connection: http.client.HTTPConnection) -> None:
    for _ in range(2):
        connection.request("HEAD", "/echo/a")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (405, b"")
    connection.request("GET", "/echo/after")
    assert json.loads(connection.getresponse().read())["name"] == "after"


def test_an_unknown_path_is_the_applications_404(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/nothing", headers={"Authorization": "Bearer ünïcode".encode()})
    answer = connection.getresponse()

    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(answer.read())["code"] == "not_found"


def test_an_answer_without_content_has_no_length_and_no_body(connection: http.client.HTTPConnection) -> None:
    connection.request("DELETE", "/empty")
    answer = connection.getresponse()

    assert (answer.status, answer.headers["Content-Length"], answer.read()) == (204, None, b"")


def test_headers_cannot_break_the_answer(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/odd")
    answer = connection.getresponse()

    assert answer.headers["X-Odd"] == "a  b"
    assert answer.headers.get_all("X-Many") == ["1", "2"]
    assert answer.headers["X-Word"] == "naïve ?"
    assert answer.headers["Server"] is None
    assert answer.read() == b"{}"


def test_what_the_application_cannot_answer_is_a_bad_gateway(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/broken")
    answer = connection.getresponse()

    assert answer.status == 502
    assert json.loads(answer.read())["code"] == "bad_gateway"


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        (CHUNKED + b"five!\r\nhello\r\n0\r\n\r\n", 400, "invalid_request"),
        (CHUNKED + b"4\r\nhello\r\n0\r\n\r\n", 400, "invalid_request"),
        (CHUNKED + b"7000000\r\n", 413, "body_too_large"),
        (CHUNKED[:-2] + b"Content-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 400, "invalid_request"),
        (CHUNKED.replace(b"chunked", b"gzip, chunked") + b"0\r\n\r\n", 400, "invalid_request"),
        (b"POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: two\r\n\r\nhi", 400, "invalid_request"),
        (b"POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400, "invalid_request"),
        (
            b"POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
            400,
            "invalid_request",
        ),
        (b"POST /echo/a HTTP/1.1\r\nHost: x\r\nno colon here\r\nContent-Length: 2\r\n\r\nhi", 400, "invalid_request"),
        (b"GET /echo/a HTTP/9.9\r\n\r\n", 505, "invalid_request"),
        (b"nonsense\r\n\r\n", 400, "invalid_request"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414, "invalid_request"),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431, "invalid_request"),
    ],
)
def test_what_cannot_be_framed_is_refused_clearly_and_the_connection_closed(
    port: int, head: bytes, status: int, code: str
) -> None:
    answer_head, _, body = exchange(port, head).partition(b"\r\n\r\n")

    assert int(answer_head.split()[1]) == status
    assert b"Connection: close" in answer_head
    assert b"application/problem+json" in answer_head
    assert json.loads(body)["code"] == code


def test_too_large_a_body_is_refused_before_it_is_sent(port: int) -> None:
    size = LARGEST_BODY + 1
    head = f"POST /echo/a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {size}\r\n\r\n".encode()

    answer_head, _, body = exchange(port, head).partition(b"\r\n\r\n")

    assert answer_head.startswith(b"HTTP/1.1 413 ")
    assert json.loads(body)["code"] == "body_too_large"


def test_too_large_a_body_that_is_sent_anyway_still_gets_its_answer(port: int) -> None:
    made = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    made.request("POST", "/echo/a", b"x" * (LARGEST_BODY + 200_000))

    assert made.getresponse().status == 413
    made.close()


def test_a_body_in_chunks_is_a_body_like_any_other(port: int) -> None:
    body = b"5;name=value\r\nhello\r\n7\r\n, world\r\n0\r\nX-Trailer: a\r\n\r\n"
    following = b"GET /echo/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    answers = exchange(port, CHUNKED + body + following)

    assert answers.count(b"HTTP/1.1 200") == 2, "and the connection goes on"
    assert b"hello, world" in answers


def test_an_expected_body_is_invited(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as raw:
        raw.sendall(b"POST /echo/a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert raw.recv(65536).startswith(b"HTTP/1.1 100 ")
        raw.sendall(b"hi")
        assert b'"body":"hi"' in raw.recv(65536)


def test_a_client_that_vanishes_disturbs_nobody(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as raw:
        raw.sendall(b"POST /echo/gone HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npartly")

    assert b"HTTP/1.1 200 OK" in exchange(port, b"GET /echo/there HTTP/1.0\r\n\r\n")
    assert "Traceback" not in capsys.readouterr().err


def test_pipelined_requests_are_answered_in_their_order(port: int) -> None:
    one = b"GET /echo/%d HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /echo/3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    answers = exchange(port, one % 1 + one % 2 + last)

    assert [answers.index(f'"name":"{number}"'.encode()) for number in (1, 2, 3)] == sorted(
        answers.index(f'"name":"{number}"'.encode()) for number in (1, 2, 3)
    )


def test_a_request_is_one_line_without_query_and_token(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    del port
    app = Chalice(app_name="small", configure_logs=False)

    @app.route("/g/{token}")
    def page(token: str) -> dict[str, str]:
        return {"seen": token}

    with Server("127.0.0.1", 0, ChaliceApi(app, standalone)) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        assert b"s3cret" in exchange(server.server_address[1], b"GET /g/s3cret?to=ada@example.org HTTP/1.0\r\n\r\n")
        server.shutdown()

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("GET /g/*** 200 ")
