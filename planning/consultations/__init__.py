"""The services to consult for a place."""
