"""What the address of the print page says of the layout, beside the filters of the dashboard.

Names of parameters have a dash, which no field has: a filter can never be taken for one of them.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from django.utils.translation import gettext as _

from dashboards.models import Orientation, PaperForm, PaperSize
from dashboards.paper.definitions import PaperLayout
from interface.requests import Parameters
from layers.errors import InvalidParameter
from layers.parsing import single_values

SIZE, ORIENTATION, FORM, TABLES = "papier-format", "papier-sens", "fichier-type", "avec-tableaux"
LAYOUT = (SIZE, ORIENTATION, FORM, TABLES)
_Choice = TypeVar("_Choice", bound=Enum)


def parse_layout(parameters: Parameters) -> PaperLayout | None:
    """Return the layout asked; None without a kind of file: then it is still to be chosen.

    Raises:
        InvalidParameter: a value that is none of the choices, or a parameter given twice.
    """
    given = single_values({name: parameters[name] for name in LAYOUT if name in parameters}, known=LAYOUT)
    layout = PaperLayout(
        size=_choice(PaperSize, given.get(SIZE, PaperSize.A4.value), SIZE),
        orientation=_choice(Orientation, given.get(ORIENTATION, Orientation.PORTRAIT.value), ORIENTATION),
        form=_choice(PaperForm, given.get(FORM, PaperForm.PDF.value), FORM),
        has_tables=_flag(given.get(TABLES, "0")),
    )
    return layout if FORM in given else None


def filters_in(parameters: Parameters) -> dict[str, list[str]]:
    """Return the filters of the dashboard alone."""
    return {name: list(values) for name, values in parameters.items() if name not in LAYOUT}


def _choice(choices: type[_Choice], value: str, name: str) -> _Choice:
    try:
        return choices(value)
    except ValueError:
        known = ", ".join(str(choice.value) for choice in choices)
        raise InvalidParameter(
            _("%(name)s attend l’une de ces valeurs : %(known)s ; reçu « %(value)s ».")
            % {"name": name, "known": known, "value": value[:40]},
            parameter=name,
        ) from None


def _flag(value: str) -> bool:
    if value not in {"0", "1"}:
        raise InvalidParameter(_("%s attend 0 ou 1.") % TABLES, parameter=TABLES)
    return value == "1"
