"""What is not a filter of its version, or too much of one, is refused by the name of its element."""

from __future__ import annotations

import pytest

from layers.errors import FilterTooComplex, InvalidFilter, UnreadableRequest
from layers.parsing.cql2.bounds import MAX_NESTING
from layers.parsing.cql2.parser import MAX_NODES
from tests.fes_reading import EQUAL, NOM, POINT, TEN, V1_0, V1_1, V2, WILDCARDS, parsed
from wfs.parsing.fes import FesVersion


@pytest.mark.parametrize(
    ("text", "version", "message"),
    [
        ("", V2, "<Filter> n’est pas un filtre"),
        (EQUAL * 2, V2, "réunissez-les"),
        (EQUAL + '<ResourceId rid="a.1"/>', V2, "réunissez-les"),
        ("<And/>", V2, "<And> est vide"),
        (f"<Not>{EQUAL}{EQUAL}</Not>", V2, "dans <Not> : 1 ; reçus : 2"),
        ("<Autre/>", V2, "<Autre> n’est pas un opérateur des filtres 2.0"),
        ("<Autre\n/>", V2, "<Autre> n’est pas"),
        (f"<After>{NOM}{TEN}</After>", V1_1, "<After> n’est pas un opérateur des filtres 1.1"),
        ('<FeatureId fid="a.1"/>', V2, "<FeatureId> n’est pas un opérateur des filtres 2.0"),
        ('<ResourceId rid="a.1"/>', V1_0, "<ResourceId> n’est pas un opérateur des filtres 1.0"),
        ("<ResourceId/>", V2, "attend l’attribut « rid »"),
        ('<ResourceId rid="a.1" version="2"/>', V2, "l’attribut « version »"),
        ('<And xmlns="http://www.opengis.net/ogc"/>', V2, "espace de noms « http://www.opengis.net/ogc »"),
        ('<And xmlns="http://www.opengis.net/fes/2.0"/>', V1_1, "attendu : « http://www.opengis.net/ogc »"),
        (f"<PropertyIsEqualTo>{NOM}</PropertyIsEqualTo>", V2, "<PropertyIsEqualTo> : 2 ; reçus : 1"),
        (f"<PropertyIsEqualTo>{NOM}<Autre/></PropertyIsEqualTo>", V2, "<Autre> n’est pas une valeur"),
        (f'<PropertyIsEqualTo matchCase="oui">{NOM}{TEN}</PropertyIsEqualTo>', V2, "matchCase attend"),
        (f'<PropertyIsEqualTo matchAction="Many">{NOM}{TEN}</PropertyIsEqualTo>', V2, "matchAction attend"),
        (f"<PropertyIsLike>{NOM}{TEN}</PropertyIsLike>", V2, "attend l’attribut « wildCard »"),
        (f"<PropertyIsLike {WILDCARDS}>{NOM}{NOM}</PropertyIsLike>", V2, "un modèle dans <Literal>"),
        (f"<PropertyIsBetween>{NOM}{TEN}{TEN}</PropertyIsBetween>", V2, "<LowerBoundary>"),
        (f'<PropertyIsNil nilReason="inconnu">{NOM}</PropertyIsNil>', V2, "nilReason"),
        (f"<Intersects>{NOM}{TEN}</Intersects>", V2, "<Intersects> attend une propriété géométrique"),
        ("<Intersects/>", V2, "<Intersects> attend une propriété géométrique"),
        (f"<DWithin>{POINT}</DWithin>", V2, "attend une distance"),
        (f"<DWithin>{POINT}<Distance>3</Distance></DWithin>", V2, "attend l’attribut « uom »"),
        (f"<After>{NOM}{POINT}</After>", V2, "deux dates, instants ou périodes"),
        ("<PropertyIsNull><Literal><b/></Literal></PropertyIsNull>", V2, "<Literal> attend un texte"),
    ],
)  # fmt: skip
def test_what_is_not_a_filter_of_the_version_is_refused_by_its_element(
    text: str, version: FesVersion, message: str
) -> None:
    with pytest.raises(UnreadableRequest, match=message):
        parsed(text, version)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('<PropertyIsNull><Function name="SIN"/></PropertyIsNull>', "« SIN » n’est pas servie"),
        (
            '<PropertyIsNull><Function name="Add"><Literal>x</Literal><Literal>1</Literal></Function></PropertyIsNull>',
            "« x » n’est pas un nombre",
        ),
        (
            f'<PropertyIsLike wildCard="*" singleChar="*" escapeChar="!">{NOM}{TEN}</PropertyIsLike>',
            "doivent différer",
        ),
        (f'<DWithin>{POINT}<Distance uom="deg">3</Distance></DWithin>', "« deg » n’est pas servie"),
        (f'<DWithin>{POINT}<Distance uom="m">loin</Distance></DWithin>', "« loin » n’est pas un nombre"),
        (
            "<PropertyIsLessThan><ValueReference>@gml:id</ValueReference><Literal>a.1</Literal></PropertyIsLessThan>",
            "par égalité",
        ),
    ],
)
def test_values_that_cannot_be_read_are_named(text: str, message: str) -> None:
    with pytest.raises(InvalidFilter, match=message):
        parsed(text)


LONG_LINE = (
    f"<BBOX><LineString><posList>{'600000 6800000 600001 6800000 ' * 1_000}</posList></LineString></BBOX>"
)


def _deep(levels: int) -> str:
    return "<Not>" * levels + EQUAL + "</Not>" * levels


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_deep(MAX_NESTING + 1), f"plus de {MAX_NESTING} niveaux"),
        (f"<Or>{EQUAL * MAX_NODES}</Or>", f"plus de {MAX_NODES} termes"),
        (
            f"<Or>{LONG_LINE * 3}</Or>",
            "sommets",
        ),
    ],
)
def test_what_is_too_much_for_a_filter_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(FilterTooComplex, match=message):
        parsed(text)
