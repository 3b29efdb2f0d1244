class DeployError(Exception):
    """What stands in the way of a deployment, and what to do about it."""
