"""What leaves the process: mails, and the queues by which workers hear of them. Who hands over imports no sender."""

from typing import TYPE_CHECKING

from chalicelib.container.made import Made

if TYPE_CHECKING:
    from chalicelib.services.notifications.ports import DeadLetters, Mailer, Renderer
    from chalicelib.services.shared.ports import Queue
    from chalicelib.settings import Settings


def _queue(mail: "Mail") -> "Queue":
    from chalicelib.mail.queue import SqsQueue

    return mail.given_queue or SqsQueue(mail.settings.queue_urls)


def _mailer(mail: "Mail") -> "Mailer":
    from chalicelib.mail.ses import SesMailer

    settings = mail.settings
    return mail.given_mailer or SesMailer(settings.sender, settings.mail_reply_to, settings.mail_configuration_set)


def _renderer(mail: "Mail") -> "Renderer":
    from chalicelib.mail.render import TemplateRenderer

    return mail.given_renderer or TemplateRenderer(mail.settings.product_name)


def _dead_letters(mail: "Mail") -> "DeadLetters":
    from chalicelib.mail.dead_letters import SqsDeadLetters

    return mail.given_dead_letters or SqsDeadLetters(mail.settings.dead_queue_urls)


def _redriven(mail: "Mail") -> "DeadLetters":
    """Into the queue itself, with a reason: by that the worker knows that what failed is to be tried anew."""
    from chalicelib.mail.dead_letters import SqsDeadLetters

    return SqsDeadLetters(mail.settings.queue_urls)


class Mail:
    queue = Made(_queue)
    mailer = Made(_mailer)
    renderer = Made(_renderer)
    dead_letters = Made(_dead_letters)
    redriven = Made(_redriven)

    def __init__(
        self,
        settings: "Settings",
        *,
        queue: "Queue | None",
        mailer: "Mailer | None",
        renderer: "Renderer | None",
        dead_letters: "DeadLetters | None",
    ) -> None:
        self.settings = settings
        self.given_queue = queue
        self.given_mailer = mailer
        self.given_renderer = renderer
        self.given_dead_letters = dead_letters
