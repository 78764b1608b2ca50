"""Shapes of the agenda builder."""

from __future__ import annotations

from typing import Any

from django import forms

from konferenz.forms import Textfeld
from sitzungen import rules
from sitzungen.models import Traktandum

from .eingabe import Themenwahl, clean_absaetze


class TraktandumForm(forms.Form):
    """One item: title, Art, topic, summary, presenter, minutes. An item of the standing ones needs no topic."""

    titel = Textfeld(label="Titel", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    art = forms.ChoiceField(label="Art", choices=Traktandum.Art.choices, widget=forms.RadioSelect)
    thema = Themenwahl()
    zusammenfassung = Textfeld(
        label="Zusammenfassung", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    referent = Textfeld(label="Referat", required=False, max_length=120)
    minuten = forms.IntegerField(label="Minuten", min_value=0, max_value=600, initial=10)

    def __init__(self, *args: Any, traktandum: Traktandum | None = None, **kwargs: Any) -> None:
        if traktandum is not None:
            namen = ("titel", "art", "zusammenfassung", "referent", "minuten")
            kwargs["initial"] = {
                "thema": traktandum.thema_id,
                **{name: getattr(traktandum, name) for name in namen},
            }
        super().__init__(*args, **kwargs)
        grenze = rules.KURZ_ZEICHEN
        self.fields["zusammenfassung"].help_text = f"Bei Informationen kurz: höchstens {grenze} Zeichen."
        self.fields["zusammenfassung"].widget.attrs["data-zaehlen"] = str(grenze)

    def clean_zusammenfassung(self) -> str:
        return clean_absaetze(self.cleaned_data["zusammenfassung"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "art" in data and "thema" in data:
            maengel = rules.check_traktandum(
                art=data["art"], hat_thema=data["thema"] is not None, zusammenfassung=data.get("zusammenfassung", "")
            )
            for mangel in maengel:
                self.add_error(mangel.feld, mangel.satz)
        return data

    def angaben(self) -> dict[str, Any]:
        """Return what the actions take."""
        data = self.cleaned_data
        return {**data, "thema": data["thema"].pk if data["thema"] else None}


class TraktandumNeuForm(TraktandumForm):
    """The line at the end of the agenda: only what a new item cannot do without."""

    art = forms.ChoiceField(label="Art", choices=Traktandum.Art.choices, initial=Traktandum.Art.INFORMATION)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_neu_%s")
        super().__init__(*args, **kwargs)
        del self.fields["zusammenfassung"]
        del self.fields["referent"]


class ReiheForm(forms.Form):
    """The order of all items, as their uuids separated by commas."""

    reihe = Textfeld(max_length=20_000)

    def clean_reihe(self) -> list[Any]:
        feld = forms.UUIDField()
        return [feld.clean(teil) for teil in self.cleaned_data["reihe"].split(",")]


class RichtungForm(forms.Form):
    """Up or down by one place."""

    richtung = forms.ChoiceField(choices=[("hoch", "nach oben"), ("runter", "nach unten")])

    @property
    def schritt(self) -> int:
        """-1 or +1."""
        return -1 if self.cleaned_data["richtung"] == "hoch" else 1
