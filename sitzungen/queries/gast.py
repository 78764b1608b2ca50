"""Who is admitted to a meeting as a guest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from konferenz.templatetags.schweiz import datum
from mitglieder.models import Funktion, Mandat, Mitgliedschaft, Person, Stellvertretung
from sitzungen.models import Sitzung, SitzungUserObjectPermission, Teilnahme, Traktandum, TraktandumUserObjectPermission
from sitzungen.rules import gast_hinweis, zugang_bis

from .pendent import Pendent


@dataclass(frozen=True)
class Zulassung:
    """A guest of a meeting (traktandum None) or of one item of it; vertraulich: confidential papers too, video: from elsewhere.

    hinweis: why the admission is of no use any more, in words (empty: it is).
    """

    person: Person
    traktandum: Traktandum | None
    vertraulich: bool
    hinweis: str = ""
    video: bool = False


def zulassungen(sitzung: Sitzung, now: datetime | None = None) -> list[Zulassung]:
    """Return who is admitted to a meeting or to one of its items as a guest, the whole meeting first (two queries).

    now: with it each says in words why it is of no use any more.
    """
    rows: dict[tuple[int, int], list[tuple[Person, Traktandum | None, str]]] = {}
    for zeile in SitzungUserObjectPermission.objects.filter(content_object=sitzung).select_related(
        "user", "permission"
    ):
        rows.setdefault((0, zeile.user_id), []).append((zeile.user, None, zeile.permission.codename))
    einzelne = TraktandumUserObjectPermission.objects.filter(content_object__sitzung=sitzung)
    for eine in einzelne.select_related("user", "permission", "content_object"):
        punkt = eine.content_object
        rows.setdefault((punkt.position, eine.user_id), []).append((eine.user, punkt, eine.permission.codename))
    return [
        Zulassung(
            zeilen[0][0],
            zeilen[0][1],
            vertraulich=any(codename.startswith("gast_vertraulich") for *_, codename in zeilen),
            hinweis=_hinweis(sitzung, zeilen[0][1], now) if now is not None else "",
            video=any(codename.startswith("gast_video") for *_, codename in zeilen),
        )
        for _, zeilen in sorted(rows.items())
    ]


def is_zugelassen(traktandum: Traktandum, person: Person) -> bool:
    """Return whether a person is admitted to this very item as a guest (one query)."""
    return TraktandumUserObjectPermission.objects.filter(content_object=traktandum, user=person).exists()


def _hinweis(sitzung: Sitzung, traktandum: Traktandum | None, now: datetime) -> str:
    return gast_hinweis(
        now=now,
        ende_at=sitzung.ende_at,
        is_abgesagt=sitzung.status == Sitzung.Status.ABGESAGT,
        is_zurueckgezogen=traktandum is not None and traktandum.ausgang == Traktandum.Ausgang.ZURUECKGEZOGEN,
        bis=datum(zugang_bis(sitzung.ende_at)),
    )


def tell_verwaiste(now: datetime) -> list[Pendent]:
    """Return a sentence for the office per former guest whose access has no purpose any more (one query)."""
    return [
        Pendent(f"{person.name} ist als Gast zu nichts mehr eingeladen.", person.get_absolute_url())
        for person in ohne_einladung(now, nur_gaeste=True)
    ]


def ohne_einladung(now: datetime, *, nur_gaeste: bool = False) -> list[Person]:
    """Return the active people with a login who hold nothing and are invited to nothing any more (one query).

    Neither seat, office, Leitgremium nor standing substitute, nobody's contact, named for no meeting that is still open
    to substitutes, and admitted to none: their access has no purpose.  nur_gaeste: only who was admitted as a guest once.
    """
    heute = timezone.localdate(now)
    gueltig = Q(bis__isnull=True) | Q(bis__gt=heute)
    ich = OuterRef("pk")
    offene = Sitzung.objects.open_to_guests(now).exclude(status=Sitzung.Status.ABGESAGT)
    punkte = Traktandum.objects.filter(sitzung__in=offene).exclude(ausgang=Traktandum.Ausgang.ZURUECKGEZOGEN)
    aemter = [
        Exists(modell._default_manager.filter(gueltig, person=ich))
        for modell in (Mandat, Funktion, Mitgliedschaft, Stellvertretung)
    ]
    leute = Person.objects.aktiv().filter(login__isnull=False, is_superuser=False, kontakt_fuer__isnull=True)
    for amt in aemter:
        leute = leute.exclude(amt)
    if nur_gaeste:
        zulassungen_je = (SitzungUserObjectPermission, TraktandumUserObjectPermission)
        einst = [Exists(modell.objects.filter(user=ich)) for modell in zulassungen_je]
        leute = leute.filter(einst[0] | einst[1])
    return list(
        leute.exclude(Exists(Teilnahme.objects.filter(vertretung=ich, sitzung__in=offene)))
        .exclude(Exists(SitzungUserObjectPermission.objects.filter(user=ich, content_object__in=offene)))
        .exclude(Exists(TraktandumUserObjectPermission.objects.filter(user=ich, content_object__in=punkte)))
        .order_by("nachname", "vorname", "pk")
    )
