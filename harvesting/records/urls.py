"""Addresses of the catalogue in the API, before those of layers: no layer has the name of this collection."""

from django.urls import path

from harvesting.records import views

app_name = "records"
urlpatterns = [
    path("catalogue", views.CollectionView.as_view(), name="collection"),
    path("catalogue/items", views.ItemsView.as_view(), name="items"),
    path("catalogue/items/<str:record>", views.ItemView.as_view(), name="item"),
    *(
        path(f"catalogue/{name}", views.DescriptionView.as_view(), {"name": name}, name=name)
        for name in ("queryables", "sortables", "schema")
    ),
]
