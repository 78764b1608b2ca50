"""Shape of a guest's admission."""

from __future__ import annotations

from typing import Any

from django import forms

from sitzungen.models import Sitzung, Traktandum


class _Traktandenwahl(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"Traktandum {obj.position}: {obj.titel}"


class GastForm(forms.Form):
    """Who, to what, and whether confidential papers are included."""

    vorname = forms.CharField(label="Vorname", max_length=80)
    nachname = forms.CharField(label="Nachname", max_length=80)
    email = forms.EmailField(
        label="E-Mail", max_length=254, help_text="Gäste melden sich mit einem Code an, der an diese Adresse geht."
    )
    traktandum = _Traktandenwahl(
        Traktandum.objects.none(), label="Zugelassen zu", required=False, empty_label="ganze Sitzung"
    )
    vertraulich = forms.BooleanField(label="Auch vertrauliche Unterlagen", required=False)

    def __init__(self, *args: Any, sitzung: Sitzung, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["traktandum"].queryset = sitzung.traktanden.order_by("position")  # type: ignore[attr-defined]
        self.fields["traktandum"].is_bedingt = True  # type: ignore[attr-defined]  # empty is an answer: the whole meeting


class GastDismissForm(forms.Form):
    """Which admission ends. traktandum: pk of an item, absent for the whole meeting."""

    person = forms.IntegerField()
    traktandum = forms.IntegerField(required=False)
