"""What each engine is known to get wrong: the check, and how the engine differs from DynamoDB.

Each line is a strict expectation: the check must fail on that engine, and the line goes when it does not.
Amazon's DynamoDB is not among the engines: where they differ, AWS's documentation decided.
"""

KNOWN: dict[str, dict[str, str]] = {
    "simdb": {},
    "moto": {},
    "ministack": {},
    "dynamodb_local": {},
}
