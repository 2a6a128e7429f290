"""What can go wrong between a file and a published layer.

The faults of the file itself come last: each stops the reading, nothing is half-read. What concerns single rows is a
``Finding``, not an error.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

from layers.errors import LayersError


class DatasetsError(LayersError):
    """Base of the faults of datasets; the message names the culprit."""

    title = gettext_noop("Opération refusée")


class NameInUse(DatasetsError):
    """Another layer, written in code or not, has this identifier."""

    title = gettext_noop("Identifiant déjà pris")


class InvalidSchema(DatasetsError):
    """The schema cannot become a table: a name, a pattern or a bound makes no sense."""

    title = gettext_noop("Schéma incorrect")


class ImportUnderWay(DatasetsError):
    """Somebody else is importing this dataset."""

    title = gettext_noop("Import déjà en cours")


class LoadFailed(DatasetsError):
    """The database could not take the rows: the disk is full, a limit was reached."""

    title = gettext_noop("Import interrompu")


class NotPublishable(DatasetsError):
    """The delivery is not in a state that can go online."""

    title = gettext_noop("Livraison non publiable")


class PlanChanged(DatasetsError):
    """What the person read of a change of schema is not what it would do now."""

    title = gettext_noop("Données modifiées entre-temps")


class PlanNotAccepted(DatasetsError):
    """A change of schema loses values that nobody accepted to lose, or rows prevent it."""

    title = gettext_noop("Changement de schéma refusé")


class FileRefused(DatasetsError):
    """Base of the faults of a delivered file. ``line`` is 1-based, 0 when the whole file is concerned."""

    title = gettext_noop("Fichier refusé")

    def __init__(self, detail: str, *, parameter: str = "file", line: int = 0) -> None:
        super().__init__(detail, parameter=parameter)
        self.line = line


class UnreadableFile(FileRefused):
    """The content is not what its format promises."""

    title = gettext_noop("Fichier illisible")


class UnknownFormat(UnreadableFile):
    """No reader knows this content."""

    title = gettext_noop("Format inconnu")


class EmptyFile(UnreadableFile):
    """The file holds no byte, or no column."""

    title = gettext_noop("Fichier vide")


class BrokenEncoding(UnreadableFile):
    """Some bytes are not text in the file's encoding."""

    title = gettext_noop("Encodage incorrect")


class UnsafeFile(FileRefused):
    """The file has what no honest file needs: references to other files, the network, a huge expansion."""

    title = gettext_noop("Fichier refusé par sécurité")


class UnsafeArchive(UnsafeFile):
    """An archive with too many entries, too large once expanded, or with names that leave its folder."""

    title = gettext_noop("Archive refusée par sécurité")


class TooDemanding(UnsafeFile):
    """A file that takes more memory, time or room than any honest file."""

    title = gettext_noop("Fichier trop exigeant")


class ReaderStopped(FileRefused):
    """The program that reads this format stopped on the file, or could not be started."""

    title = gettext_noop("Lecture interrompue")


class TooManyColumns(FileRefused):
    """More columns than a table takes."""

    title = gettext_noop("Trop de colonnes")


class FieldTooLong(FileRefused):
    """One value larger than any honest value."""

    title = gettext_noop("Valeur trop longue")


class FileChanged(FileRefused):
    """The file was replaced or written to while it was read."""

    title = gettext_noop("Fichier modifié pendant la lecture")


class UnknownPart(FileRefused):
    """A layer or a sheet that the file does not have."""

    title = gettext_noop("Partie du fichier inconnue")
