"""Where the worker finds the tasks of the explorer."""

from explorer.reports.cleaning import forget_old_addresses
from explorer.reports.jobs import send_answer

__all__ = ["forget_old_addresses", "send_answer"]
