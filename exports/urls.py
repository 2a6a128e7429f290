"""Addresses of the exports: a file at once, or the order of one that is prepared apart."""

from django.urls import path

from exports.views import files, jobs

app_name = "exports"
urlpatterns = [
    path("export/<slug:layer>.notice.txt", files.NoticeView.as_view(), name="notice"),
    path("export/<slug:layer>.<str:form>", files.ExportView.as_view(), name="file"),
    path("telechargements/<uuid:pk>/", jobs.OrderView.as_view(), name="order"),
    path("telechargements/<uuid:pk>/fichier", jobs.OrderFileView.as_view(), name="order-file"),
    path("telechargements/<uuid:pk>/annuler/", jobs.CancelOrderView.as_view(), name="cancel"),
    path("telechargements/<uuid:pk>/recommencer/", jobs.RetryOrderView.as_view(), name="retry"),
    path("telechargements/<uuid:pk>/supprimer/", jobs.DeleteOrderView.as_view(), name="delete"),
]
