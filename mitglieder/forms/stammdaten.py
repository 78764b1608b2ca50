"""Forms of people, seats and regions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import MONTHS

from konferenz.einstellungen import DEFINITIONEN
from konferenz.forms import Textfeld
from mitglieder import rules
from mitglieder.models import Funktion, Sitz, Sozialregion, Stellvertretung
from mitglieder.queries.verteiler import Adresswechsel


class Datum(forms.DateField):
    """A day, picked or typed."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d.%m.%Y"], **kwargs)


class PersonForm(forms.Form):
    anrede = forms.ChoiceField(choices=[("", "–"), ("Frau", "Frau"), ("Herr", "Herr")], required=False)
    vorname = Textfeld(max_length=80, required=False)
    nachname = Textfeld(max_length=80)
    email = Textfeld(
        label="E-Mail",
        max_length=254,
        required=False,
        help_text="Geschäftliche Adresse. Teilen sich zwei Personen eine Adresse, erhalten beide ihre Mails, "
        "anmelden kann sich mit ihr aber niemand.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    telefon = Textfeld(max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))


class PersonWaehlen(forms.Form):
    """What is about one of the people on record. personen: choices of (pk, name)."""

    person = forms.TypedChoiceField(label="Person", coerce=int)

    def __init__(self, *args: Any, personen: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Bitte wählen"), *personen]  # type: ignore[attr-defined]


class MandatForm(PersonWaehlen):
    von = Datum(label="Beginn")
    funktion = Textfeld(max_length=120, required=False)
    wahlbeschluss_on = Datum(
        label="Wahlbeschluss vom",
        required=False,
        help_text="Datum, an dem der VSEG-Vorstand die Person gewählt hat. Leer: designiert; sie nimmt teil, stimmt aber noch nicht.",
    )
    wahlbeschluss_ref = Textfeld(
        label="Referenz des Wahlbeschlusses",
        max_length=80,
        required=False,
        help_text="Zum Beispiel «Vorstand 5/2026, Traktandum 3».",
    )
    loest_ab = forms.BooleanField(required=False)
    trotzdem = forms.BooleanField(label="Ich habe die Hinweise gelesen, trotzdem speichern", required=False)

    def __init__(self, *args: Any, sitz: Sitz, bisher: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sitz.sozialregion is not None:
            titel = rules.praesidium_of(sitz.sozialregion.form)
            self.fields[
                "funktion"
            ].help_text = f"Leer: «{titel}», gemäss der Form der Region und Fussnote 1 des Pflichtenhefts."
        else:
            self.fields["funktion"].help_text = f"Leer: «{sitz.bezeichnung}»."
        if bisher:
            self.fields["loest_ab"].label = f"{bisher} gibt den Sitz am Tag des Beginns ab"
        else:
            del self.fields["loest_ab"]


class WahlForm(forms.Form):
    wahlbeschluss_on = Datum(label="Wahlbeschluss vom")
    wahlbeschluss_ref = Textfeld(
        label="Referenz des Wahlbeschlusses",
        max_length=80,
        required=False,
        help_text="Zum Beispiel «Vorstand 5/2026, Traktandum 3».",
    )


class EndeForm(forms.Form):
    bis = Datum(label="Endet am", help_text="Der erste Tag, an dem es nicht mehr gilt.")


class StellvertretungForm(PersonWaehlen):
    funktion = forms.ChoiceField(
        label="Politische Funktion", choices=[("", "Bitte wählen"), *Stellvertretung.Funktion.choices]
    )
    von = Datum(label="Beginn")
    is_politisch = forms.BooleanField(
        label="Die Person hat ein politisches Amt und ist nicht beim Sozialdienst angestellt.",
        help_text="Pflichtenheft: «Es sind Stellvertretungen durch politische Funktionäre zugelassen.»",
    )


class MitgliedschaftForm(PersonWaehlen):
    funktion = Textfeld(label="Funktion im Leitgremium", max_length=120, required=False)
    von = Datum(label="Beginn")


class FunktionForm(forms.Form):
    art = forms.ChoiceField(label="Funktion", choices=Funktion.Art.choices)
    bezeichnung = Textfeld(max_length=120, required=False, help_text="Zum Beispiel «Sachbearbeitung».")
    von = Datum(label="Beginn")


class RegionForm(forms.Form):
    form = forms.ChoiceField(
        label="Rechtsform",
        choices=Sozialregion.Form.choices,
        help_text="Sie entscheidet, welches Präsidium die Region in der Konferenz vertritt.",
    )
    is_form_bestaetigt = forms.BooleanField(label="Die Form ist bei der Region bestätigt", required=False)
    buero_ort = Textfeld(label="Ort des Büros", max_length=80, required=False)
    kontakt = forms.TypedChoiceField(
        label="Kontaktperson",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="An sie geht der Link, mit dem die Region ihren Verteiler bestätigt.",
    )
    bemerkung = Textfeld(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, personen: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kontakt"].choices = [("", "niemand"), *personen]  # type: ignore[attr-defined]


class EinwohnerForm(forms.Form):
    stand_on = Datum(label="Stand", help_text="Meist der 31. Dezember.")
    anzahl = forms.IntegerField(label="Einwohnerinnen und Einwohner", min_value=1, max_value=1_000_000)
    quelle = Textfeld(
        max_length=200,
        help_text="Zum Beispiel «Wohnbevölkerung per 31.12., Amt für Finanzen». Quellen zählen verschieden.",
    )


class GemeindeForm(forms.Form):
    name = Textfeld(label="Gemeinde", max_length=80)
    von = Datum(label="Ab")


class LeitgremiumForm(forms.Form):
    name = Textfeld(max_length=160, help_text="Zum Beispiel «Vorstand Zweckverband» oder «Sozialkommission».")
    since_on = Datum(label="Besteht seit", required=False)


class VorschlagForm(forms.Form):
    """A decision-maker as a region's contact names her."""

    vorname = Textfeld(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    nachname = Textfeld(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    funktion = Textfeld(
        label="Funktion im Leitgremium", max_length=120, help_text="Zum Beispiel «Gemeinderätin» oder «Präsidium»."
    )
    email = Textfeld(
        label="E-Mail",
        max_length=254,
        help_text="Die eigene Adresse der Person; dorthin gehen die Unterlagen.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    grund = Textfeld(label="Bemerkung", max_length=300, required=False)


class AustrittForm(forms.Form):
    grund = Textfeld(
        label="Warum?", max_length=300, help_text="Zum Beispiel «Aus dem Gemeinderat ausgetreten Ende Oktober»."
    )


class AnnahmeForm(forms.Form):
    """Accepting a proposal. person: pk of the person on record it is about, 0 for somebody new.

    adresse: with which address somebody with a seat or an office logs in from now on; bisher: with which one until now.
    """

    person = forms.TypedChoiceField(label="Wer ist das?", coerce=int, widget=forms.RadioSelect)
    adresse = forms.ChoiceField(
        label="Anmeldung",
        widget=forms.RadioSelect,
        error_messages={"required": "Bitte sagen Sie ausdrücklich, mit welcher Adresse sich die Person anmeldet."},
    )
    bisher = Textfeld(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, kandidaten: Sequence[tuple[int, str]], wechsel: Adresswechsel | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if wechsel is None:
            del self.fields["adresse"], self.fields["bisher"]
        else:
            bisher = f"«{wechsel.bisher}»" if wechsel.bisher else "leer, ohne Anmeldung"
            self.initial["bisher"] = wechsel.bisher
            self.fields["adresse"].choices = [  # type: ignore[attr-defined]
                ("bleibt", f"Die Adresse bleibt {bisher}; alles andere wird übernommen"),
                ("neu", f"Auf «{wechsel.neu}» ändern: {wechsel.person.name} hat das bestätigt"),
            ]
        if kandidaten:
            self.fields["person"].choices = [*kandidaten, (0, "jemand anderes: neu erfassen")]  # type: ignore[attr-defined]
        else:
            del self.fields["person"]


class AblehnungForm(forms.Form):
    antwort = Textfeld(
        label="Weshalb nicht?", max_length=300, help_text="Die Kontaktperson erhält diesen Satz mit einer Mail."
    )


class MeldungForm(forms.Form):
    text = Textfeld(
        label="Was ist zu berichtigen?",
        max_length=2000,
        help_text="Wer ist neu, wer nicht mehr dabei, welche Adresse ist anders? Die Geschäftsstelle trägt es nach.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ImportForm(forms.Form):
    datei = forms.FileField(
        label="Tabelle",
        help_text="Excel (.xlsx) oder CSV, höchstens 2 MB. Zuerst sehen Sie eine Vorschau; gespeichert wird erst danach.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )


class EinstellungenForm(forms.Form):
    """One field per definition; nur: only these names."""

    def __init__(self, *args: Any, nur: Sequence[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, definition in DEFINITIONEN.items():
            if nur is None or name in nur:
                self.fields[name] = _field(definition.typ, label=definition.bezeichnung, help_text=definition.hilfe)


def _field(typ: str, **kwargs: Any) -> forms.Field:
    if typ == "zahl":
        return forms.IntegerField(min_value=0, max_value=1000, **kwargs)
    if typ == "monat":
        return forms.TypedChoiceField(coerce=int, choices=[(0, "nie"), *MONTHS.items()], **kwargs)
    if typ == "stunde":
        stunden = [*((stunde, f"{stunde}.00 Uhr") for stunde in range(24)), (24, "nie")]
        return forms.TypedChoiceField(coerce=int, choices=stunden, **kwargs)
    if typ == "ja_nein":
        return forms.BooleanField(required=False, **kwargs)
    if typ == "absatz":
        return Textfeld(required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)
    return Textfeld(required=False, max_length=200, **kwargs)


def initial_ende(heute: date) -> dict[str, date]:
    """Return what an EndeForm proposes."""
    return {"bis": heute}
