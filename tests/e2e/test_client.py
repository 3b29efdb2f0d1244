"""The client of the stories keeps its connection as people's programs do."""

import socket
import threading

from tests.e2e.client import TIMEOUT_SECONDS, Client

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def test_a_connection_that_the_server_closed_while_nothing_was_asked_is_opened_again() -> None:
    closed = threading.Event()

    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_one_on_each_connection() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(ANSWER)
                closed.set()

        thread = threading.Thread(target=answer_one_on_each_connection)
        thread.start()
        with Client(f"http://127.0.0.1:{server.getsockname()[1]}") as client:
            assert client.get("/first").status == 200
            assert closed.wait(TIMEOUT_SECONDS)
            assert client.get("/second").status == 200
        thread.join()
