"""Application configurations of the composition root."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.apps import ProcrastinateConfig

from gisportal.checks import (
    check_backdrop,
    check_commune_thresholds,
    check_database_roles,
    check_email,
    check_journal,
    check_proxies,
    check_spatial_references,
    check_unsafe_defaults,
)
from gisportal.database_roles import grant_after_migrations, locate_after_migrations
from sandbox.checks import check_walls


class GisportalConfig(AppConfig):
    """The site itself: its checks and templates."""

    name = "gisportal"

    def ready(self) -> None:
        """Grant to the application's role and place features after migrations; register the checks of safety."""
        post_migrate.connect(grant_after_migrations, sender=self)
        post_migrate.connect(locate_after_migrations, sender=self)
        register(check_database_roles, Tags.security, deploy=True)
        register(check_unsafe_defaults, Tags.security)
        register(check_proxies, Tags.security)
        register(check_email, Tags.security)
        register(check_journal, Tags.security)
        register(check_spatial_references, Tags.security)
        register(check_backdrop)
        register(check_commune_thresholds, Tags.database)
        register(check_walls, Tags.security, deploy=True)


class AdministrationConfig(AdminConfig):
    """Django's administration under the portal's own site object."""

    default_site = "gisportal.administration.PortalAdminSite"


class QueueConfig(ProcrastinateConfig):
    """The queue of background tasks under the name that the administration has for it."""

    verbose_name = _("Tâches de fond")
