"""The service itself, and the projects of QGIS that are made of it."""

from wfs.views.projects import LayerFileView, ProjectView
from wfs.views.service import RecordView, WfsView, version_of

__all__ = ["LayerFileView", "ProjectView", "RecordView", "WfsView", "version_of"]
