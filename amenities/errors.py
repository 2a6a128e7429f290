"""What can go wrong when a file of charge points is read."""

from __future__ import annotations


class AmenitiesError(Exception):
    """Base of the faults of this app; the message is French and meant for the person who gave the file."""


class UnreadableStationFile(AmenitiesError):
    """Nothing can be read from the file as a whole."""
