"""Pages for people: each view reads the address, asks the kernel, renders."""

from explorer.views.answer import StatisticsView, TableMenusView, TableView
from explorer.views.catalogue import CatalogueView, LayerView
from explorer.views.feature import FeatureView, NeighboursView, PhotoView
from explorer.views.filters import FiltersView, ReachView, ValuesView
from explorer.views.home import AccessibilityView, HomeView
from explorer.views.map import MapView
from explorer.views.printing import PrintView
from explorer.views.reports import ReportView
from explorer.views.search import SearchView, SuggestionsView
from explorer.views.taking import TakingView
from explorer.views.views import DeleteViewView, SavedViewsView, SavedViewView

__all__ = [
    "AccessibilityView",
    "CatalogueView",
    "DeleteViewView",
    "FeatureView",
    "FiltersView",
    "HomeView",
    "LayerView",
    "MapView",
    "NeighboursView",
    "PhotoView",
    "PrintView",
    "ReachView",
    "ReportView",
    "SavedViewView",
    "SavedViewsView",
    "SearchView",
    "StatisticsView",
    "SuggestionsView",
    "TableMenusView",
    "TableView",
    "TakingView",
    "ValuesView",
]
