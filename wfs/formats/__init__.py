"""Answers of the service, a renderer a kind."""
