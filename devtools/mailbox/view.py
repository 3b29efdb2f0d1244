"""A letter as programs and the page get it."""

from typing import Any

from devtools.mailbox import letters
from devtools.mailbox.addresses import shown
from devtools.mailbox.store import Letter


def described(letter: Letter) -> dict[str, Any]:
    """All of it, as `GET /api/messages` answers."""
    content = letters.parse(letter.raw)
    attachments = [
        {
            "filename": attachment.filename,
            "content_type": attachment.content_type,
            "size": len(attachment.content),
            "url": f"/messages/{letter.id}/attachments/{position}",
        }
        for position, attachment in enumerate(content.attachments)
    ]
    return {
        "id": str(letter.id),
        "to": [shown(address) for address in letter.recipients],
        "from": letter.sender,
        "subject": letter.subject,
        "text": content.text,
        "html": content.html,
        "headers": content.headers,
        "attachments": attachments,
        "sent_at": letter.sent_at,
    }


def summary(letter: Letter) -> dict[str, Any]:
    """What a list shows."""
    return {
        "id": str(letter.id),
        "to": [shown(address) for address in letter.recipients],
        "from": letter.sender,
        "subject": letter.subject,
        "found_by": sorted({*letter.recipients, *map(shown, letter.recipients)}),
        "sent_at": letter.sent_at,
    }
