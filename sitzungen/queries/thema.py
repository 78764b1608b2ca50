"""Items and papers by topic and year; members' wishes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch

from mitglieder.models import Person
from mitglieder.permissions import Umfang
from sitzungen.models import Thema, Traktandenwunsch, Traktandum, Unterlage


@dataclass(frozen=True)
class Themenjahr:
    """The items of one topic in one year, each with the papers the person may open."""

    thema: Thema
    traktanden: tuple[Traktandum, ...]


def themenjahre(umfang: Umfang) -> list[int]:
    """Return the years in which the person sees items, newest first."""
    jahre = Traktandum.objects.visible_to(umfang).filter(thema__isnull=False).order_by()
    return sorted(set(jahre.values_list("sitzung__jahr", flat=True)), reverse=True)


def themen(umfang: Umfang, jahr: int | None) -> list[Themenjahr]:
    """Return every topic with the items of a year that the person may read (three queries).

    Each item has .papiere: the papers the person may open.
    """
    papiere = Unterlage.objects.visible_to(umfang).filter(is_entfernt=False).order_by("position", "pk")
    traktanden = (
        Traktandum.objects.visible_to(umfang)
        .filter(sitzung__jahr=jahr or 0)
        .select_related("sitzung")
        .prefetch_related(Prefetch("unterlagen", queryset=papiere, to_attr="papiere"))
        .order_by("-sitzung__beginn_at", "position")
        .distinct()
    )
    je_thema: dict[int, list[Traktandum]] = {}
    for traktandum in traktanden:
        je_thema.setdefault(traktandum.thema_id or 0, []).append(traktandum)
    return [Themenjahr(thema, tuple(je_thema.get(thema.pk, ()))) for thema in Thema.objects.order_by("nr")]


def eigene_wuensche(person: Person) -> list[Traktandenwunsch]:
    """Return a person's own wishes, newest first, with topic, paper and the item one of them became."""
    return list(
        Traktandenwunsch.objects.filter(person=person)
        .select_related("thema", "datei", "traktandum__sitzung")
        .order_by("-created_at")
    )


def wartende_wuensche() -> list[Traktandenwunsch]:
    """Return the wishes that wait for an answer, oldest first, with person, topic and paper."""
    return list(Traktandenwunsch.objects.offen().select_related("person", "thema", "datei").order_by("created_at"))
