"""Shape of the release."""

from __future__ import annotations

from django import forms


class FreigabeForm(forms.Form):
    """stand: the state of the agenda the person saw.  auf_wort: the office vouches for the chair's word."""

    stand = forms.IntegerField(widget=forms.HiddenInput)
    auf_wort = forms.BooleanField(
        label="Der Vorsitz hat der Freigabe zugestimmt",
        required=False,
        help_text="Die Freigabe wird als «auf das Wort des Vorsitzes» vermerkt.",
    )
