"""What `web` holds: which files are served and how, and the checks of them that need a browser's tools."""
