"""What a test says that finds no browser; the end of the run tells it once for all of them."""

NO_BROWSER = "no browser: "
