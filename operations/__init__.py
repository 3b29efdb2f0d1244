"""What operators run, on the system of `make run` or on a deployed stage; never in the package of the functions."""
