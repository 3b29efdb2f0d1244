"""The application: what is deployed."""

import logging

# PynamoDB tells the log of every process, while it is imported, that it found no settings file of its own.
logging.getLogger("pynamodb").setLevel(logging.WARNING)
