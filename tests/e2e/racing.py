"""What the stories of many at once have in common: how they press, and what must be true when all is quiet."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from tests.e2e.client import Client
from tests.e2e.site import Site, User, eventually
from tests.e2e.tables import Tables
from tests.support.http import Answer

BUSY_TRIES = 100
MANY_MAILS_SECONDS = 300  # the local sender takes one mail after the other, and other tests send theirs meanwhile


def patiently(send: Callable[[], Answer]) -> Answer:
    """Again after 503 `busy`, as the contract tells a client to do: on a slow machine a hot event may say so."""
    for _ in range(BUSY_TRIES):
        answer = send()
        if answer.code != "busy":
            break
        threading.Event().wait(0.2)
    return answer


def enrol(client: Client, event_id: str, person: User, *, key: str = "", **body: Any) -> Answer:
    headers = {"Idempotency-Key": key} if key else {}
    url = f"/events/{event_id}/enrollments"
    return patiently(lambda: client.post(url, body, token=person.token, headers=headers))


def outcomes(answers: Sequence[Answer]) -> Counter[tuple[int, str | None]]:
    return Counter((answer.status, answer.code) for answer in answers)


def statuses(answers: Sequence[Answer]) -> Counter[str]:
    """The state of the enrollment that was answered, or the code of the problem."""
    return Counter(answer.code or answer.json["status"] for answer in answers)


def quiet(tables: Tables, event_id: str) -> None:
    """Nothing is on its way any more, and the tables agree with themselves."""
    eventually(lambda: tables.unfinished() == 0, "The end of all mail", MANY_MAILS_SECONDS)
    assert tables.disagreements(event_id) == []


def everybody_has_one_mail(site: Site, tables: Tables, subject: str, addresses: Sequence[str]) -> None:
    """These and nobody else got such a mail, once, and nothing more is on its way."""
    eventually(lambda: tables.unfinished() == 0, "The end of all mail", MANY_MAILS_SECONDS)
    got = Counter(address for mail in site.mails() if mail["subject"] == subject for address in mail["to"])
    assert got == Counter(addresses)
