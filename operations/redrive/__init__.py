"""What failed for good, by queue and reason, and having it tried again."""
