"""Application configurations of the composition root."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class GisportalConfig(AppConfig):
    """The site itself: its checks and templates."""

    name = "gisportal"


class AdministrationConfig(AdminConfig):
    """Django's administration under the portal's own site object."""

    default_site = "gisportal.administration.PortalAdminSite"
