"""How events are found: filters and orders, text as it is compared, and what the index says of an event."""
