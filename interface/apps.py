"""Application configuration."""

from django.apps import AppConfig
from django.utils.dateformat import DateFormat
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class InterfaceConfig(AppConfig):
    """The application as Django knows it."""

    name = "interface"
    verbose_name = _("interface")

    def ready(self) -> None:
        """Write the first of a month « 1er » wherever Django writes a date: lists and forms of the administration."""
        DateFormat.S = _ordinal  # type: ignore[method-assign]  # Django's is English in every language


def _ordinal(self: DateFormat) -> str:
    """Return what follows the number of a day: « er » after the first in French, else nothing."""
    is_first = self.j() == 1
    return "er" if is_first and (get_language() or "").startswith("fr") else ""
