"""Addresses of single sign-on, under the names that django-allauth looks up."""

from django.urls import path

from gisportal.accounts.single_sign_on import views

urlpatterns = [
    path("", views.IdentitiesView.as_view(), name="socialaccount_connections"),
    path("fin/", views.signed_out, name="single_sign_on_signed_out"),
    path("<slug:provider_id>/", views.ProviderSignInView.as_view(), name="openid_connect_login"),
    path("<slug:provider_id>/retour/", views.callback, name="openid_connect_callback"),
]
