"""People and the offices they hold for a time."""

from __future__ import annotations

import uuid as uuid_module
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.urls import reverse

from .basis import Allgemein, SichtbarQuerySet, ZeitraumQuerySet, span


class PersonQuerySet(SichtbarQuerySet):
    def aktiv(self) -> PersonQuerySet:
        """Return the people who may act at all."""
        return self.filter(is_active=True)

    def by_name(self) -> PersonQuerySet:
        return self.order_by("nachname", "vorname", "pk")

    def with_adresse(self, email: str) -> PersonQuerySet:
        """Return the people mail to this address reaches, whatever its case."""
        return self.filter(email__iexact=email.strip())


class PersonManager(BaseUserManager["Person"]):
    """What Django's login machinery asks of a user model's manager."""

    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db)

    def aktiv(self) -> PersonQuerySet:
        return self.get_queryset().aktiv()

    def by_name(self) -> PersonQuerySet:
        return self.get_queryset().by_name()

    def with_adresse(self, email: str) -> PersonQuerySet:
        return self.get_queryset().with_adresse(email)

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(login=(username or "").lower())


class Person(Allgemein, AbstractBaseUser, PermissionsMixin):
    """A human being, with or without an account.

    email: where mail goes; may repeat (two people, one address).
    login: lower-cased address to log in with; NULL while the address is shared or the person has none.
    """

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    anrede = models.CharField(max_length=20, blank=True)
    vorname = models.CharField(max_length=80, blank=True)
    nachname = models.CharField(max_length=80)
    email = models.CharField("E-Mail", max_length=254, blank=True)
    login = models.CharField("Anmeldung", max_length=254, unique=True, null=True, blank=True, default=None)
    telefon = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField("aktiv", default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "Person"
        verbose_name_plural = "Personen"
        ordering = ["nachname", "vorname", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(login=""), name="person_login_nie_leer"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """«Vorname Nachname»."""
        return f"{self.vorname} {self.nachname}".strip()

    @property
    def is_staff(self) -> bool:
        """Whether /admin/ opens: a superuser only; the office works in the portal."""
        return self.is_superuser

    def get_absolute_url(self) -> str:
        return reverse("mitglieder:person-detail", args=[self.uuid])

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Funktion(Allgemein, models.Model):
    """An office a person holds for a time."""

    class Art(models.TextChoices):
        GESCHAEFTSSTELLE = "geschaeftsstelle", "Geschäftsstelle"
        VORSTAND = "vorstand", "VSEG-Vorstand"
        VORSTANDSSEKRETARIAT = "vorstandssekretariat", "Sekretariat des VSEG-Vorstands"
        ADMINISTRATION = "administration", "Administration"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="funktionen")
    art = models.CharField(max_length=30, choices=Art)
    bezeichnung = models.CharField("Bezeichnung", max_length=120, blank=True)
    von = models.DateField()
    bis = models.DateField(null=True, blank=True)

    objects = ZeitraumQuerySet.as_manager()

    class Meta:
        verbose_name = "Funktion"
        verbose_name_plural = "Funktionen"
        ordering = ["art", "von", "pk"]
        constraints = [
            span("funktion"),
            models.UniqueConstraint(
                fields=["person", "art"], condition=Q(bis__isnull=True), name="funktion_einmal_offen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_art_display()}: {self.person}"
