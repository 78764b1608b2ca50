"""What the pages of preparing a meeting show: the agenda with its clock, what can be taken over, the checklist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from konferenz.models import Datei, Pflichtenheft
from konferenz.rules import is_in_frist, tage_vorher
from mitglieder.models import Leitgremium, Mandat, Mitgliedschaft, Person, Sitz
from sitzungen import rules
from sitzungen.models import (
    Fassung,
    Sitzung,
    Traktandum,
    Unterlage,
)

from .nachfuehren import wartende_traktanden
from .versand import empfaengerkreis


@dataclass(frozen=True)
class Papier:
    """One paper of an item as the builder shows it: its row and its current Fassung."""

    unterlage: Unterlage
    fassung: Fassung

    @property
    def datei(self) -> Datei:
        """The file of the current Fassung."""
        return self.fassung.datei


@dataclass(frozen=True)
class Punkt:
    """One item of the agenda with its time and its papers; entfernte are papers taken off, which can be put back."""

    traktandum: Traktandum
    von: datetime
    bis: datetime
    papiere: tuple[Papier, ...]
    entfernte: tuple[Papier, ...]
    is_erstes: bool
    is_letztes: bool


@dataclass(frozen=True)
class Agenda:
    """The whole agenda. bis: when the last item ends.  minuten: planned altogether, ueberzogen: more than the meeting has."""

    sitzung: Sitzung
    punkte: tuple[Punkt, ...]
    minuten: int

    @property
    def bis(self) -> datetime:
        """When the last item ends."""
        return self.punkte[-1].bis if self.punkte else self.sitzung.beginn_at

    @property
    def ueberzogen(self) -> int:
        """Minutes the items last longer than the meeting (0 or more)."""
        return max(0, self.minuten - _dauer(self.sitzung))


def _dauer(sitzung: Sitzung) -> int:
    return int((sitzung.ende_at - sitzung.beginn_at).total_seconds()) // 60


def agenda(sitzung: Sitzung) -> Agenda:
    """Return the agenda of a meeting with running clock and papers (three queries, whatever its length)."""
    fassungen = Fassung.objects.aktuell().select_related("datei")
    unterlagen = Unterlage.objects.prefetch_related(Prefetch("fassungen", queryset=fassungen, to_attr="aktuelle"))
    traktanden = list(
        sitzung.traktanden.select_related("thema", "vorgaenger__sitzung")
        .prefetch_related(Prefetch("unterlagen", queryset=unterlagen.order_by("position", "pk")))
        .order_by("position")
    )
    zeiten = rules.uhr(sitzung.beginn_at, [t.minuten for t in traktanden])
    punkte = []
    for nr, (traktandum, (von, bis)) in enumerate(zip(traktanden, zeiten, strict=True), start=1):
        traktandum.sitzung = sitzung
        papiere = [Papier(u, u.aktuelle[0]) for u in traktandum.unterlagen.all() if u.aktuelle]  # type: ignore[attr-defined]
        punkte.append(
            Punkt(
                traktandum,
                von,
                bis,
                tuple(p for p in papiere if not p.unterlage.is_entfernt),
                tuple(p for p in papiere if p.unterlage.is_entfernt),
                is_erstes=nr == 1,
                is_letztes=nr == len(traktanden),
            )
        )
    return Agenda(sitzung, tuple(punkte), sum(t.minuten for t in traktanden))


@dataclass(frozen=True)
class Uebernahme:
    """An item that can be carried over. wartet: why it comes back («verschoben»), empty for any other of the last meeting."""

    traktandum: Traktandum
    wartet: str


def uebernehmbare(sitzung: Sitzung) -> list[Uebernahme]:
    """Return items that can be carried over: first what waits since earlier meetings, then the rest of the last one.

    Standing items and those taken over already are left out (four queries).
    """
    wartende = [
        t for t in wartende_traktanden() if t.sitzung.beginn_at < sitzung.beginn_at and t.sitzung_id != sitzung.pk
    ]
    gefunden = [Uebernahme(t, _wartet(t)) for t in wartende]
    vorige = vorige_sitzung(sitzung)
    if vorige is None:
        return gefunden
    schon = sitzung.traktanden.filter(vorgaenger__isnull=False).values_list("vorgaenger_id", flat=True)
    traktanden = vorige.traktanden.filter(standard="").exclude(pk__in=[*schon, *(t.pk for t in wartende)])
    return gefunden + [Uebernahme(t, "") for t in traktanden.order_by("position")]


def _wartet(traktandum: Traktandum) -> str:
    if traktandum.ausgang == Traktandum.Ausgang.OFFEN:
        return f"nicht behandelt, {traktandum.sitzung.nummer}"
    return f"{traktandum.get_ausgang_display()}, {traktandum.sitzung.nummer}"


def vorige_sitzung(sitzung: Sitzung) -> Sitzung | None:
    """Return the last meeting before this one that was not cancelled."""
    return (
        Sitzung.objects.filter(beginn_at__lt=sitzung.beginn_at)
        .exclude(status=Sitzung.Status.ABGESAGT)
        .order_by("-beginn_at")
        .first()
    )


def vorlagen(sitzung: Sitzung) -> list[Sitzung]:
    """Return the meetings whose agenda can serve as a template: the last eight with items of their own."""
    eigene = Count("traktanden", filter=Q(traktanden__standard=""))
    return list(
        Sitzung.objects.exclude(pk=sitzung.pk)
        .filter(beginn_at__lt=sitzung.beginn_at)
        .annotate(eigene=eigene)
        .filter(eigene__gt=0)
        .order_by("-beginn_at")[:8]
    )


@dataclass(frozen=True)
class Zeile:
    """One line of the checklist as components/_pruefliste.html shows it; is_blockierend forbids the release."""

    text: str
    is_erfuellt: bool
    url: str
    knopf: str
    is_blockierend: bool


@dataclass(frozen=True)
class Checkliste:
    """«Bereit für den Versand?»: its lines, whether it may be released, and how many people get the papers."""

    punkte: tuple[Zeile, ...]
    is_bereit: bool
    empfaenger: int

    @property
    def fehlende(self) -> int:
        """How many lines are not fulfilled."""
        return sum(not punkt.is_erfuellt for punkt in self.punkte)


_WEGE = {
    "traktanden": ("sitzungen:traktandum-list", True, "Zur Traktandenliste"),
    "einstellungen": ("sitzungen:sitzung-edit", True, "Ort und Zeit erfassen"),
    "verteiler": ("mitglieder:verteiler-list", False, "Zum Verteiler"),
}


def checkliste(agenda: Agenda, *, now: datetime, mit_verteiler: bool) -> Checkliste:
    """Return what is ready and what is missing before the dispatch, each with the way to mend it.

    mit_verteiler: the person may open the Verteiler, so the way there is shown.
    """
    sitzung = agenda.sitzung
    personen = [zeile.person for zeile in empfaengerkreis(sitzung, now).empfaenger]
    ohne = sum(not _hat_adresse(person) for person in personen)
    heute = timezone.localdate(now)
    besetzt = Mitgliedschaft.objects.current(heute).values("leitgremium_id")
    leere = Leitgremium.objects.exclude(pk__in=besetzt).order_by("sozialregion__nr")
    stand = rules.Stand(
        traktanden=tuple(
            rules.Trakt(
                nr=p.traktandum.position,
                titel=p.traktandum.titel,
                art=p.traktandum.art,
                is_standard=bool(p.traktandum.standard),
                hat_zusammenfassung=bool(p.traktandum.zusammenfassung.strip()),
                unterlagen=len(p.papiere),
            )
            for p in agenda.punkte
        ),
        form=sitzung.form,
        ort=sitzung.ort,
        video_link=sitzung.video_link,
        minuten_geplant=agenda.minuten,
        minuten_dauer=_dauer(sitzung),
        defekte=tuple(
            (punkt.traktandum.position, papier.unterlage.titel)
            for punkt in agenda.punkte
            for papier in punkt.papiere
            if papier.datei.pruefung == Datei.Pruefung.DEFEKT
        ),
        empfaenger=len(personen),
        ohne_adresse=ohne,
        regionen_ohne_leitgremium=tuple(leere.values_list("sozialregion__kuerzel", flat=True)),
    )
    punkte = rules.pruefpunkte(stand)
    anker = {p.traktandum.position: f"#t-{p.traktandum.uuid}" for p in agenda.punkte}
    return Checkliste(
        tuple(_zeile(punkt, sitzung, anker, mit_verteiler=mit_verteiler) for punkt in punkte),
        rules.is_bereit(punkte),
        len(personen),
    )


def _zeile(punkt: rules.Pruefpunkt, sitzung: Sitzung, anker: Mapping[int, str], *, mit_verteiler: bool) -> Zeile:
    name, braucht_sitzung, knopf = _WEGE[punkt.ziel]
    is_offen = mit_verteiler or punkt.ziel != "verteiler"
    url = reverse(name, args=[sitzung.kennung] if braucht_sitzung else []) if is_offen else ""
    if punkt.nr is not None:
        url, knopf = f"{url}{anker[punkt.nr]}", f"Zu Traktandum {punkt.nr}"
    elif punkt.ziel == "traktanden":
        url = f"{url}#redaktion"  # beside the agenda too: on a telephone the list stands above
    return Zeile(punkt.text, punkt.is_erfuellt, url, knopf, punkt.is_blockierend)


def _hat_adresse(person: Person) -> bool:
    try:
        validate_email(person.email.strip())
    except ValidationError:
        return False
    return True


@dataclass(frozen=True)
class Versandzeit:
    """When a released meeting would go out if it were released now, and what that means.

    minuten: from now until then, rounded up, never below 0.
    is_sofort: it goes out within a quarter of an hour of the release (or of now).
    is_verspaetet: the papers come later than the Pflichtenheft's days before the meeting.
    """

    faellig_at: datetime
    tage: int
    minuten: int
    is_sofort: bool
    is_verspaetet: bool


def versandzeit(sitzung: Sitzung, *, now: datetime) -> Versandzeit:
    """Return when the papers go out: as stored for a released meeting, else as a release at this moment would set it."""
    faellig = sitzung.versand_due_at
    if sitzung.status == Sitzung.Status.ENTWURF:
        faellig = max(faellig, now + rules.BEDENKZEIT)
    tage = tage_vorher(faellig, sitzung.beginn_at)
    frist = versandfrist(sitzung)
    return Versandzeit(
        faellig,
        tage,
        max(0, -((now - faellig) // timedelta(minutes=1))),
        is_sofort=faellig - now <= rules.BEDENKZEIT,
        is_verspaetet=frist is not None and not is_in_frist(tage, frist_tage=frist),
    )


def versandfrist(sitzung: Sitzung) -> int | None:
    """Return the Versandfrist in days that applies on the meeting's date, or None under a version without rules."""
    heft = Pflichtenheft.objects.in_force(timezone.localdate(sitzung.beginn_at)).first()
    return heft.versandfrist_tage if heft else None


def vorsitz(*, now: datetime) -> Person | None:
    """Return who holds the chair today, or None."""
    mandat = (
        Mandat.objects.filter(sitz__art=Sitz.Art.VORSITZ)
        .current(timezone.localdate(now))
        .select_related("person")
        .first()
    )
    return mandat.person if mandat else None
