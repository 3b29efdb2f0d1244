"""What the world has agreed on: countries, currencies, languages and time zones."""
