"""Dashboards in the forms of the administration: library panels that can be drawn."""

from __future__ import annotations

from typing import Any

from django import forms

from administration.forms import ProducedForm
from dashboards.documents.parsing import parse_library_panel
from dashboards.errors import InvalidDocument
from dashboards.registry import PANEL_KINDS


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
