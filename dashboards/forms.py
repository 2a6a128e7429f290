"""Dashboards in the forms of the administration: producers that are one's own, library panels that can be drawn."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from dashboards.documents.parsing import parse_library_panel
from dashboards.errors import InvalidDocument
from dashboards.registry import PANEL_KINDS
from layers import access
from layers.forms.offered import OfferedFieldsForm
from layers.visitor import Visitor


class ProducedForm(OfferedFieldsForm):
    """What a group produces: the groups offered are those of its writer, and the one that stands."""

    visitor: ClassVar[Visitor]  # set on the class that the administration makes for a request

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        producer = self.fields.get("producer")
        if isinstance(producer, forms.ModelChoiceField):
            producer.queryset = access.producer_groups(self.visitor, current=self.instance.producer_id)


class LibraryPanelForm(ProducedForm):
    """A library panel, whose document is checked as one on a dashboard is."""

    def clean_document(self) -> Any:
        """Check the document.

        Raises:
            ValidationError: it says what no panel may, each fault by its key.
        """
        document = self.cleaned_data["document"]
        try:
            parse_library_panel(document, PANEL_KINDS.values())
        except InvalidDocument as error:
            raise forms.ValidationError([str(fault) for fault in error.faults]) from None
        return document
