"""The mailbox over HTTP: what programs get, and that a mail can neither run nor load anything."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from devtools.mailbox.server import MailboxServer
from devtools.mailbox.store import Store


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[httpx.Client]:
    store = Store(tmp_path)
    with MailboxServer(0, store) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_address[1]}", trust_env=False) as client:
            yield client
        server.shutdown()
    store.close()


def send(folder: Path, to: str, subject: str = "Hello", html: str = "<p>Hi</p>") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Turnout <no-reply@turnout.example>", to, subject
    message.set_content("Hi\n")
    message.add_alternative(html, subtype="html")
    message.add_attachment(b"<svg/>", maintype="image", subtype="svg+xml", filename='a "b" ü\r\n.svg')
    raw = base64.b64encode(message.as_bytes()).decode()
    number = time.time_ns()
    letter = {"id": f"ses-{number}", "from": message["From"], "to": [to], "sent_at": number / 1e9, "raw": raw}
    (folder / "new" / f"{number}.json").write_text(json.dumps(letter), encoding="utf-8")


def test_programs_read_every_part_of_a_mail_by_its_address(mailbox: httpx.Client, tmp_path: Path) -> None:
    send(tmp_path, "bob@example.org")
    send(tmp_path, "ada@example.org", "Your code")

    found = mailbox.get("/api/messages", params={"to": "ADA@example.org"}).json()

    assert len(found) == 1
    mail = found[0]
    assert set(mail) == {"id", "to", "from", "subject", "text", "html", "headers", "attachments", "sent_at"}
    assert (mail["to"], mail["subject"], mail["text"]) == (["ada@example.org"], "Your code", "Hi\n")
    assert mail["headers"]["Subject"] == "Your code"
    assert mailbox.get(f"/api/messages/{mail['id']}").json() == mail
    assert [one["to"] for one in mailbox.get("/api/messages").json()] == [["ada@example.org"], ["bob@example.org"]]
    assert len(mailbox.get("/api/messages", params={"limit": "1"}).json()) == 1


def test_an_unchanged_list_costs_no_more_than_a_line(mailbox: httpx.Client, tmp_path: Path) -> None:
    send(tmp_path, "ada@example.org")
    first = mailbox.get("/api/summaries")

    again = mailbox.get("/api/summaries", headers={"If-None-Match": first.headers["ETag"]})
    send(tmp_path, "ada@example.org")
    changed = mailbox.get("/api/summaries", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert (changed.status_code, len(changed.json())) == (200, 2)


def test_the_html_of_a_mail_is_sandboxed_even_when_it_is_opened_alone(mailbox: httpx.Client, tmp_path: Path) -> None:
    send(tmp_path, "ada@example.org", html="<script>alert(1)</script><img src='https://tracker.example/x.png'>")

    answer = mailbox.get("/messages/1/html")

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert "img-src data:" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_attachment_is_downloaded_never_shown(mailbox: httpx.Client, tmp_path: Path) -> None:
    send(tmp_path, "ada@example.org")
    attachment = mailbox.get("/api/messages/1").json()["attachments"][0]

    answer = mailbox.get(attachment["url"])

    assert answer.content == b"<svg/>"
    assert attachment["size"] == 6
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''a%20")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_the_page_runs_only_its_own_script(mailbox: httpx.Client) -> None:
    page = mailbox.get("/")

    assert "default-src 'none'; script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.text
    assert "://" not in page.text
    for name in ("/mailbox.css", "/mailbox.js"):
        assert mailbox.get(name).status_code == 200
        assert "innerHTML" not in mailbox.get(name).text


@pytest.mark.parametrize(
    "path",
    ["/api/messages/7", "/messages/7/html", "/messages/7/raw", "/messages/1/attachments/9", "/../store.py", "/x"],
)
def test_what_is_not_there_is_404(mailbox: httpx.Client, tmp_path: Path, path: str) -> None:
    send(tmp_path, "ada@example.org")

    assert mailbox.get(path).status_code == 404


def test_another_sites_name_for_this_address_reads_nothing(mailbox: httpx.Client, tmp_path: Path) -> None:
    send(tmp_path, "ada@example.org")
    elsewhere = {"Host": f"evil.example:{mailbox.base_url.port}"}

    assert mailbox.get("/api/messages", headers=elsewhere).status_code == 404
    assert mailbox.delete("/api/messages", headers=elsewhere).status_code == 404
    assert len(mailbox.get("/api/messages").json()) == 1


def test_all_mail_can_be_deleted(mailbox: httpx.Client, tmp_path: Path) -> None:
    send(tmp_path, "ada@example.org")

    assert mailbox.delete("/api/messages").status_code == 204
    assert mailbox.get("/api/messages").json() == []
