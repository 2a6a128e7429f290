"""Whether somebody has a place in the pages of the datasets: what decides that a link to them is shown."""

from __future__ import annotations

from django import template

from datasets.access import is_creator
from datasets.versions.queries import feeds_something
from layers.visitor import Visitor

register = template.Library()


@register.filter
def may_feed(visitor: object) -> bool:
    """Whether the visitor of the request feeds a dataset or may make one; a page before any visitor shows no link."""
    return isinstance(visitor, Visitor) and (feeds_something(visitor) or is_creator(visitor))
