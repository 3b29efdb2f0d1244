"""A mailbox for development: every mail that the local SES accepted, in the browser and for programs."""
