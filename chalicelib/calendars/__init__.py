"""iCalendar texts (RFC 5545 and 5546): invitations that go with mails, and calendars that others subscribe to."""
