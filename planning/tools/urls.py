"""Addresses of the tools of planners; included under ``/urbanisme/``."""

from django.urls import path

from planning.consultations import views as consultations
from planning.overlaps import views as overlaps
from planning.preemption import views as preemption
from planning.reserved_plots import views as reserved_plots
from planning.statistics import views as statistics
from planning.tools import views

app_name = "planning-tools"
urlpatterns = [
    path("", views.ToolsView.as_view(), name="home"),
    path("statistiques/", statistics.StatisticsView.as_view(), name="statistics"),
    path("statistiques/zones.<slug:form>", statistics.StatisticsFileView.as_view(), name="statistics-file"),
    path("superposition/", overlaps.OverlapsView.as_view(), name="overlaps"),
    path("superposition/table.<slug:form>", overlaps.OverlapsFileView.as_view(), name="overlaps-file"),
    path("emplacements-reserves/", reserved_plots.PlotListView.as_view(), name="reserved-plots"),
    path(
        "emplacements-reserves/liste.pdf",
        reserved_plots.PlotPaperView.as_view(),
        name="reserved-plots-paper",
    ),
    path(
        "emplacements-reserves/liste.<slug:form>",
        reserved_plots.PlotFileView.as_view(),
        name="reserved-plots-file",
    ),
    path("preemption/", preemption.PreemptionView.as_view(), name="preemption"),
    path("preemption/parcelles.<slug:form>", preemption.PreemptionFileView.as_view(), name="preemption-file"),
    path("consultations/", consultations.ConsultationsView.as_view(), name="consultations"),
]
