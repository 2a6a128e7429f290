"""Addresses of the pages of publication."""

from django.urls import path

from publication.layer_views import LayerPublicationView
from publication.review import views as review

app_name = "publication"
urlpatterns = [
    path("couches/<slug:slug>/", LayerPublicationView.as_view(), name="layer"),
    path("relectures/<int:pk>/", review.ReviewView.as_view(), name="review"),
    path("relectures/<int:pk>/decision/", review.DecisionView.as_view(), name="decision"),
    path("relectures/<int:pk>/remarques/", review.RemarkView.as_view(), name="remark"),
    path("relectures/<int:pk>/remarques/<int:remark>/reponse/", review.AnswerView.as_view(), name="answer"),
    path(
        "relectures/<int:pk>/remarques/<int:remark>/effacer/",
        review.RemovalView.as_view(),
        name="remove-remark",
    ),
    path("relectures/<int:pk>/etat/", review.StateView.as_view(), name="state"),
]
