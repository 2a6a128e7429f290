"""What SCIM says to whoever listens; the journal does."""

from django.dispatch import Signal

# Sent with ``token``, ``call`` (« PATCH /Users/12 ») and ``status``, once the writes of the call stand or are undone.
directory_called = Signal()
