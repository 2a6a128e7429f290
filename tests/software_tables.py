"""Tables as the software of town halls writes them: pivot tables, registers, accounts, drawings."""

from __future__ import annotations

from tests.messy_files import MessyFile, encoded

_AGENT_NAMES = "Raison sociale;Établissement;Contact;Effectif"


def _file(title: str, text: str, **expected: object) -> MessyFile:
    return MessyFile(title, "a.csv", encoded(text), **expected)  # type: ignore[arg-type]  # fields by name


SOFTWARE_TABLES = (
    _file(
        "companies and telephones with blanks",
        f"{_AGENT_NAMES}\nAmicale;219 200 482;0 800 123 456;1 204\nClub;219 200 722;0 800 234 567;7\n"
        "Cercle;219 200 409;0 805 345 678;12\n",
        count=3,
        types={"Établissement": "string", "Contact": "string", "Effectif": "integer"},
    ),
    _file(
        "table of the INSEE with secret values",
        "CODGEO;Ménages;Part\n92002;25 310;12,5\n92004;s;s\n92007;///;nd\n",
        count=3,
        types={"CODGEO": "string", "Ménages": "integer", "Part": "number"},
        told="missing_words",
    ),
    _file(
        "texts that a formula protects",
        'Code;Montant\n="0123";12,50\n="7890";3,10\n',
        count=2,
        first=("0123", "12,50"),
        types={"Code": "string", "Montant": "number"},
        told="formula_texts",
    ),
    _file(
        "every line between quotation marks",
        '"ref;nom;places"\n"B1;Banc du lac;4"\n"B2;Banc ""rouge"";5"\n',
        titles=("ref", "nom", "places"),
        count=2,
        types={"places": "integer"},
        told="wrapped_lines",
    ),
    _file("quoted column of texts", '"nom"\n"Meudon, 92"\n"Sèvres, 92"\n', titles=("nom",), count=2),
    _file(
        "list of SharePoint under its schema",
        'ListSchema={"schemaXmlList":["<Field Name=\\"Title\\" />","<Field />"]}\n"Titre","Nombre"\n"A",3\n"B",5\n',
        titles=("Titre", "Nombre"),
        count=2,
        told="preamble",
        lines={"preamble": [1]},
    ),
    _file(
        "pivot table",
        "Nombre de réf;Étiquettes de colonnes;;\nÉtiquettes de lignes;2022;2023;Total général\nChaville;3;4;7\n"
        "Meudon;5;;5\nTotal général;8;4;12\n",
        titles=("Étiquettes de lignes", "2022", "2023", "Total général"),
        count=2,
        told="preamble total_row",
    ),
    _file(
        "sentences under the table",
        "commune;2019;2020;2021\nMeudon;1;2;3\nSèvres;4;5;6\n\nLes chiffres sont provisoires\nFait à Meudon, le 12\n",
        count=2,
        told="foot_note",
        lines={"foot_note": [5, 6]},
    ),
    _file(
        "names made of figures, thousands after a dot, characters of the web",
        "Bâtiment,N° article,CP,Budget,sens,texte\n1E1,2.1,1000,12.500,N,Parc &amp; lac\n"
        "2E1,2.10,92190,150.000,S,L&#39;été\n3E1,2.9,92310,8.400,O,x\n",
        count=3,
        types={"Bâtiment": "string", "N° article": "string", "CP": "string", "Budget": "number", "sens": "string"},
        told="lost_zeros dotted_thousands entities",
    ),
    _file("degrees without their comma", "nom;lat;lon\na;48.812.500;2.238.500\nb;48.813.500;2.239.500\n", count=2,
          told="unplaced"),
)  # fmt: skip

PRINTED = MessyFile(
    "columns of a fixed width",
    "a.txt",
    encoded(
        "CODE  NOM                MONTANT\n00012 PISCINE DU LAC      123,50\n01200 STADE              1250,00\n"
    ),
    refused="largeur fixe",
)
