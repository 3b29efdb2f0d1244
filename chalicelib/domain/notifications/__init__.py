"""What people are written to: reminders, change notices and messages, and what mailboxes take and want."""
