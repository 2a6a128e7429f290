"""Addresses of the exports: a file at once, or the order of one that is prepared apart."""

from django.urls import path

from exports.views import files, orders

app_name = "exports"
urlpatterns = [
    path("export/<slug:layer>.notice.txt", files.NoticeView.as_view(), name="notice"),
    path("export/<slug:layer>.<str:form>", files.ExportView.as_view(), name="file"),
    path("telechargements/<uuid:pk>/", orders.OrderView.as_view(), name="order"),
    path("telechargements/<uuid:pk>/fichier", orders.OrderFileView.as_view(), name="order-file"),
    path("telechargements/<uuid:pk>/annuler/", orders.CancelOrderView.as_view(), name="cancel"),
    path("telechargements/<uuid:pk>/recommencer/", orders.RetryOrderView.as_view(), name="retry"),
    path("telechargements/<uuid:pk>/supprimer/", orders.DeleteOrderView.as_view(), name="delete"),
]
