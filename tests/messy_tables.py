"""Smaller files as agents make them, one fault each, and files that are no table."""

from __future__ import annotations

import zipfile
from io import BytesIO

from datasets.readers.source import ReadOptions
from tests.messy_files import GREAT, MessyFile, encoded
from tests.software_tables import PRINTED, SOFTWARE_TABLES

_ACCENTS = "nom;lieu\n" + "Écoles réunies;Sèvres à l’été\nThéâtre;Forêt\n"


def _accented(encoding: str, told: str) -> MessyFile:
    return MessyFile(
        f"accents in {encoding}",
        "accents.csv",
        encoded(_ACCENTS, encoding),
        ("nom", "lieu"),
        2,
        ("Écoles réunies", "Sèvres à l’été"),
        told=told,
    )


def _plain(title: str, text: str, **expected: object) -> MessyFile:
    return MessyFile(title, "a.csv", encoded(text), **expected)  # type: ignore[arg-type]  # fields by name


def _zip(**files: str) -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return output.getvalue()


TABLES = (
    *GREAT,
    *SOFTWARE_TABLES,
    _accented("utf-8-sig", ""),
    _accented("utf-16", ""),
    _accented("utf-16-le", ""),
    _accented("utf-16-be", ""),
    _accented("cp1252", "encoding"),
    _accented("mac-roman", "encoding"),
    MessyFile(
        "accents of DOS",
        "dos.csv",
        encoded("nom;lieu\nÉcole été;Sèvres\nThéâtre;Forêt\n\x1a", "cp850"),
        ("nom", "lieu"),
        2,
        ("École été", "Sèvres"),
        told="encoding",
    ),
    _plain(
        "accents encoded twice",
        "nom;n\nSÃ¨vres;1\nMeudon;2\n",
        count=2,
        told="mojibake",
        lines={"mojibake": [2, 0]},
    ),
    _plain(
        "accents lost",
        "nom;n\nMeudon;1\nS\ufffdvres;2\n",
        count=2,
        told="lost_letters",
        lines={"lost_letters": [3]},
    ),
    _plain("lines that end by CR", "a;b\r1;2\r3;4\r", count=2, last=("3", "4")),
    _plain("lines that end in every way", 'a;b\r\n1;2\n3;"4\r5"\r6;7\r\n', count=3, last=("6", "7")),
    _plain("control characters", "a;b\n1;x\x0by\n", count=1, told="controls", lines={"controls": [2]}),
    _plain(
        "text of several lines",
        'id,texte,n\n1,"sur\ndeux, ou\ntrois lignes",5\n2,b,6\n',
        count=2,
        first=("1", "sur\ndeux, ou\ntrois lignes", "5"),
        told="",
    ),
    _plain(
        "address of several lines", 'nom,adresse\nA,"Résidence A\n12, rue X\n92190 Meudon"\nB,x\n', count=2
    ),
    _plain(
        "quotation mark that another one closes far below",
        "id;nom;n\n1;a;2\n" + '3;"nom;5\n' + "4;b;5\n" * 5 + '9;écran 12";5\n6;c;7\n',
        count=8,
        told="quote_open",
        lines={"quote_open": [3]},
        errors=frozenset({"quote_open"}),
    ),
    _plain(
        "quotation marks not doubled",
        'id;nom;n\n1;"Rue "des" bois";2\n2;"Pré";3\n',
        count=2,
        first=("1", 'Rue "des" bois', "2"),
        told="quotes",
        lines={"quotes": [2]},
    ),
    _plain("inches in a value", 'id;nom\n1;écran 12"\n2;b\n', count=2, first=("1", 'écran 12"')),
    _plain(
        "quotation mark open at the end",
        'id;nom\n1;a\n2;"b\n',
        count=1,
        told="quote_open",
        lines={"quote_open": [3]},
        errors=frozenset({"quote_open"}),
    ),
    _plain(
        "apostrophes as quotation marks",
        "id,nom\n'1','a, b'\n'2','c'\n",
        titles=("id", "nom"),
        count=2,
        first=("1", "a, b"),
    ),
    _plain("spaces before quotation marks", 'id, nom\n1, "a, b"\n2, "c, d"\n', count=2, first=("1", "a, b")),
    _plain(
        "decimal commas between quotation marks",
        'x,y\n"48,82","2,23"\n"48,83","2,24"\n',
        count=2,
        first=("48,82", "2,23"),
        types={"x": "number"},
    ),
    _plain("one column", "nom\nMeudon\nVille, d’Avray\n", titles=("nom",), count=2, last=("Ville, d’Avray",)),
    _plain(
        "title of several cells",
        "Direction;Parcs\nDate;12/03/2024\n\nref;nom;places;lieu\n1;a;2;x\n2;b;3;y\n3;c;4;z\n",
        titles=("ref", "nom", "places", "lieu"),
        count=3,
        told="preamble",
        lines={"preamble": [1, 2]},
    ),
    _plain(
        "title with an odd quotation mark",
        'Liste dite "des bancs\nref;nom\n1;a\n2;b\n',
        titles=("ref", "nom"),
        count=2,
    ),
    _plain(
        "two rows of titles",
        "Commune;Population;;Logements;\n;2020;2021;2020;2021\nMeudon;1;2;3;4\nSèvres;5;6;7;8\n",
        titles=("Commune", "Population 2020", "Population 2021", "Logements 2020", "Logements 2021"),
        count=2,
        told="header_rows",
    ),
    _plain(
        "groups above titles that are there twice",
        ";Hommes;;Femmes;\ncommune;2020;2021;2020;2021\nMeudon;1;2;3;4\nSèvres;5;6;7;8\n",
        titles=("commune", "Hommes 2020", "Hommes 2021", "Femmes 2020", "Femmes 2021"),
        count=2,
        told="header_rows",
    ),
    _plain(
        "row of labels",
        "id_b;haut;pose\nRéférence;Hauteur;Date de pose\n1;40;2024-01-01\n2;41;2024-01-02\n",
        titles=("id_b Référence", "haut Hauteur", "Date de pose"),
        count=2,
        told="header_rows",
    ),
    _plain(
        "titles said again in words over texts",
        "code_station;nom_station;type\nCode de la station;Nom de la station;Type\nA01;Sèvres;x\nA02;Meudon;y\n",
        titles=("Code de la station", "Nom de la station", "Type"),
        count=2,
        told="header_rows",
    ),
    _plain(
        "titles again in other letters",
        "code;nom;type\nCode;Libellé;Catégorie\nA01;Sèvres;x\nA02;Meudon;y\n",
        titles=("Code", "nom Libellé", "type Catégorie"),
        count=2,
        told="header_rows",
    ),
    _plain(
        "titles said again with one abbreviation",
        "code_station;nom_station;nb\nCode de la station;Nom de la station;Nombre\nS1;Gare;3\nS2;Mairie;4\n",
        titles=("Code de la station", "Nom de la station", "nb Nombre"),
        count=2,
        told="header_rows",
    ),
    _plain(
        "first row of a town that is called so",
        "ville;adresse;quartier\nVille-d’Avray;2 rue X;Quartier nord\nSèvres;3 rue Y;Centre\nMeudon;4 rue Z;Val\n",
        titles=("ville", "adresse", "quartier"),
        count=3,
    ),
    _plain(
        "first row whose value is its title",
        "parc;commune\nParc;Meudon\nJardin;Sèvres\nSquare;Meudon\n",
        titles=("parc", "commune"),
        count=3,
    ),
    _plain(
        "first row whose kinds come again below",
        "type_voie;nom_voie;cote\nVoie;Voie neuve;Côté nord\nRue;A;sud\nVoie;B;sud\nRue;C;est\nRue;D;est\n",
        titles=("type_voie", "nom_voie", "cote"),
        count=5,
    ),
    _plain(
        "first row of unknown numbers",
        "nom;largeur;hauteur\nSquare X;largeur inconnue;n.c.\nSquare Y;3;4\nSquare Z;5;6\n",
        titles=("nom", "largeur", "hauteur"),
        count=3,
    ),
    _plain(
        "first row of dates to come",
        "chantier;debut;fin\nRue A;prévu;à définir\nRue B;2024-01-01;2024-02-01\nRue C;2024-03-01;2024-04-01\n",
        titles=("chantier", "debut", "fin"),
        count=3,
    ),
    _plain(
        "row of types",
        "code;nom;valeur\nstring;string;float\nA01;Sèvres;12.3\nA02;Meudon;13.1\n",
        titles=("code", "nom", "valeur"),
        count=2,
        types={"valeur": "number"},
        told="type_row",
    ),
    _plain(
        "values that begin as their titles",
        "rue;ville\nrue des Bois;ville d’Avray\nrue du Pont;Sèvres\nrue de Paris;Meudon\n",
        titles=("rue", "ville"),
        count=3,
    ),
    _plain(
        "accents that titles lost",
        "Ann__e;Libell_;kwh\n2020;a;1\n2021;b;2\n",
        titles=("Ann__e", "Libell_", "kwh"),
        count=2,
        told="mended_title",
    ),
    _plain(
        "no titles",
        "1;40;2,5\n2;41;3,5\n3;42;4,5\n",
        titles=("colonne 1", "colonne 2", "colonne 3"),
        count=3,
        told="no_titles",
    ),
    _plain(
        "years as titles",
        "commune;2019;2020\nMeudon;1;2\nSèvres;3;4\n",
        titles=("commune", "2019", "2020"),
        count=2,
    ),
    _plain("a row called total in the middle", "poste;n\na;1\nTotal;1\nb;2\n", count=3, told=""),
    _plain("a station called Total", "nom;n\nTotal Access Meudon;1\nTotalEnergies;3\n", count=2, told=""),
    _plain(
        "titles again in the middle",
        "nom;n\nA;1\nnom;n\nB;2\n",
        count=2,
        types={"n": "integer"},
        told="titles_again",
        lines={"titles_again": [3]},
    ),
    _plain(
        "title and values with as many commas",
        "Bilan, au 12 mars\nville;adresse\n" + "Meudon;12, rue des Prés\n" * 3,
        titles=("ville", "adresse"),
        count=3,
        told="preamble",
    ),
    _plain("titles of numbers", "1;2;3\n10;20;30\n", titles=("1", "2", "3"), count=1, told="titles_doubtful"),
    _plain("rows of separators", "a;b\n1;2\n;\n3;4\n;\n;\n", count=2, told="blank_rows"),
    _plain(
        "total under rows of one value",
        "neuf;propre\noui;\n;non\noui;\nTotal;3\n",
        count=3,
        told="total_row",
        lines={"total_row": [5]},
    ),
    _plain(
        "total that a person keeps",
        "a;b\nx;2\nTotal;2\n",
        count=2,
        told="",
        reading=ReadOptions(total_rows=False),
    ),
    _plain(
        "titles that a person gives",
        "x\na;b\nc;d\n1;2\n",
        titles=("c", "d"),
        count=1,
        reading=ReadOptions(title_lines=2),
    ),
    _plain(
        "units that a person gives",
        "a;b\nzz;m\n1;2\n",
        count=1,
        units={"b": "m"},
        reading=ReadOptions(unit_row=True),
        told="unit_row",
    ),
    _plain(
        "rows of titles that a person counts",
        "a;b\nc;d\n1;2\n",
        titles=("a c", "b d"),
        count=1,
        reading=ReadOptions(header_rows=2),
        told="header_rows",
    ),
    _plain(
        "lookups of SharePoint",
        'id,ville\na,1;#Meudon\nb,"1;#Meudon;#2;#Sèvres"\n',
        count=2,
        last=("b", "Meudon, Sèvres"),
        told="lookup",
    ),
    _plain(
        "years of two figures",
        "id;pose\n1;01/02/24\n2;03/04/25\n",
        count=2,
        types={"pose": "string"},
        told="short_years",
    ),
    _plain(
        "months first",
        "id;pose\n1;01/22/2024\n2;03/04/2025\n",
        count=2,
        types={"pose": "string"},
        told="month_first",
    ),
    _plain(
        "days of eight figures",
        "id;valide\n1;20240131\n2;20240201\n",
        count=2,
        types={"valide": "string"},
        told="compact_dates",
    ),
    _plain(
        "times with zones",
        "id;lu\n1;2024-01-31T10:00:00+01:00\n2;2024-02-01T09:00:00Z\n",
        count=2,
        types={"lu": "datetime"},
    ),
    _plain(
        "milliseconds since 1970",
        "id;date_maj\n1;1700000000000\n2;1700086400000\n",
        count=2,
        types={"date_maj": "datetime"},
        told="numbered_dates",
    ),
    _plain(
        "identifiers of Opendatasoft",
        "nom;recordid\na;3f2c0e\nb;77d1aa\n",
        count=2,
        key=("recordid",),
    ),
    _plain(
        "truth in French", "id;a;b\n1;VRAI;oui\n2;FAUX;non\n", count=2, types={"a": "boolean", "b": "boolean"}
    ),
)

