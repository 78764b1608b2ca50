"""What a seat answered and may still answer: for its page, the dashboard and the letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from konferenz.einstellungen import wert
from konferenz.rules import antwort_bis_at
from mitglieder.models import Mandat, Person, Sitz, Stellvertretung, Zugangslink
from mitglieder.permissions import Umfang
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme
from sitzungen.rules.antwort import Stand, erinnerung_due_at, is_erinnerung_due, why_closed

IM_AUFTRAG = frozenset({Teilnahme.Kanal.TELEFON, Teilnahme.Kanal.MAIL, Teilnahme.Kanal.MUENDLICH})


def stand_of(sitzung: Sitzung, *, hat_angemeldet: bool) -> Stand:
    """Return how far a meeting is for the rule of who may still answer (no query)."""
    return Stand(
        is_bekannt=sitzung.is_termin_bekannt,
        is_abgesagt=sitzung.status == Sitzung.Status.ABGESAGT,
        is_eroeffnet=sitzung.status == Sitzung.Status.LAUFEND,
        is_geschlossen=sitzung.status == Sitzung.Status.GESCHLOSSEN,
        hat_angemeldet=hat_angemeldet,
    )


def inhaber_of(sitzung: Sitzung, sitz: Sitz) -> Person | None:
    """Return who holds a seat on the meeting's day (Zurich); None while it is vacant (one query)."""
    tag = timezone.localdate(sitzung.beginn_at)
    mandat = Mandat.objects.current(tag).filter(sitz=sitz).select_related("person").order_by("pk").first()
    return mandat.person if mandat else None


def herkunft(teilnahme: Teilnahme) -> str:
    """Return how an answer came that the office recorded: «am Telefon, durch Andrea Muster»; empty for one's own (no query
    where antwort_von is loaded).
    """
    if teilnahme.antwort_kanal not in IM_AUFTRAG or teilnahme.antwort_von is None:
        return ""
    return f"{teilnahme.get_antwort_kanal_display()}, durch {teilnahme.antwort_von.name}"


def standing_list(sitz: Sitz, tag: date) -> list[Stellvertretung]:
    """Return a seat's standing list on a day, active people only, by name (one query)."""
    zeilen = Stellvertretung.objects.current(tag).filter(sitz=sitz, person__is_active=True).select_related("person")
    return list(zeilen.order_by("person__nachname", "person__vorname", "pk"))


@dataclass(frozen=True)
class Antwortlage:
    """All that the page of one seat's answer shows.

    teilnahme: the seat's row, unsaved where nothing was answered.  inhaber: who holds the seat on the meeting's day.
    zu: why no answer is possible (any more); empty while it is.  bis_at: until when it is asked for.
    is_frist_vorbei: that day is over.  hat_mehrere_sitze: the holder has another seat too (personal union).
    """

    sitzung: Sitzung
    sitz: Sitz
    teilnahme: Teilnahme
    inhaber: Person | None
    liste: tuple[Stellvertretung, ...]
    zu: str
    bis_at: datetime
    darf_vertreten: bool
    is_frist_vorbei: bool
    hat_mehrere_sitze: bool

    @property
    def is_luecke(self) -> bool:
        """Whether somebody could still be reminded: the holder of the answer, or the substitute of the request."""
        t = self.teilnahme
        offen = t.vertretung_stand in {Teilnahme.Vertretung.BENANNT, Teilnahme.Vertretung.ABGELEHNT}
        return not t.antwort or t.neu_erbeten_at is not None or offen

    @property
    def is_beantwortet(self) -> bool:
        return self.teilnahme.antwort != Teilnahme.Antwort.OFFEN

    @property
    def is_vertretung_willkommen(self) -> bool:
        """Whether to ask once more for a substitute: a region's seat is excused and nobody comes in its place."""
        is_entschuldigt = self.teilnahme.antwort == Teilnahme.Antwort.ENTSCHULDIGT
        return is_entschuldigt and self.darf_vertreten and self.sitz.sozialregion_id is not None

    @property
    def is_vorsitz(self) -> bool:
        return self.sitz.art == Sitz.Art.VORSITZ

    @property
    def herkunft(self) -> str:
        return herkunft(self.teilnahme)


def load_antwortlage(sitzung: Sitzung, sitz: Sitz, *, now: datetime, buero: bool = False) -> Antwortlage:
    """Return the state of one seat's answer (seven queries, whatever the length of the list)."""
    reihen = Teilnahme.objects.filter(sitzung=sitzung, sitz=sitz).select_related("sitz", "vertretung", "antwort_von")
    teilnahme = reihen.first() or Teilnahme(sitzung=sitzung, sitz=sitz)
    angemeldet = teilnahme.pk is not None and Anwesenheit.objects.filter(teilnahme=teilnahme).exists()
    stand = stand_of(sitzung, hat_angemeldet=angemeldet)
    bis_at = antwort_bis_at(sitzung.beginn_at, tage=int(wert("antwort_bis_tage")))
    inhaber, tag = inhaber_of(sitzung, sitz), timezone.localdate(sitzung.beginn_at)
    if not teilnahme.is_gueltig_for(inhaber):
        teilnahme.lapse()
    return Antwortlage(
        sitzung=sitzung,
        sitz=sitz,
        teilnahme=teilnahme,
        inhaber=inhaber,
        liste=tuple(standing_list(sitz, tag)),
        zu=why_closed(stand, beginn_at=sitzung.beginn_at, ende_at=sitzung.ende_at, now=now, buero=buero),
        bis_at=bis_at,
        darf_vertreten=sitz.stimmberechtigt or bool(wert("beratende_vertretung")),
        is_frist_vorbei=bis_at < now,
        hat_mehrere_sitze=inhaber is not None
        and Mandat.objects.current(tag).filter(person=inhaber).exclude(sitz=sitz).exists(),
    )


