"""Dashboards, the versions of their document, the panels that several of them use, and who keeps which."""

from dashboards.models.dashboard import Dashboard, DashboardVersion, Favourite
from dashboards.models.library import LibraryPanel

__all__ = ["Dashboard", "DashboardVersion", "Favourite", "LibraryPanel"]
