"""Shape of what is tapped and typed at the desk of presence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from konferenz.forms import Textfeld
from sitzungen.models import Anwesenheit, Sitzung
from sitzungen.queries.praesenzblatt import Praesenzplatz
from sitzungen.schritte.vertretung import NAME_ZEICHEN, Ersatzwahl

from .antwort import FUNKTIONEN, ZU_LANG
from .eingabe import Zeiteingabe


class TippForm(forms.Form):
    """One tap. live: what the screen knew of the room when it was tapped."""

    person = forms.UUIDField()
    live = forms.IntegerField(required=False)


class ZeitenForm(forms.Form):
    """The times of a stretch put right, with the reason."""

    von = Zeiteingabe(label="Von")
    bis = Zeiteingabe(label="Bis", required=False, help_text="Leer, solange die Person noch da ist.")
    form = forms.ChoiceField(label="Teilnahme", choices=Anwesenheit.Form.choices, widget=forms.RadioSelect)
    grund = Textfeld(
        label="Grund der Berichtigung",
        max_length=300,
        help_text="Zum Beispiel «Kam um 14.10 Uhr, erst später erfasst». Er bleibt im Journal.",
        error_messages={"required": "Bitte geben Sie an, warum Sie die Zeit ändern; der Grund bleibt im Journal."},
    )

    def __init__(self, data: Any = None, *, anwesenheit: Anwesenheit) -> None:
        self.tag = timezone.localdate(anwesenheit.von_at)
        von, bis = timezone.localtime(anwesenheit.von_at), anwesenheit.bis_at
        initial = {"von": von.time(), "bis": timezone.localtime(bis).time() if bis else None, "form": anwesenheit.form}
        super().__init__(data, initial=initial)
        if anwesenheit.sitzung.form != Sitzung.Form.HYBRID:
            del self.fields["form"]

    def zeiten(self) -> dict[str, Any]:
        """Return what the deed takes, of a valid form: times of the stretch's own day in Zürich."""
        von, bis = self.cleaned_data["von"], self.cleaned_data["bis"]
        return {
            "von_at": self._moment(von),
            "bis_at": self._moment(bis) if bis else None,
            "form": self.cleaned_data.get("form"),
            "grund": self.cleaned_data["grund"],
        }

    def _moment(self, zeit: Any) -> datetime:
        return timezone.make_aware(datetime.combine(self.tag, zeit))


class GrundForm(forms.Form):
    """Why a stretch is removed."""

    grund = Textfeld(
        label="Grund",
        max_length=300,
        error_messages={"required": "Bitte geben Sie an, warum Sie die Anwesenheit entfernen."},
    )


class TuereForm(forms.Form):
    """Who came unannounced: seat, name and political function; the address may follow."""

    sitz = forms.ChoiceField(label="Für welchen Sitz?")
    vorname = Textfeld(label="Vorname", max_length=NAME_ZEICHEN, error_messages=ZU_LANG)
    nachname = Textfeld(label="Name", max_length=NAME_ZEICHEN, error_messages=ZU_LANG)
    funktion = forms.ChoiceField(label="Politische Funktion", choices=FUNKTIONEN)
    funktion_text = Textfeld(
        label="Welche Funktion?", max_length=120, required=False, help_text="Nur bei «andere politische Funktion»."
    )
    email = Textfeld(
        label="E-Mail",
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="Damit liest die Person die Unterlagen im Portal; lässt sich nachtragen.",
    )
    form = forms.ChoiceField(label="Teilnahme", choices=Anwesenheit.Form.choices, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, sitzung: Sitzung, freie: list[Praesenzplatz], sitz: str = "") -> None:
        super().__init__(data, initial={"sitz": sitz, "form": Anwesenheit.Form.VOR_ORT})
        wahl = [(str(platz.sitz.uuid), platz.name) for platz in freie]
        self.fields["sitz"].choices = [("", "Bitte wählen"), *wahl]  # type: ignore[attr-defined]
        self.fields["funktion_text"].is_bedingt = True  # type: ignore[attr-defined]  # the component does not call it «freiwillig»
        if sitzung.form != Sitzung.Form.HYBRID:
            del self.fields["form"]

    @property
    def wahl(self) -> Ersatzwahl:
        """Who it is, of a valid form."""
        felder = ("vorname", "nachname", "email", "funktion", "funktion_text")
        return Ersatzwahl(**{feld: self.cleaned_data[feld] for feld in felder})


class AusstandForm(forms.Form):
    """Which seat steps aside for which item. zurueck: the page that asked."""

    sitz = forms.UUIDField()
    traktandum = forms.UUIDField()
    grund = Textfeld(max_length=300, required=False)
    zurueck = Textfeld(max_length=20, required=False)


class VormerkungForm(forms.Form):
    """Who leaves a seat that a vote holds, or takes it over, and when."""

    nachfolge = forms.ChoiceField(label="Was geschieht", widget=forms.RadioSelect)
    zeit = Zeiteingabe(label="Um", required=False, help_text="Leer: jetzt.")

    def __init__(self, data: Any = None, *, platz: Praesenzplatz) -> None:
        super().__init__(data, initial={"nachfolge": "weg"})
        sitzt = platz.anwesenheit.person.name if platz.anwesenheit else "Wer dort sitzt"
        kommende = [(str(k.person.pk), f"{k.person.name} ({k.als}) übernimmt den Sitz") for k in platz.kommende]
        self.fields["nachfolge"].choices = [("weg", f"{sitzt} geht"), *kommende]  # type: ignore[attr-defined]

    def angaben(self, heute: date) -> dict[str, Any]:
        """Return what the deed takes, of a valid form. heute: the day of the meeting in Zürich."""
        wahl, zeit = self.cleaned_data["nachfolge"], self.cleaned_data["zeit"]
        return {
            "nachfolge_pk": None if wahl == "weg" else int(wahl),
            "at": timezone.make_aware(datetime.combine(heute, zeit)) if zeit else None,
        }
