"""Where the worker finds the tasks of the explorer."""

from explorer.reports.cleaning import forget_old_addresses
from explorer.reports.jobs import send_answer
from explorer.search.jobs import refresh_index

__all__ = ["forget_old_addresses", "refresh_index", "send_answer"]
