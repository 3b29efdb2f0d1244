"""The queues, named in one place: settings, app.py, workers, the local runner and the template follow these names."""

from enum import StrEnum
from typing import Self


class Content(StrEnum):
    """What the messages of a queue are about."""

    MAIL = "mail"  # an entry of the outbox that is a mail
    JOB = "job"  # an entry of the outbox that is a job
    REPORT = "report"  # what the mail provider reports


class QueueName(StrEnum):
    """A queue of SQS is called `<table prefix>-<name>`, and the queue of its dead letters `<table prefix>-<name>-dead`.

    A new one is a line here, an event source in app.py with its worker, and the queues and the function in the
    template; a test compares them.
    """

    carries: Content
    content: str  # in words

    def __new__(cls, name: str, carries: Content, content: str) -> Self:
        queue = str.__new__(cls, name)
        queue._value_ = name
        queue.carries, queue.content = carries, content
        return queue

    MAIL = "mail", Content.MAIL, "mail"
    JOBS = "jobs", Content.JOB, "background jobs"
    FEEDBACK = "feedback", Content.REPORT, "the notices of SES"

    @property
    def variable(self) -> str:
        """The environment variable that has its address."""
        return f"{self.name}_QUEUE_URL"

    @property
    def dead_variable(self) -> str:
        """The same for its dead letters."""
        return f"{self.name}_DEAD_QUEUE_URL"
