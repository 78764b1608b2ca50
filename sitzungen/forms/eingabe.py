"""Fields several forms of this app share."""

from __future__ import annotations

from typing import Any

from django import forms

from sitzungen.models import Thema


class Datumsfeld(forms.DateInput):
    """A browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class Zeitfeld(forms.TimeInput):
    """A browser's own time field."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class Datumseingabe(forms.DateField):
    """A day; «4.3.2027» is understood too."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", Datumsfeld())
        kwargs.setdefault("error_messages", {"invalid": "Bitte geben Sie ein Datum an, zum Beispiel 4.3.2027."})
        super().__init__(input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"], **kwargs)


class Zeiteingabe(forms.TimeField):
    """A time of day; «14.00» is understood too."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", Zeitfeld())
        kwargs.setdefault("error_messages", {"invalid": "Bitte geben Sie eine Zeit an, zum Beispiel 14.00."})
        super().__init__(input_formats=["%H:%M", "%H.%M", "%H:%M:%S"], **kwargs)


class MehrereDateien(forms.ClearableFileInput):
    """A file dialog that takes several files."""

    allow_multiple_selected = True


class Dateienfeld(forms.FileField):
    """Several files; cleans to a list."""

    widget = MehrereDateien

    def clean(self, data: Any, initial: Any = None) -> Any:
        einzeln = super().clean
        if isinstance(data, (list, tuple)):
            return [einzeln(teil, initial) for teil in data] or [einzeln(None, initial)]
        return [einzeln(data, initial)]


ERLAUBTE_DATEIEN = ".pdf,.docx,.xlsx,.pptx,.odt,.png,.jpg,.jpeg"


class _ThemaSelect(forms.Select):
    """The browser must not insist on a topic: formal items have none."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class Themenwahl(forms.ModelChoiceField):
    """A topic, in the Pflichtenheft's order. Whether it may be missing depends on the Art; the form's clean says it."""

    widget = _ThemaSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Thema")
        kwargs.setdefault("empty_label", "Thema wählen")
        super().__init__(Thema.objects.filter(is_aktiv=True), **kwargs)

    def validate(self, value: Any) -> None:
        """Accept nothing here."""


def clean_absaetze(text: str) -> str:
    """Return a text with plain line feeds and no blanks around it: what the browser counts is what we count."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
