"""Addresses of the feeds of road works, and of the pages about them; included under ``/travaux/``."""

from django.urls import path

from roadworks.feeds import views

app_name = "roadworks-feeds"
urlpatterns = [
    path("flux/travaux.geojson", views.GeoJsonView.as_view(), name="geojson"),
    path("flux/datex2.xml", views.Datex2View.as_view(), name="datex2"),
    path("flux/wzdx.geojson", views.WzdxView.as_view(), name="wzdx"),
    path("flux/cifs.xml", views.CifsView.as_view(), name="cifs-xml"),
    path("flux/cifs.json", views.CifsJsonView.as_view(), name="cifs-json"),
    path("flux/travaux.ics", views.CalendarView.as_view(), name="calendar"),
    path("flux/chantier/<int:pk>.ics", views.SiteCalendarView.as_view(), name="site-calendar"),
    path("flux/travaux.atom", views.AtomView.as_view(), name="atom"),
    path("flux/travaux.rss", views.RssView.as_view(), name="rss"),
    path("diffusion/", views.FeedListView.as_view(), name="list"),
    path("<int:pk>/diffusion/", views.DiffusionView.as_view(), name="diffusion"),
]
