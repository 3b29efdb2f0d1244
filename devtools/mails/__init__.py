"""Every kind of mail with made-up facts: for designers to look at, and for tests to compare."""
