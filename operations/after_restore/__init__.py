"""What tables that were put back to a second need before people use them again."""
