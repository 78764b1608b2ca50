"""The fields of the house's forms."""

from __future__ import annotations

from typing import Any

from django import forms

from .rules import is_leer


class Textfeld(forms.CharField):
    """A text, on one line or on many; what nobody can see counts as nothing typed."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return self.empty_value if isinstance(text, str) and is_leer(text) else text


class Satzfeld(Textfeld):
    """One sentence that may be longer than a line: typed over several, it is kept on one."""

    widget = forms.Textarea(attrs={"rows": 2})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return " ".join(text.split()) if isinstance(text, str) else text
