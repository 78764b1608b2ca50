"""What the nouns of the members share: who sees a row, spans of time, the roles towards an object."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:  # permissions.py reads this package
    from mitglieder.permissions import Recht, Rolle, Umfang


class SichtbarQuerySet(models.QuerySet[Any]):
    """People and regions are open to the members and the office, in whole."""

    def visible_to(self, umfang: Umfang) -> Self:
        """Return all rows for a person who may see the members, none for anybody else."""
        return self if umfang.sieht_alles_veroeffentlichte else self.none()


class Allgemein:
    """An object towards which a person has no other roles than everywhere."""

    def rollen(self, umfang: Umfang, recht: Recht) -> frozenset[Rolle]:
        """Return the roles that count towards this object: those of the person."""
        return umfang.rollen


class ZeitraumQuerySet(SichtbarQuerySet):
    """Rows with a half-open span [von, bis); bis empty = open-ended."""

    def current(self, on: date) -> ZeitraumQuerySet:
        """Return the rows in force on a day."""
        return self.filter(Q(von__lte=on) & (Q(bis__isnull=True) | Q(bis__gt=on)))

    def not_over(self, on: date) -> ZeitraumQuerySet:
        """Return the rows in force on a day or later."""
        return self.filter(Q(bis__isnull=True) | Q(bis__gt=on))


def span(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(bis__isnull=True) | Q(bis__gt=F("von")), name=f"{name}_von_vor_bis")
