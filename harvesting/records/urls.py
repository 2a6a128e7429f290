"""Addresses of the catalogue in the API, before those of layers: no layer has the name of this collection."""

from django.urls import path

from harvesting.records import views

app_name = "records"
urlpatterns = [
    path("", views.CollectionView.as_view(), name="collection"),
    path("/items", views.ItemsView.as_view(), name="items"),
    path("/items/<str:record>", views.ItemView.as_view(), name="item"),
    path("/queryables", views.QueryablesView.as_view(), name="queryables"),
    path("/sortables", views.SortablesView.as_view(), name="sortables"),
    path("/schema", views.SchemaView.as_view(), name="schema"),
]
