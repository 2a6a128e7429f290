"""The address of CSW."""

from django.urls import path

from harvesting.csw.views import CswView

app_name = "csw"
urlpatterns = [path("csw", CswView.as_view(), name="service"), path("csw/", CswView.as_view())]
