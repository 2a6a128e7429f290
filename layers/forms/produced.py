"""A form of what a group produces: the groups offered are those of its writer, and the one that stands."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from layers import access
from layers.forms.offered import OfferedFieldsForm
from layers.visitor import Visitor


class ProducedForm(OfferedFieldsForm):
    """The base of forms whose model has a ``producer``."""

    visitor: ClassVar[Visitor]  # set on the class that the administration makes for a request

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        producer = self.fields.get("producer")
        if isinstance(producer, forms.ModelChoiceField):
            producer.queryset = access.producer_groups(self.visitor, current=self.instance.producer_id)
