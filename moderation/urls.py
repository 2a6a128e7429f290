"""Addresses of the pages of moderation and of contributions."""

from django.urls import path

from moderation import views

app_name = "moderation"
urlpatterns = [
    path("contributions/", views.ContributionsView.as_view(), name="contributions"),
    path("moderation/", views.LayersView.as_view(), name="layers"),
    path("moderation/<slug:slug>/", views.QueueView.as_view(), name="queue"),
    path("moderation/<slug:slug>/annuler/", views.UndoView.as_view(), name="undo"),
    path("moderation/<slug:slug>/<int:pk>/", views.RowView.as_view(), name="row"),
    path("moderation/<slug:slug>/<int:pk>/etape/", views.StepView.as_view(), name="step"),
    path("moderation/<slug:slug>/<int:pk>/message/", views.MessageView.as_view(), name="message"),
    path(
        "moderation/<slug:slug>/<int:pk>/modifications/<int:change>/",
        views.ChangeView.as_view(),
        name="change",
    ),
]