REFUSED = (
    PRINTED,
    MessyFile("nothing at all", "a.csv", b"", refused="vide"),
    MessyFile("page of the web", "a.csv", b"<!DOCTYPE html><html><body>Erreur</body></html>", refused="HTML"),
    MessyFile(
        "table of the web", "a.xls", b"<html><table><tr><td>1</td></tr></table></html>", refused="tableur"
    ),
    MessyFile("document in PDF", "a.csv", b"%PDF-1.7\n", refused="PDF"),
    MessyFile("document in RTF", "a.csv", b"{\\rtf1 texte}", refused="RTF"),
    MessyFile("drawing in DWG", "a.csv", b"AC1027\0\0\0\0\0" + bytes(20), refused="DWG"),
    MessyFile("binary drawing", "a.csv", b"AutoCAD Binary DXF\r\n\x1a\0" + bytes(20), refused="DXF"),
    MessyFile("orders in SQL", "a.csv", b"CREATE TABLE a (b integer);\n", refused="SQL"),
    MessyFile("e-mail", "a.csv", b"Received: from x\nSubject: y\n", refused="courriel"),
    MessyFile("old workbook", "a.csv", b"\xd0\xcf\x11\xe0" + bytes(500), refused="xls"),
    MessyFile("letter", "a.csv", _zip(word__document_xml="<w/>", mimetype="x"), refused="bureautique"),
    MessyFile("archive of nothing known", "a.csv", _zip(a_png="x"), refused="archive"),
    MessyFile("NUL bytes", "a.csv", b"a;b\n1;2\n" + b"3;4\n" * 2000 + b"5;\x006\n", refused="2003"),
)
