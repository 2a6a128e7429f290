"""What the rule computed, as the administration shows it: years without spaces, values rounded as the indicator is."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.formats import number_format

from plans.models import Indicator

_NOTHING = "–"


class ComputedColumn:
    """A column of an indicator that the rule writes: Django's lists and forms call it with the indicator.

    ``name`` is that of the column, by which the administration knows who reads it.
    """

    def __init__(self, name: str) -> None:
        column = Indicator._meta.get_field(name)
        assert isinstance(column, models.Field)
        self.name = self.__name__ = self.admin_order_field = name
        self.short_description = column.verbose_name
        self._is_year = isinstance(column, models.PositiveSmallIntegerField)

    def __call__(self, indicator: Any) -> str:
        """Return the value in words."""
        value = getattr(indicator, self.name)
        if value is None:
            return _NOTHING
        if self._is_year:
            return str(value)
        decimals = indicator.decimales
        return f"{number_format(round(value, decimals), decimal_pos=decimals)}\u00a0{indicator.unite}"
