"""What the pages of making read of a form: the state of the dashboard that it starts from."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.parsing.numbers import whole_number

REVISION = "revision"


def revision_of(request: HttpRequest) -> int:
    """Return the revision that a form was made from.

    Raises:
        InvalidParameter: the form does not say it.
    """
    text = request.POST.get(REVISION, "")
    revision = whole_number(text, most=999_999_999)
    if revision is None:
        raise InvalidParameter(
            _("%(name)s attend %(expected)s ; reçu « %(value)s ».")
            % {"name": REVISION, "expected": _("le numéro d’une révision"), "value": text[:40]},
            parameter=REVISION,
        )
    return revision
