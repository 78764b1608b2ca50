"""Forms of accounts."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.account.utils import filter_users_by_email
from allauth.core import context, ratelimit
from django import forms


class CodeForm(RequestLoginCodeForm):
    """Ask for a code by mail."""

    def clean_email(self) -> str:
        """Find the person, and count by address **and** client: a stranger's requests do not stop the person's own."""
        adapter = get_adapter()
        email: str = self.cleaned_data["email"]
        users = filter_users_by_email(email, is_active=True, prefer_verified=True)
        key = f"{email.lower()}:{adapter.get_client_ip(context.request)}"
        if not ratelimit.consume(context.request, action="request_login_code", key=key):
            raise adapter.validation_error("too_many_login_attempts")
        self._user = users[0] if len(users) == 1 else None
        return email


class EinladungForm(forms.Form):
    """Take an invitation up, with a password or without."""

    passwort = forms.CharField(
        label="Passwort",
        required=False,
        strip=False,
        max_length=200,
        help_text="Mindestens 12 Zeichen. Ohne Passwort melden Sie sich jeweils mit einem Code an, den wir Ihnen mailen.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    nochmals = forms.CharField(
        label="Passwort wiederholen",
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, str]:
        daten = super().clean() or {}
        if daten.get("passwort") != daten.get("nochmals"):
            self.add_error("nochmals", "Die beiden Passwörter sind nicht gleich.")
        return daten
