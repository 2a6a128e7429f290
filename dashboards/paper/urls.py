"""Addresses of a dashboard on paper: they follow that of the dashboard, before those of its panels."""

from django.urls import path

from dashboards.paper import views

urlpatterns = [
    path("", views.PaperView.as_view(), name="print"),
    path("envois/", views.SubscribeView.as_view(), name="subscribe"),
    path("envois/<int:pk>/supprimer/", views.UnsubscribeView.as_view(), name="unsubscribe"),
    path("<uuid:pk>/", views.PaperJobView.as_view(), name="paper-job"),
    path("<uuid:pk>/fichier", views.PaperFileView.as_view(), name="paper-file"),
    path("<uuid:pk>/annuler/", views.CancelPaperView.as_view(), name="cancel-paper"),
    path("<uuid:pk>/recommencer/", views.RetryPaperView.as_view(), name="retry-paper"),
]
