"""What leaves the process: mails, and the queues by which workers hear of them."""

from chalicelib.mail.dead_letters import SqsDeadLetters
from chalicelib.mail.queue import SqsQueue
from chalicelib.mail.render import TemplateRenderer
from chalicelib.mail.ses import SesMailer
from chalicelib.services.notifications.ports import DeadLetters, Mailer, Renderer
from chalicelib.services.shared.ports import Queue
from chalicelib.settings import Settings


class Mail:
    def __init__(
        self,
        settings: Settings,
        *,
        queue: Queue | None,
        mailer: Mailer | None,
        renderer: Renderer | None,
        dead_letters: DeadLetters | None,
    ) -> None:
        self.queue = queue or SqsQueue(settings.mail_queue_url, settings.jobs_queue_url)
        self.mailer = mailer or SesMailer(settings.sender, settings.mail_reply_to, settings.mail_configuration_set)
        self.renderer = renderer or TemplateRenderer(settings.product_name)
        self.dead_letters = dead_letters or SqsDeadLetters(settings.dead_queue_urls)
