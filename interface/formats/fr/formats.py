"""Formats of French dates: the first of a month is « 1er », by the ``S`` that ``interface.apps`` makes French.

The rest is Django's.
"""

DATE_FORMAT = "jS F Y"
DATETIME_FORMAT = "jS F Y H:i"
MONTH_DAY_FORMAT = "jS F"
