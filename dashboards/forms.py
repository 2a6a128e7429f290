"""What forms of dashboards share: the revision that they start from, the choice of a producer, the administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from administration.forms import ProducedForm
from dashboards.documents.parsing import parse_library_panel
from dashboards.errors import InvalidDocument
from dashboards.registry import PANEL_KINDS
from layers.errors import InvalidParameter
from layers.parsing.numbers import parse_integer


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


REVISION = "revision"


def revision_of(request: HttpRequest) -> int:
    """Return the revision that a form was made from.

    Raises:
        InvalidParameter: the form does not say it.
    """
    text = request.POST.get(REVISION, "")
    revision = parse_integer(text, maximum=999_999_999)
    if revision is None:
        raise InvalidParameter(
            _("%(name)s attend %(expected)s ; reçu « %(value)s ».")
            % {"name": REVISION, "expected": _("le numéro d’une révision"), "value": text[:40]},
            parameter=REVISION,
        )
    return revision
