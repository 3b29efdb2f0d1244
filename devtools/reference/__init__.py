"""Countries, languages and currencies as the standards have them now, written into one module of the application."""
