"""Pages of the datasets: import a file step by step, look at versions, put one online, bring one back."""

from datasets.views.columns import AbandonView, ColumnsView, PartialView, PreviewView, ReadingView
from datasets.views.delivery import DeliveryView, FindingsView, PublishView, RestoreView
from datasets.views.exports import ChangesView, ExportView
from datasets.views.home import DropView, HomeView, VersionsView
from datasets.views.upload import UploadView

__all__ = [
    "AbandonView",
    "ChangesView",
    "ColumnsView",
    "DeliveryView",
    "DropView",
    "ExportView",
    "FindingsView",
    "HomeView",
    "PartialView",
    "PreviewView",
    "PublishView",
    "ReadingView",
    "RestoreView",
    "UploadView",
    "VersionsView",
]
