"""Dashboards, the versions of their document, library panels, and favourites."""

from dashboards.models.dashboard import Dashboard, DashboardVersion, Favourite
from dashboards.models.library import LibraryPanel
from dashboards.models.paper import (
    DashboardSubscription,
    MailFrequency,
    Orientation,
    PaperForm,
    PaperJob,
    PaperSize,
)

__all__ = [
    "Dashboard",
    "DashboardSubscription",
    "DashboardVersion",
    "Favourite",
    "LibraryPanel",
    "MailFrequency",
    "Orientation",
    "PaperForm",
    "PaperJob",
    "PaperSize",
]
