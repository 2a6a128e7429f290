"""Functions of filters: those of the kernel, by the names that desktop tools look for. Capabilities list them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TEXT, NUMBER = "xsd:string", "xsd:decimal"


@dataclass(frozen=True, slots=True)
class Function:
    """A function: ``operator`` is that of CQL2; ``arguments`` are (name, type) pairs; types are those of XML Schema."""

    name: str
    operator: str
    arguments: tuple[tuple[str, str], ...]
    returns: str

    @property
    def is_calculation(self) -> bool:
        """Whether it takes and gives numbers."""
        return self.returns == NUMBER


def _of_text(name: str, operator: str) -> Function:
    return Function(name, operator, (("text", TEXT),), TEXT)


def _of_numbers(name: str, operator: str) -> Function:
    return Function(name, operator, (("first", NUMBER), ("second", NUMBER)), NUMBER)


# QGIS calls ``lower`` and ``unaccent``, GeoServer's clients ``strToLowerCase``; the two first are CQL2's own.
# Small letters are not folded ones: those of « Straße » are « straße », where the folded ones are « strasse ».
FUNCTIONS: tuple[Function, ...] = (
    _of_text("accenti", "accenti"),
    _of_text("casei", "casei"),
    _of_text("lower", "lower"),
    _of_text("strToLowerCase", "lower"),
    _of_text("unaccent", "accenti"),
    _of_numbers("Add", "+"),
    _of_numbers("Sub", "-"),
    _of_numbers("Mul", "*"),
    _of_numbers("Div", "/"),
    _of_numbers("IntDiv", "div"),
    _of_numbers("Mod", "%"),
    _of_numbers("Pow", "^"),
)
_BY_NAME: Mapping[str, Function] = {function.name.lower(): function for function in FUNCTIONS}
# Elements of their own in Filter Encoding 1.1 and 1.0, functions in FES 2.0; QGIS writes the elements there too.
CALCULATIONS: Mapping[str, Function] = {name: _BY_NAME[name.lower()] for name in ("Add", "Sub", "Mul", "Div")}


def function_named(name: str) -> Function | None:
    """Return the function of a name, in any case; None when there is none."""
    return _BY_NAME.get(name.lower())
