"""Shapes of what changes with a Nachversand: one form per kind of change, then the sentence why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from konferenz.forms import Textfeld
from sitzungen.models import Aenderung, Sitzung, Traktandum, Unterlage

from .eingabe import ERLAUBTE_DATEIEN, Dateienfeld, MehrereDateien, clean_absaetze
from .traktandum import TraktandumForm

DATEI_HILFE = "PDF, DOCX, XLSX, PPTX, ODT, PNG oder JPG, je höchstens 25 MB."
DATEI_FELDER = {"datei", "dateien"}
Art = Aenderung.Art


class _AenderungForm(forms.Form):
    """What all of them know: the meeting and what is noted for it already."""

    def __init__(self, *args: Any, sitzung: Sitzung, offene: Iterable[Aenderung], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.traktanden = list(sitzung.traktanden.order_by("position"))
        self.offene = list(offene)

    def angaben(self) -> dict[str, Any]:
        """Return what the action takes but the files."""
        return {name: wert for name, wert in self.cleaned_data.items() if name not in DATEI_FELDER}

    def _wahl(self, feld: str, zeilen: Iterable[tuple[object, str]]) -> None:
        self.fields[feld].choices = [("", "Bitte wählen"), *zeilen]  # type: ignore[attr-defined]

    def freie_traktanden(self) -> list[Traktandum]:
        """Return the items that are still on the agenda and not noted to move or go."""
        belegt = {a.traktandum_id for a in self.offene if a.art in {Art.TRAKTANDUM_VERSCHOBEN, Art.TRAKTANDUM_ZURUECK}}
        return [t for t in self.traktanden if t.pk not in belegt and t.ausgang == Traktandum.Ausgang.OFFEN]

    def freie_unterlagen(self) -> list[tuple[object, str]]:
        """Return (uuid, words) of the papers that are not noted yet."""
        belegt = {a.unterlage_id for a in self.offene if a.unterlage_id is not None}
        rows = Unterlage.objects.aktuell().filter(traktandum__in=self.traktanden).exclude(pk__in=belegt)
        rows = rows.select_related("traktandum").order_by("traktandum__position", "position", "pk")
        return [(u.uuid, f"Traktandum {u.traktandum.position}: {u.titel}") for u in rows]


def _vertraulich() -> Textfeld:
    return Textfeld(
        label="Vertraulich, weil",
        help_text=(
            "Nur ausfüllen, wenn die Unterlage vertraulich ist: Sie erreicht dann die Entscheidungsträger der Regionen "
            "nicht, anders als es das Pflichtenheft vorsieht."
        ),
        max_length=300,
        required=False,
    )


class PapierNeuForm(_AenderungForm):
    traktandum = forms.TypedChoiceField(label="Zu welchem Traktandum?", coerce=UUID)
    dateien = Dateienfeld(
        label="Dateien", help_text=DATEI_HILFE, widget=MehrereDateien(attrs={"accept": ERLAUBTE_DATEIEN})
    )
    titel = Textfeld(
        label="Titel",
        help_text="Leer: der Dateiname. Bei mehreren Dateien zählen die Dateinamen.",
        max_length=200,
        required=False,
    )
    vertraulich_grund = _vertraulich()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        neue = [(a.uuid, f"Neu: {a.titel}") for a in self.offene if a.art == Art.TRAKTANDUM_NEU]
        self._wahl("traktandum", [*((t.uuid, f"{t.position}. {t.titel}") for t in self.traktanden), *neue])


class PapierErsatzForm(_AenderungForm):
    unterlage = forms.TypedChoiceField(label="Welche Unterlage?", coerce=UUID)
    datei = forms.FileField(
        label="Neue Fassung",
        help_text=f"{DATEI_HILFE} Die Adresse der Unterlage bleibt gleich.",
        widget=forms.FileInput(attrs={"accept": ERLAUBTE_DATEIEN}),
        allow_empty_file=True,
        max_length=500,
    )
    vertraulich_grund = _vertraulich()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wahl("unterlage", self.freie_unterlagen())


class PapierRueckzugForm(_AenderungForm):
    unterlage = forms.TypedChoiceField(
        label="Welche Unterlage?",
        coerce=UUID,
        help_text="Sie lässt sich danach nicht mehr öffnen und steht auf der Seite der Sitzung als «zurückgezogen». "
        "Wer sie schon mit der Mail erhalten hat, behält sie.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wahl("unterlage", self.freie_unterlagen())


class NachtraktandumForm(_AenderungForm, TraktandumForm):
    position = forms.TypedChoiceField(label="An welcher Stelle?", coerce=int, empty_value=None, required=False)
    dateien = Dateienfeld(
        label="Unterlagen",
        help_text=DATEI_HILFE,
        widget=MehrereDateien(attrs={"accept": ERLAUBTE_DATEIEN}),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].choices = [  # type: ignore[attr-defined]
            ("", "vor den ständigen Traktanden am Schluss"),
            *((t.position, f"vor {t.position}. {t.titel}") for t in self.traktanden),
        ]

    def angaben(self) -> dict[str, Any]:
        """Return what the action takes but the files."""
        return {name: wert for name, wert in TraktandumForm.angaben(self).items() if name not in DATEI_FELDER}


class UmstellungForm(_AenderungForm):
    traktandum = forms.TypedChoiceField(label="Welches Traktandum?", coerce=UUID)
    position = forms.TypedChoiceField(label="Neue Nummer", coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wahl("traktandum", [(t.uuid, f"{t.position}. {t.titel}") for t in self.freie_traktanden()])
        neue = sum(a.art == Art.TRAKTANDUM_NEU for a in self.offene)
        self._wahl("position", [(nr, str(nr)) for nr in range(1, len(self.traktanden) + neue + 1)])


class StreichungForm(_AenderungForm):
    traktandum = forms.TypedChoiceField(
        label="Welches Traktandum?",
        coerce=UUID,
        help_text="Es behält seine Nummer und steht auf der Traktandenliste als «zurückgezogen».",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wahl("traktandum", [(t.uuid, f"{t.position}. {t.titel}") for t in self.freie_traktanden()])


class NachversandForm(forms.Form):
    """The one sentence all of them get."""

    grund = Textfeld(
        label="Warum?",
        help_text="Ein Satz, er steht in der Mail an alle; bitte nichts Vertrauliches. "
        "Zum Beispiel «Die Zahlen des Kantons trafen erst heute ein.»",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Bitte schreiben Sie in einem Satz, warum sich etwas ändert."},
    )

    def clean_grund(self) -> str:
        return clean_absaetze(self.cleaned_data["grund"])
