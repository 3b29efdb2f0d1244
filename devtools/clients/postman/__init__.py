"""A Postman collection of the document: a folder for each tag, and the main story in the order in which it happens."""
