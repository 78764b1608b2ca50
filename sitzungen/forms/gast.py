"""Shape of a guest's admission."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from konferenz.forms import Textfeld
from mitglieder.models import Person
from sitzungen.models import Sitzung, Traktandum


class _Traktandenwahl(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"Traktandum {obj.position}: {obj.titel}"


class GastForm(forms.Form):
    """Who, to what, and whether confidential papers are included."""

    vorname = Textfeld(label="Vorname", max_length=80)
    nachname = Textfeld(label="Nachname", max_length=80)
    email = forms.EmailField(
        label="E-Mail", max_length=254, help_text="Gäste melden sich mit einem Code an, der an diese Adresse geht."
    )
    gemeint = forms.TypedChoiceField(
        label="Wer ist gemeint?", coerce=UUID, empty_value=None, required=False, widget=forms.HiddenInput
    )
    traktandum = _Traktandenwahl(
        Traktandum.objects.none(), label="Zugelassen zu", required=False, empty_label="ganze Sitzung"
    )
    video = forms.BooleanField(
        label="Nimmt an diesem Traktandum per Video teil",
        required=False,
        help_text="Der Gast eines einzelnen Traktandums sieht den Videolink nur so, und nur am Tag der Sitzung.",
    )
    vertraulich = forms.BooleanField(label="Auch vertrauliche Unterlagen", required=False)

    def __init__(self, *args: Any, sitzung: Sitzung, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["traktandum"].queryset = sitzung.traktanden.order_by("position")  # type: ignore[attr-defined]
        self.fields["traktandum"].is_bedingt = True  # type: ignore[attr-defined]  # empty is an answer: the whole meeting
        if sitzung.form != Sitzung.Form.HYBRID:
            del self.fields["video"]
        self.fields["gemeint"].is_bedingt = True  # type: ignore[attr-defined]
        if self.is_bound and (gemeint := self.data.get("gemeint")):
            leute = self._leute()
            if any(str(person.uuid) == gemeint for person in leute):
                self.ask(leute)
            else:  # chosen for another address than the one typed now
                self.data = {name: self.data.get(name) for name in self.data} | {"gemeint": ""}

    def _leute(self) -> list[Person]:
        """Return who has the address that was typed, nobody where it is none."""
        try:
            adresse = self.fields["email"].clean(self.data.get("email"))
        except forms.ValidationError:
            return []
        return list(Person.objects.aktiv().with_adresse(adresse).by_name())

    def ask(self, personen: Iterable[Person]) -> None:
        """Ask which of these people is meant; the answer comes with everything that was typed."""
        feld = self.fields["gemeint"]
        feld.widget = forms.RadioSelect()
        feld.choices = [(str(p.uuid), f"{p.name}, {p.email}") for p in personen]  # type: ignore[attr-defined]


class GastDismissForm(forms.Form):
    """Which admission ends. traktandum: pk of an item, absent for the whole meeting."""

    person = forms.IntegerField()
    traktandum = forms.IntegerField(required=False)
