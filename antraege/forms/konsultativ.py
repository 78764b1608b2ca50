"""The shape of asking the seats for an opinion between meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from konferenz.forms import Satzfeld
from sitzungen.forms.eingabe import Datumseingabe, Zeiteingabe
from sitzungen.models import Traktandum


class KonsultativForm(forms.Form):
    """The question, on which item if any, and until when."""

    frage = Satzfeld(
        label="Frage",
        help_text="So, dass sie sich mit Ja oder Nein beantworten lässt.",
        max_length=300,
        error_messages={"required": "Bitte schreiben Sie, wozu Sie die Meinung einholen."},
    )
    traktandum = forms.TypedChoiceField(label="Traktandum", coerce=int, empty_value=None, required=False)
    tag = Datumseingabe(label="Schliesst am")
    zeit = Zeiteingabe(label="Uhrzeit")

    def __init__(self, *args: Any, traktanden: Sequence[Traktandum], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        auswahl = [(str(t.pk), f"{t.position} {t.titel}") for t in traktanden]
        self.fields["traktandum"].choices = [("", "keines"), *auswahl]  # type: ignore[attr-defined]
        if not auswahl:
            del self.fields["traktandum"]

    def schliesst_at(self) -> datetime:
        """Return the closing time."""
        data = self.cleaned_data
        return datetime.combine(data["tag"], data["zeit"], timezone.get_current_timezone())
