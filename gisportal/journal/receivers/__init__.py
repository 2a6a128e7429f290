"""What the journal listens to: Django's signals and those of the portal's own applications, by subject."""

from gisportal.journal.receivers import administration, exports, reports, rights, sign_in, styles

__all__ = ["connect"]


def connect() -> None:
    """Listen, once the models are ready."""
    for subject in (sign_in, rights, exports, administration, reports, styles):
        subject.connect()
