"""All tables of a stage put back to one second, under another prefix."""
