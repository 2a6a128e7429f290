"""The signal of what was done to a version, and its kinds; the journal listens to it."""

from __future__ import annotations

from enum import StrEnum

from django.dispatch import Signal


class PlanStep(StrEnum):
    """What was done to a version of a plan."""

    STAGED = "staged"
    ONLINE = "online"
    UNDONE = "undone"
    DISCARDED = "discarded"
    FINDING_ACCEPTED = "finding-accepted"
    ACCEPTANCE_WITHDRAWN = "acceptance-withdrawn"


# Sent with ``version``, ``step``, ``visitor`` and ``detail`` (texts and numbers by name), in the transaction.
plan_changed = Signal()
