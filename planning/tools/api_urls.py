"""Addresses of the tools of planners as JSON; included under ``/api/planning/``."""

from django.urls import path

from planning.consultations.views import ConsultationsApiView
from planning.overlaps.views import OverlapsApiView
from planning.preemption.views import PreemptionApiView
from planning.reserved_plots.views import PlotsApiView
from planning.statistics.views import StatisticsApiView

app_name = "planning-tools-api"
urlpatterns = [
    path("statistics", StatisticsApiView.as_view(), name="statistics"),
    path("overlaps", OverlapsApiView.as_view(), name="overlaps"),
    path("reserved-plots", PlotsApiView.as_view(), name="reserved-plots"),
    path("preemption", PreemptionApiView.as_view(), name="preemption"),
    path("consultations", ConsultationsApiView.as_view(), name="consultations"),
]
