"""Addresses of the exports: a file at once, or the page of one that a worker prepares."""

from django.urls import path

from exports.views import files, jobs

app_name = "exports"
urlpatterns = [
    path("export/<slug:layer>.notice.txt", files.NoticeView.as_view(), name="notice"),
    path("export/<slug:layer>.<str:form>", files.ExportView.as_view(), name="file"),
    path("telechargements/<uuid:pk>/", jobs.ExportJobView.as_view(), name="job"),
    path("telechargements/<uuid:pk>/fichier", jobs.ExportFileView.as_view(), name="job-file"),
    path("telechargements/<uuid:pk>/annuler/", jobs.CancelExportView.as_view(), name="cancel"),
    path("telechargements/<uuid:pk>/recommencer/", jobs.RetryExportView.as_view(), name="retry"),
    path("telechargements/<uuid:pk>/supprimer/", jobs.DeleteExportView.as_view(), name="delete"),
]
