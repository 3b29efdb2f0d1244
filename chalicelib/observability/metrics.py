"""The service's own metrics: one table that the code emits from and that the template's alarms are held against."""

from enum import StrEnum
from typing import Self

NAMESPACE, DIMENSION = "Turnout", "Prefix"


class Metric(StrEnum):
    """A name in CloudWatch; `unit` is one of its units."""

    unit: str

    def __new__(cls, name: str, unit: str) -> Self:
        made = str.__new__(cls, name)
        made._value_ = name
        made.unit = unit
        return made

    JOBS_LAG = "JobsLag", "Seconds"  # how long what a tick had to leave has been due
    MAIL_LAG = "MailLag", "Seconds"
    SEAT_AUDITS = "SeatAudits", "Count"  # events whose counters were compared with their rows
    SEAT_AUDIT_MISMATCHES = "SeatAuditMismatches", "Count"  # of these the ones that differ