def fruehere_antworten(now: datetime) -> QuerySet[Teilnahme]:
    """Return the seats of meetings ahead whose answer does not count any more (the rule is is_antwort_gueltig)."""
    tag = TruncDate("sitzung__beginn_at", tzinfo=timezone.get_default_timezone())
    inhaber = Mandat.objects.filter(sitz=OuterRef("sitz"), von__lte=OuterRef("tag"))
    inhaber = inhaber.filter(Q(bis__isnull=True) | Q(bis__gt=OuterRef("tag")))
    is_fuer_inhaber = Exists(inhaber.filter(person=OuterRef("antwort_fuer")))
    vertritt_sich = Exists(inhaber.filter(person=OuterRef("vertretung")))
    is_vertreten = Q(antwort=Teilnahme.Antwort.VERTRETEN)
    gegebene = Teilnahme.objects.filter(sitzung__beginn_at__gt=now).exclude(antwort=Teilnahme.Antwort.OFFEN)
    return gegebene.annotate(tag=tag).filter(is_vertreten & vertritt_sich | ~is_vertreten & ~is_fuer_inhaber)


def is_erinnerung_faellig(sitzung: Sitzung, now: datetime) -> bool:
    """Return whether the seats of a dispatched meeting are to be reminded of their answer now (one query)."""
    if sitzung.status != Sitzung.Status.VERSANDT or sitzung.versandt_at is None:
        return False
    tage = int(wert("antwort_bis_tage"))
    due_at = erinnerung_due_at(sitzung.beginn_at, tage=tage, versandt_at=sitzung.versandt_at)
    return is_erinnerung_due(due_at, erinnert_at=sitzung.antwort_erinnert_at, beginn_at=sitzung.beginn_at, now=now)


# --- One's own seats --------------------------------------------------------------------------------


@dataclass(frozen=True)
class MeinSitz:
    """One's part in a meeting: the seat one holds, or the one for which one is named as substitute (is_vertretung)."""

    sitzung: Sitzung
    sitz: Sitz
    teilnahme: Teilnahme | None
    is_vertretung: bool
    is_offen: bool

    @property
    def antwort(self) -> str:
        return self.teilnahme.antwort if self.teilnahme else ""

    @property
    def braucht_antwort(self) -> bool:
        """Whether the person should do something now."""
        if not self.is_offen:
            return False
        teilnahme = self.teilnahme
        if self.is_vertretung:
            return teilnahme is not None and teilnahme.vertretung_stand == Teilnahme.Vertretung.BENANNT
        return (
            teilnahme is None
            or not teilnahme.antwort
            or teilnahme.neu_erbeten_at is not None
            or teilnahme.vertretung_stand == Teilnahme.Vertretung.ABGELEHNT
        )

    @property
    def herkunft(self) -> str:
        return herkunft(self.teilnahme) if self.teilnahme else ""

    @property
    def bezeichnung(self) -> str:
        """Which answer it is: several buttons read the same to who does not see where they stand."""
        return f"{self.sitzung.titel}, {self.sitz}"

    @property
    def url(self) -> str:
        """Where one answers for the seat."""
        if self.is_vertretung:
            return reverse("sitzungen:vertretung-reply", args=[self.sitzung.kennung])
        return f"{reverse('sitzungen:antwort-edit', args=[self.sitzung.kennung])}?sitz={self.sitz.uuid}"


def meine_sitze(sitzungen: Sequence[Sitzung], umfang: Umfang) -> list[MeinSitz]:
    """Return the person's seats at these meetings, and those for which the person is named as substitute (one query).

    Only meetings whose date is known; by meeting, then by seat.
    """
    bekannte = [s for s in sitzungen if s.is_termin_bekannt]
    if umfang.person is None or umfang.zugang is not None or not bekannte:
        return []
    eigene = {m.sitz_id: m for m in umfang.sitze}
    reihen = Teilnahme.objects.filter(sitzung__in=bekannte).filter(
        Q(sitz__in=list(eigene)) | Q(vertretung=umfang.person) & ~Q(vertretung_stand=Teilnahme.Vertretung.ABGELEHNT)
    )
    teilnahmen = {
        (t.sitzung_id, t.sitz_id): t for t in reihen.select_related("sitz", "vertretung", "antwort_von").order_by("pk")
    }
    gefunden = []
    for sitzung in bekannte:
        stand = stand_of(sitzung, hat_angemeldet=False)
        zu = why_closed(stand, beginn_at=sitzung.beginn_at, ende_at=sitzung.ende_at, now=umfang.now)
        tag = timezone.localdate(sitzung.beginn_at)
        for mandat in sorted(eigene.values(), key=lambda m: m.sitz.reihenfolge):
            if mandat.bis is None or mandat.bis > tag:
                teilnahme = teilnahmen.get((sitzung.pk, mandat.sitz_id))
                if teilnahme is not None and not teilnahme.is_gueltig_for(umfang.person):
                    teilnahme.lapse()
                gefunden.append(MeinSitz(sitzung, mandat.sitz, teilnahme, is_vertretung=False, is_offen=not zu))
        gefunden += [
            MeinSitz(sitzung, t.sitz, t, is_vertretung=True, is_offen=not zu)
            for (sitzung_id, sitz_id), t in teilnahmen.items()
            if sitzung_id == sitzung.pk and sitz_id not in eigene
        ]
    return gefunden


