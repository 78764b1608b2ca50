"""Shape of a seat's answer: three ways, and who comes instead."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from konferenz.forms import Textfeld
from mitglieder.models import Stellvertretung
from sitzungen.models import Teilnahme
from sitzungen.queries.antwort import Antwortlage
from sitzungen.rules.antwort import ANGESTELLT, check_funktion
from sitzungen.schritte.vertretung import NAME_ZEICHEN, SATZ_ADRESSE_FEHLT, Ersatzwahl

from .eingabe import clean_absaetze

NEU = "neu"
ERSATZFELDER = ("vertretung", "vorname", "nachname", "funktion", "funktion_text", "email")
ANTWORTEN = {
    "zugesagt": "Ich nehme teil",
    "entschuldigt": "Ich bin entschuldigt",
    "vertreten": "Ich lasse mich vertreten",
}
ANTWORTEN_BUERO = {
    "zugesagt": "Das Mitglied nimmt teil",
    "entschuldigt": "Das Mitglied ist entschuldigt",
    "vertreten": "Das Mitglied lässt sich vertreten",
}
FUNKTIONEN = [
    ("", "Bitte wählen"),
    *Stellvertretung.Funktion.choices,
    (ANGESTELLT, "angestellt beim Sozialdienst"),
]
ZU_LANG = {"max_length": f"Höchstens {NAME_ZEICHEN} Zeichen."}


class AntwortForm(forms.Form):
    """What a seat answers. The parts on the substitute count only with «vertreten»; the deed looks at them."""

    antwort = forms.ChoiceField(
        label="Ihre Antwort",  # the page's heading asks «Nehmen Sie teil?»
        choices=list(ANTWORTEN.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Bitte wählen Sie Ihre Antwort."},
    )
    vertretung = forms.ChoiceField(label="Wer vertritt Sie?", widget=forms.RadioSelect, required=False)
    vorname = Textfeld(label="Vorname", max_length=NAME_ZEICHEN, required=False, error_messages=ZU_LANG)
    nachname = Textfeld(label="Name", max_length=NAME_ZEICHEN, required=False, error_messages=ZU_LANG)
    funktion = forms.ChoiceField(label="Politische Funktion", choices=FUNKTIONEN, required=False)
    funktion_text = Textfeld(
        label="Welche Funktion?",
        max_length=120,
        required=False,
        help_text="Nur bei «andere politische Funktion».",
        error_messages={"max_length": "Höchstens 120 Zeichen."},
    )
    email = Textfeld(
        label="E-Mail",
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="Die eigene Adresse der Stellvertretung: Anfrage und Unterlagen gehen dorthin.",
        error_messages={"max_length": "Das ist keine gültige E-Mail-Adresse."},
    )
    leitet = forms.BooleanField(label="Die Stellvertretung leitet auch die Sitzung", required=False)
    bemerkung = Textfeld(
        label="Bemerkung an die Geschäftsstelle",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "Höchstens 300 Zeichen."},
    )

    def __init__(self, data: Any = None, *, lage: Antwortlage) -> None:
        teilnahme = lage.teilnahme
        super().__init__(data, initial=_initial(teilnahme))
        self.lage = lage
        self.personen = _personen(lage)
        vertretung = self.fields["vertretung"]
        wahl = [(str(uuid), name) for uuid, (_pk, name) in self.personen.items()]
        vertretung.choices = [*wahl, (NEU, "eine andere Person")]  # type: ignore[attr-defined]
        if not wahl:
            vertretung.widget, vertretung.initial = forms.HiddenInput(), NEU
            self.initial["vertretung"] = NEU
        for name in ERSATZFELDER:
            self.fields[name].is_bedingt = True  # type: ignore[attr-defined]  # the component does not call it «freiwillig»
        if not lage.darf_vertreten:
            self._take_out_vertretung()
        if not lage.is_vorsitz:
            self.fields.pop("leitet", None)

    def _take_out_vertretung(self) -> None:
        antwort = self.fields["antwort"]
        antwort.choices = [w for w in antwort.choices if w[0] != "vertreten"]  # type: ignore[attr-defined]
        for name in ERSATZFELDER:
            del self.fields[name]

    def clean_bemerkung(self) -> str:
        return clean_absaetze(self.cleaned_data["bemerkung"])

    def clean(self) -> dict[str, Any]:
        daten = super().clean() or {}
        if daten.get("antwort") != "vertreten":
            for name in ERSATZFELDER:  # what stands in fields that do not count is nobody's mistake
                self.errors.pop(name, None)
        elif not daten.get("vertretung") and "vertretung" not in self.errors:
            if self.personen:
                self.add_error("vertretung", "Bitte wählen Sie, wer den Sitz vertritt.")
            else:
                daten["vertretung"] = NEU
        if daten.get("antwort") == "vertreten" and daten.get("vertretung") == NEU:
            self._check_neue(daten)
        return daten

    def _check_neue(self, daten: dict[str, Any]) -> None:
        """Say all that is missing of a new person at once; the deed asks again under its lock."""
        fehlt = {
            "vorname": "Bitte geben Sie den Vornamen der Stellvertretung an.",
            "nachname": "Bitte geben Sie den Namen der Stellvertretung an.",
            "email": SATZ_ADRESSE_FEHLT,
        }
        for name, satz in fehlt.items():
            if name not in self.errors and not daten.get(name):
                self.add_error(name, satz)
        mangel = check_funktion(daten.get("funktion", ""), daten.get("funktion_text", ""))
        if mangel is not None and mangel.feld not in self.errors:
            self.add_error(mangel.feld, mangel.satz)

    @property
    def ersatz(self) -> Ersatzwahl | None:
        """Who comes instead, of a valid form; None unless somebody does."""
        daten = self.cleaned_data
        if daten["antwort"] != "vertreten":
            return None
        leitet = bool(daten.get("leitet"))
        if daten["vertretung"] != NEU:
            return Ersatzwahl(person=self.personen[UUID(daten["vertretung"])][0], leitet=leitet)
        return Ersatzwahl(
            leitet=leitet,
            **{feld: daten[feld] for feld in ("vorname", "nachname", "email", "funktion", "funktion_text")},
        )


class AntwortBueroForm(AntwortForm):
    """The same, recorded by the office for somebody who answered by phone, mail or word of mouth."""

    kanal = forms.ChoiceField(
        label="Wie kam die Antwort?",
        choices=[
            (k.value, k.label) for k in (Teilnahme.Kanal.TELEFON, Teilnahme.Kanal.MAIL, Teilnahme.Kanal.MUENDLICH)
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Bitte wählen Sie, wie die Antwort kam."},
    )

    def __init__(self, data: Any = None, *, lage: Antwortlage) -> None:
        super().__init__(data, lage=lage)
        antwort = self.fields["antwort"]
        antwort.label = "Antwort"
        antwort.choices = [(wert, ANTWORTEN_BUERO[wert]) for wert, _ in antwort.choices]  # type: ignore[attr-defined]
        self.fields["bemerkung"].label = "Bemerkung"
        if "vertretung" in self.fields:
            self.fields["vertretung"].label = "Wer vertritt den Sitz?"


class ZusageForm(forms.Form):
    """Whether a named substitute comes."""

    zusage = forms.ChoiceField(choices=[("ja", "ja"), ("nein", "nein")])


def _initial(teilnahme: Teilnahme) -> dict[str, Any]:
    vertretung = teilnahme.vertretung if teilnahme.is_vertretung_benannt else None
    return {
        "antwort": teilnahme.antwort,
        "vertretung": str(vertretung.uuid) if vertretung else "",
        "leitet": teilnahme.vertretung_leitet,
        "bemerkung": teilnahme.bemerkung,
    }


def _personen(lage: Antwortlage) -> dict[UUID, tuple[int, str]]:
    """Return who can be chosen by name: the standing list, and who is named already; uuid -> (pk, label)."""
    teilnahme = lage.teilnahme
    abgelehnt = teilnahme.vertretung_id if not teilnahme.is_vertretung_benannt else None
    gefunden = {}
    for zeile in lage.liste:
        zusatz = ", hat abgelehnt" if zeile.person_id == abgelehnt else ""
        gefunden[zeile.person.uuid] = (zeile.person.pk, f"{zeile.person.name}, {zeile.get_funktion_display()}{zusatz}")
    person = teilnahme.vertretung
    if person is not None and teilnahme.is_vertretung_benannt and person.uuid not in gefunden:
        funktion = teilnahme.vertretung_funktion_text or teilnahme.get_vertretung_funktion_display()
        gefunden[person.uuid] = (person.pk, f"{person.name}, {funktion}")
    return gefunden
