"""What admins see and do: accounts, dead letters, figures, and the trail of what they did."""