# --- Links in letters -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Antwortweg:
    """Where a person answers for one seat (its pk): the words of the button, and the address on this site.

    stand: what is answered already, in words; empty while an answer is asked for.
    """

    text: str
    path: str
    sitz: int
    stand: str = ""


def antwortwege(person: UUID, sitzungen: Sequence[Sitzung], *, now: datetime) -> dict[int, list[Antwortweg]]:
    """Return by pk of the meeting where a person answers, a way per seat (three queries, whatever the number of meetings).

    The signed link where there is one, else the page in the portal. Nothing for a meeting that has begun or is called off.
    """
    kommende = [s for s in sitzungen if s.beginn_at > now and s.status != Sitzung.Status.ABGESAGT]
    mandate = list(
        Mandat.objects.filter(person__uuid=person).select_related("sitz", "person").order_by("sitz__reihenfolge")
    )
    reihen = Teilnahme.objects.filter(sitzung__in=kommende).filter(
        Q(sitz__in=[m.sitz_id for m in mandate]) | Q(vertretung__uuid=person)
    )
    teilnahmen = list(reihen.select_related("sitz", "vertretung").order_by("sitz__reihenfolge"))
    links = {
        link.objekt: link.path
        for link in Zugangslink.objects.usable(now).filter(
            zweck=Zugangslink.Zweck.ANTWORT, person__uuid=person, objekt__in=[t.uuid for t in teilnahmen]
        )
    }
    wege: dict[int, list[Antwortweg]] = {}
    for sitzung in kommende:
        je_sitz = {t.sitz_id: t for t in teilnahmen if t.sitzung_id == sitzung.pk}
        tag = timezone.localdate(sitzung.beginn_at)
        gueltige = {m.sitz: m.person for m in mandate if m.von <= tag and (m.bis is None or m.bis > tag)}
        eigene = list(gueltige)
        staende = {sitz.pk: _stand(je_sitz.get(sitz.pk), inhaber) for sitz, inhaber in gueltige.items()}
        wege[sitzung.pk] = [
            _weg(
                "Antwort{} ändern" if staende[sitz.pk] else "Teilnahme{} melden",
                sitz if len(eigene) > 1 else None,
                sitz.pk,
                links.get(je_sitz[sitz.pk].uuid) if sitz.pk in je_sitz else None,
                reverse("sitzungen:antwort-edit", args=[sitzung.kennung]),
                stand=staende[sitz.pk],
            )
            for sitz in eigene
        ]
        wege[sitzung.pk] += [
            _weg(
                "Anfrage{} beantworten"
                if teilnahme.vertretung_stand == Teilnahme.Vertretung.BENANNT
                else "Antwort zur Stellvertretung{} ändern",
                None,
                teilnahme.sitz_id,
                links.get(teilnahme.uuid),
                reverse("sitzungen:vertretung-reply", args=[sitzung.kennung]),
                stand=""
                if teilnahme.vertretung_stand == Teilnahme.Vertretung.BENANNT
                else "als Stellvertretung zugesagt",
            )
            for teilnahme in je_sitz.values()
            if teilnahme.is_vertretung_benannt and teilnahme.sitz_id not in {s.pk for s in eigene}
        ]
    return wege


def _stand(teilnahme: Teilnahme | None, inhaber: Person) -> str:
    """Return what a seat has answered, in words; empty where its holder is (still, again) asked."""
    if teilnahme is None or teilnahme.neu_erbeten_at is not None or not teilnahme.is_gueltig_for(inhaber):
        return ""
    if teilnahme.antwort != Teilnahme.Antwort.VERTRETEN:
        return teilnahme.get_antwort_display() if teilnahme.antwort else ""
    return f"vertreten durch {teilnahme.vertretung}" if teilnahme.is_vertretung_benannt else ""


def _weg(satz: str, sitz: Sitz | None, sitz_pk: int, link: str | None, ersatz: str, *, stand: str) -> Antwortweg:
    """Return one way: the signed link, or the page in the portal, which the words then say. sitz: named where there are two."""
    text = satz.format("" if link else " im Portal") + (f": {sitz}" if sitz else "")
    return Antwortweg(text, link or ersatz, sitz_pk, stand)
