"""Addresses of forms: those that people fill, those where they are made, and their answers."""

from django.urls import path

from webforms.answers.views import AnswerPhotoView, AnswersFileView, AnswersView, AnswerView
from webforms.building.views import (
    CloseFormView,
    EditFormView,
    FormListView,
    FormVersionsView,
    NewFormView,
    PreviewView,
)
from webforms.filling.views import FillView, MapView, PlaceView, ThanksView
from webforms.links.views import FormLinksView, RevokeFormLinkView

app_name = "webforms"
urlpatterns = [
    path("", FormListView.as_view(), name="list"),
    path("nouveau/", NewFormView.as_view(), name="new"),
    path("lien/<str:token>/", FillView.as_view(), name="linked"),
    path("lien/<str:token>/merci/", ThanksView.as_view(), name="linked-thanks"),
    path("lien/<str:token>/lieu/", PlaceView.as_view(), name="linked-place"),
    path("lien/<str:token>/carte/", MapView.as_view(), name="linked-map"),
    path("<slug:slug>/", FillView.as_view(), name="form"),
    path("<slug:slug>/merci/", ThanksView.as_view(), name="thanks"),
    path("<slug:slug>/lieu/", PlaceView.as_view(), name="place"),
    path("<slug:slug>/carte/", MapView.as_view(), name="map"),
    path("<slug:slug>/modifier/", EditFormView.as_view(), name="edit"),
    path("<slug:slug>/apercu/", PreviewView.as_view(), name="preview"),
    path("<slug:slug>/versions/", FormVersionsView.as_view(), name="versions"),
    path("<slug:slug>/fermer/", CloseFormView.as_view(), name="close"),
    path("<slug:slug>/liens/", FormLinksView.as_view(), name="links"),
    path("<slug:slug>/liens/<int:pk>/revoquer/", RevokeFormLinkView.as_view(), name="revoke-link"),
    path("<slug:slug>/reponses/", AnswersView.as_view(), name="answers"),
    path("<slug:slug>/reponses.csv", AnswersFileView.as_view(), name="answers-file"),
    path("<slug:slug>/reponses/<int:pk>/", AnswerView.as_view(), name="answer"),
    path("<slug:slug>/reponses/<int:pk>/photos/<int:photo>.jpg", AnswerPhotoView.as_view(), name="photo"),
]
