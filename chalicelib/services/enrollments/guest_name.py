"""What a guest is called who proves their address by the mailed link: the first name that is their own word."""

from dataclasses import dataclass

from chalicelib.domain.accounts.people import Person
from chalicelib.domain.enrollments.enrollment import AskedName, Enrollment


def is_guest(person: Person) -> bool:
    """Somebody whom only the mailed link can name: no account says who they are, and nobody keeps them."""
    return not person.has_account and person.kept_by is None


@dataclass(frozen=True, slots=True)
class GuestName:
    """What they say now, and what they asked for when they got no place."""

    said: str | None = None
    asked: AskedName | None = None

    def of(self, enrollment: Enrollment | None) -> str:
        """As they say, else as they asked last, else as the enrollment has it; empty when there is none."""
        if self.said:
            return self.said
        if self.asked and (enrollment is None or self.asked.at > enrollment.enrolled_at):
            return self.asked.name
        return (enrollment.corrected_name or enrollment.name or "") if enrollment else ""
