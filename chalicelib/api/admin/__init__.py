"""Routes of admins."""
