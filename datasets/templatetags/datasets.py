"""Filters of the datasets for pages of the portal."""

from __future__ import annotations

from django import template

from datasets.access import may_feed

register = template.Library()
register.filter(may_feed)
