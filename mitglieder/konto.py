"""How accounts behave: nobody signs up; people are invited, and the office keeps their addresses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from konferenz.adressen import site_url
from konferenz.einstellungen import absender

from .actions import person as person_actions
from .models import Person


class KontoAdapter(DefaultAccountAdapter):
    """allauth's hooks."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        """Never: whatever door a library opens, no row is made through it."""
        raise PermissionDenied("Es gibt keine Registrierung.")

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """Let in whom the office knows: the address is verified by being in its register."""
        if isinstance(user, Person) and not EmailAddress.objects.filter(user=user, verified=True).exists():
            person_actions.repair_konto(user.pk, now=timezone.now())
        return super().pre_login(request, user, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of allauth's letters with the office's address at its foot, as all letters have it."""
        super().send_mail(template_prefix, email, {**context, "absender": absender()})

    def logout(self, request: HttpRequest) -> None:
        super().logout(request)
        request.is_abgemeldet = True  # type: ignore[attr-defined]  # UmfangMiddleware has the browser forget

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the address in the letter: of the portal as set, never of the request's Host."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return site_url(path)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords by address **and** client, so that a stranger cannot lock a person out."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"
