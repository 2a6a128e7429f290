"""Forms of the pages."""

from explorer.forms.report import ReportForm
from explorer.forms.view import ViewForm, ViewTitleForm

__all__ = ["ReportForm", "ViewForm", "ViewTitleForm"]
