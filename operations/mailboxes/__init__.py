"""Looking after addresses that no mail is sent to."""
