"""Forms of the pages."""

from explorer.forms.report import ReportForm

__all__ = ["ReportForm"]
