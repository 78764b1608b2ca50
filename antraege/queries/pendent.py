"""What of the motions waits at the office and at the chair (settings.PENDENTE), how one's own motions stand, which ballots one owes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from antraege.models import Abstimmung, Antrag, Bericht, Stimmsitz, Vorstandsentscheid
from antraege.rules.bericht import FELDER, check_freigabe
from antraege.rules.verlauf import shown_status
from antraege.rules.vorstand import seit_satz
from konferenz.rules import Mehrheit
from mitglieder.permissions import Recht, Umfang, has_recht
from sitzungen.models import Sitzung, Traktandum
from sitzungen.queries.pendent import Pendent

from .liste import WORTE

EIGENE = 5  # so many of one's own motions stand on the dashboard

_GETAGT = frozenset({Sitzung.Status.GESCHLOSSEN, Sitzung.Status.ABGESAGT})


def tell(umfang: Umfang) -> list[Pendent]:
    """Return what of the motions waits for this person: the office all, the chair what he releases (three queries at most)."""
    buero, vorsitz = has_recht(umfang, Recht.BERICHT_SCHREIBEN), has_recht(umfang, Recht.BERICHT_FREIGEBEN)
    if not (buero or vorsitz):
        return []
    berichte = _load_berichte()
    gefunden = list(_freigaben(berichte)) if vorsitz else []
    if buero:
        gefunden += [*_tell_antraege(berichte), *_tell_berichte(berichte), *_tell_vorstand(berichte)]
    return gefunden


def _load_berichte() -> list[Bericht]:
    """Return the reports on which something is still to be done (one query)."""
    status = Vorstandsentscheid.Status.MITGETEILT
    fertig = Q(entscheid__status=status, entscheid__rueckmeldung__isnull=False)
    nochmals = Q(entscheid__status=status) & ~Q(antrag__status=Antrag.Status.BEANTWORTET)  # taken up again
    rows = Bericht.objects.exclude(fertig).exclude(nochmals).select_related("antrag", "entscheid")
    return list(rows.order_by("ueberwiesen_at", "created_at", "pk"))


def _freigaben(berichte: Sequence[Bericht]) -> Iterator[Pendent]:
    """Yield what the chair can release now; what still lacks something waits at the office."""
    for bericht in berichte:
        is_fertig = not check_freigabe({feld: getattr(bericht, feld) for feld in FELDER})
        if bericht.status == Bericht.Status.ENTWURF and is_fertig:
            text = f"{bericht.get_art_display()} zum Antrag {bericht.antrag.nummer}: wartet auf Ihre Freigabe."
            yield Pendent(text, _bericht_url(bericht.antrag), "warnung")


def _tell_antraege(berichte: Sequence[Bericht]) -> Iterator[Pendent]:
    """Yield motions that wait for an agenda or a report, and withdrawn ones that still stand on an agenda (one query)."""
    status = Antrag.Status
    zurueck = Q(status=status.ZURUECKGEZOGEN, traktandum__isnull=False)
    gesucht = Antrag.objects.filter(Q(status__in=[status.EINGEREICHT, status.VERABSCHIEDET]) | zurueck)
    alle = list(gesucht.select_related("traktandum__sitzung").order_by("jahr", "nr"))
    mit_bericht = {bericht.antrag_id for bericht in berichte if not bericht.is_ueberwiesen}
    for antrag in alle:
        punkt = antrag.traktandum
        if antrag.status == status.ZURUECKGEZOGEN and punkt and _steht_noch(punkt):
            text = f"Antrag {antrag.nummer} ist zurückgezogen und steht noch auf der Traktandenliste ({punkt.sitzung.titel})."
            yield Pendent(text, reverse("sitzungen:traktandum-list", args=[punkt.sitzung.kennung]), "warnung")
    offene = [antrag for antrag in alle if antrag.status == status.EINGEREICHT]
    yield from _einzeln_oder_viele(offene, "eine Traktandenliste", status.EINGEREICHT)
    ohne = [antrag for antrag in alle if antrag.status == status.VERABSCHIEDET and antrag.pk not in mit_bericht]
    yield from _einzeln_oder_viele(ohne, "Bericht und Antrag an den Vorstand", status.VERABSCHIEDET)


def _steht_noch(punkt: Traktandum) -> bool:
    return punkt.ausgang == Traktandum.Ausgang.OFFEN and punkt.sitzung.status not in _GETAGT


def _einzeln_oder_viele(antraege: Sequence[Antrag], worauf: str, status: str) -> Iterator[Pendent]:
    """Name one motion with the way to it; of several tell the number, with the way to the list."""
    if len(antraege) == 1:
        antrag = antraege[0]
        yield Pendent(f"Antrag {antrag.nummer} «{antrag.titel}» wartet auf {worauf}.", antrag.get_absolute_url())
    elif antraege:
        url = f"{reverse('antraege:antrag-list')}?stand={status}"
        yield Pendent(f"{len(antraege)} Anträge warten auf {worauf}.", url)


def _tell_berichte(berichte: Sequence[Bericht]) -> Iterator[Pendent]:
    for bericht in berichte:
        nummer = bericht.antrag.nummer
        if bericht.status == Bericht.Status.ENTWURF:
            yield Pendent(f"Der Bericht zum Antrag {nummer} ist noch nicht freigegeben.", _bericht_url(bericht.antrag))
        elif bericht.status == Bericht.Status.FREIGEGEBEN:
            text = f"Der Bericht zum Antrag {nummer} ist freigegeben und noch nicht überwiesen."
            yield Pendent(text, _bericht_url(bericht.antrag), "warnung")


def _tell_vorstand(berichte: Sequence[Bericht]) -> Iterator[Pendent]:
    """Yield decisions not told and answers without an item; how long others wait stands in the tile of the board."""
    for bericht in berichte:
        entscheid: Vorstandsentscheid | None = getattr(bericht, "entscheid", None)
        nummer = bericht.antrag.nummer
        if entscheid is None:
            continue
        if not entscheid.is_mitgeteilt:
            text = f"Der Entscheid zum Antrag {nummer} ist erfasst und noch nicht mitgeteilt."
            yield Pendent(text, bericht.get_absolute_url(), "warnung")
        else:
            text = f"Die Antwort auf den Antrag {nummer} wartet als Rückmeldung auf die nächste Traktandenliste."
            yield Pendent(text, bericht.antrag.get_absolute_url())


def _bericht_url(antrag: Antrag) -> str:
    return reverse("antraege:bericht-edit", args=[antrag.kennung])


# --- One's own motions ----------------------------------------------------------------------------


@dataclass(frozen=True)
class EigenerAntrag:
    """A motion or draft of this person, with its state in words."""

    antrag: Antrag
    wort: str
    satz: str


def list_eigene(umfang: Umfang) -> list[EigenerAntrag]:
    """Return the latest drafts and motions a person wrote, the newest first (two queries)."""
    mitgeteilt = Vorstandsentscheid.objects.filter(
        bericht__antrag=OuterRef("pk"), status=Vorstandsentscheid.Status.MITGETEILT
    )
    rows = (
        Antrag.objects.visible_to(umfang)
        .filter(eingereicht_von=umfang.person)
        .exclude(status=Antrag.Status.ZURUECKGEZOGEN)
        .annotate(
            ueberwiesen_at=Max("berichte__ueberwiesen_at"),
            antwort=Subquery(mitgeteilt.order_by("-mitgeteilt_at").values("ergebnis")[:1]),
        )
        .order_by("-created_at", "-pk")
    )
    antraege = list(rows[:EIGENE])
    pks = [antrag.traktandum_id for antrag in antraege if antrag.traktandum_id]
    sichtbar = set(Traktandum.objects.visible_to(umfang).filter(pk__in=pks).values_list("pk", flat=True))
    return [_eigener(antrag, umfang, sieht_traktandum=antrag.traktandum_id in sichtbar) for antrag in antraege]


def _eigener(antrag: Antrag, umfang: Umfang, *, sieht_traktandum: bool) -> EigenerAntrag:
    status = shown_status(antrag.status, sieht_traktandum=sieht_traktandum)
    satz = ""
    if status == Antrag.Status.UEBERWIESEN:
        seit = timezone.localdate(antrag.ueberwiesen_at)  # type: ignore[attr-defined]  # annotated above
        satz = seit_satz(seit, timezone.localdate(umfang.now))
    elif status == Antrag.Status.BEANTWORTET:
        satz = Vorstandsentscheid.Ergebnis(antrag.antwort).label  # type: ignore[attr-defined]  # annotated above
    return EigenerAntrag(antrag, WORTE.get(status, "Entwurf"), satz)


# --- One's own ballots ----------------------------------------------------------------------------


def list_fehlende_stimmen(umfang: Umfang) -> list[Abstimmung]:
    """Return the open votes in which a person exercises a seat and has not voted yet, those that decide first (one query)."""
    rows = Stimmsitz.objects.filter(
        person=umfang.person, stimme__isnull=True, abstimmung__status=Abstimmung.Status.OFFEN
    ).exclude(abstimmung__schliesst_at__lte=umfang.now)
    sitze = rows.select_related("abstimmung__sitzung", "abstimmung__antragsfassung__antrag")
    offene = [sitz.abstimmung for sitz in sitze.order_by("abstimmung__eroeffnet_at", "pk")]
    return sorted(offene, key=lambda a: a.mehrheit == Mehrheit.KONSULTATIV)
