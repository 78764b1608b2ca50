"""The links without a password."""

from __future__ import annotations

import base64
import hashlib
import uuid as uuid_module
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.crypto import salted_hmac

from .person import Person
from .sitz import Sitz


class ZugangslinkQuerySet(models.QuerySet["Zugangslink"]):
    def by_token(self, token: str) -> ZugangslinkQuerySet:
        """Return the one link a token opens (or none); the database knows only its hash."""
        return self.filter(token_hash=hash_token(token))

    def usable(self, now: datetime) -> ZugangslinkQuerySet:
        """Return the links that still open something."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True, valid_until__gt=now, person__is_active=True)


def hash_token(token: str) -> str:
    """Return what is stored of a token: its SHA-256, 64 hex digits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Zugangslink(models.Model):
    """The one kind of link without a password; only the SHA-256 of its token is stored.

    The token itself is made anew from the uuid and the secret key where the letter is written, so that neither
    this table nor the outbox ever holds it.

    A GET shows a page; entering by POST logs the person in with a session that holds this purpose and nothing else.
    """

    class Zweck(models.TextChoices):
        EINLADUNG = "einladung", "Einladung ins Portal"
        VERTEILER = "verteiler", "Verteiler einer Region bestätigen"
        ANTWORT = "antwort", "Antwort auf eine Einladung"
        STIMME = "stimme", "Weg zur Abstimmung"

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    zweck = models.CharField(max_length=20, choices=Zweck)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="zugangslinks")
    sitz = models.ForeignKey(Sitz, on_delete=models.CASCADE, null=True, blank=True, related_name="zugangslinks")
    objekt = models.UUIDField(null=True, blank=True)
    valid_until = models.DateTimeField("gültig bis")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ZugangslinkQuerySet.as_manager()

    class Meta:
        verbose_name = "Zugangslink"
        verbose_name_plural = "Zugangslinks"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_zweck_display()} für {self.person}"

    @property
    def token(self) -> str:
        """The secret part of the address: 43 characters nobody can make without the secret key."""
        digest = salted_hmac("mitglieder.Zugangslink", str(self.uuid), algorithm="sha256").digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def path(self) -> str:
        """The address on this site; it belongs in a letter to the person and nowhere else."""
        return reverse("mitglieder:zugang", args=[self.token])
