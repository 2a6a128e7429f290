"""Addresses of the pages of road works; included under ``/travaux/``."""

from django.urls import path

from roadworks.views import calendar, nearby, sites

app_name = "roadworks"
urlpatterns = [
    path("", nearby.NearbyView.as_view(), name="nearby"),
    path("declarer/", sites.SiteFormView.as_view(), name="new"),
    path("apercu/", sites.PreviewView.as_view(), name="preview"),
    path("calendrier/", calendar.CalendarView.as_view(), name="year"),
    path("calendrier/a3/", calendar.CalendarRequestView.as_view(), name="prepare-year"),
    path("calendrier/a3/<uuid:pk>/", calendar.CalendarJobView.as_view(), name="year-job"),
    path("calendrier/a3/<uuid:pk>/fichier/", calendar.CalendarFileView.as_view(), name="year-file"),
    path("calendrier/a3/<uuid:pk>/annuler/", calendar.CancelCalendarView.as_view(), name="cancel-year"),
    path("calendrier/a3/<uuid:pk>/reprendre/", calendar.RetryCalendarView.as_view(), name="retry-year"),
    path("abonnement/<slug:token>/", nearby.ConfirmView.as_view(), name="confirm"),
    path("abonnement/<slug:token>/fin/", nearby.UnsubscribeView.as_view(), name="unsubscribe"),
    path("<int:pk>/", sites.SiteView.as_view(), name="site"),
    path("<int:pk>/modifier/", sites.SiteFormView.as_view(), name="edit"),
    path("<int:pk>/photos/<int:photo>.jpg", sites.PhotoView.as_view(), name="photo"),
    path("<int:pk>/photos/<int:photo>/vignette.jpg", sites.ThumbnailView.as_view(), name="thumbnail"),
    path("<int:pk>/arretes/<int:order>.pdf", sites.OrderView.as_view(), name="order"),
]
