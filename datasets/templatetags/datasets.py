"""Whether somebody has a place in the pages of the datasets: what decides that a link to them is shown."""

from __future__ import annotations

from django import template

from datasets.access import Actor, may_create
from datasets.versions.queries import feeds_something

register = template.Library()


@register.filter
def may_feed(user: Actor) -> bool:
    """Whether the person feeds a dataset or may make one."""
    return feeds_something(user) or may_create(user)
