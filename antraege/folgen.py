"""What follows for motions and votes from what happens to an item of an agenda (settings.TRAKTANDUM_FOLGEN).

Called inside the deeds on meetings, with the meeting locked; then votes, motions, the board's decisions, the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from antraege.models import Abstimmung, Antrag, Vorstandsentscheid
from antraege.queries.agenda import list_zurueckgestellte
from antraege.rules.abstimmung import praesenz_wechsel
from antraege.rules.antrag import check_ausgang
from antraege.schritte.agenda import (
    break_off_vorbereitete,
    detach_zurueckgezogene,
    lock_antraege,
    lock_vorbereitete,
    place_antrag,
    release_antrag,
    remove_vorbereitete,
)
from antraege.schritte.antrag import note
from antraege.schritte.ausgang import is_entschieden, keep_zeilen, leading, list_gehaltene
from konferenz.folgen import Ereignis, Was
from konferenz.rules import Mehrheit
from sitzungen.models import Anwesenheit, Sitzung, Traktandum, Unterlage
from sitzungen.rules.strecken import Strecke, covers
from sitzungen.schritte.praesenz import uhr
from sitzungen.schritte.saal import SaalError
from sitzungen.schritte.vorbereitung import VorbereitungError

_WARTET = {
    Traktandum.Ausgang.VERSCHOBEN: "Das Traktandum ist verschoben.",
    Traktandum.Ausgang.ZURUECKGEWIESEN: "Das Traktandum ist zurückgewiesen.",
    Traktandum.Ausgang.ZURUECKGEZOGEN: "Das Traktandum ist zurückgezogen.",
}
_VON_HAND_ENTSCHIEDEN = {Traktandum.Ausgang.BESCHLOSSEN, Traktandum.Ausgang.ABGELEHNT}


def follow(ereignis: Ereignis) -> None:
    """Write what follows from an event. Raises SaalError, VorbereitungError where the deed must not happen."""
    _FOLGEN[ereignis.was](ereignis)


def _ausgang(e: Ereignis) -> None:
    """What a vote decided stays; an item that comes back lets its motions wait, one that is taken up again has them back."""
    punkt = e.traktandum
    votes = Abstimmung.objects.filter(traktandum=punkt).exclude(mehrheit=Mehrheit.KONSULTATIV)
    if votes.filter(status=Abstimmung.Status.OFFEN).exists():
        raise SaalError("Über dieses Traktandum wird gerade abgestimmt; sein Ergebnis folgt daraus.", feld="ausgang")
    entschieden = list_gehaltene(punkt)
    if entschieden:
        vote = leading(entschieden)
        satz = check_ausgang(angenommen=vote.angenommen, ist_antrag=vote.antrag is not None, ausgang=punkt.ausgang)
        if satz and is_entschieden(vote, punkt):
            raise SaalError(satz, feld="ausgang")
        keep_zeilen(punkt, entschieden)
    if punkt.ausgang in _WARTET:
        _release(e, [punkt], _WARTET[punkt.ausgang])
        return
    for antrag, herkunft in list_zurueckgestellte(punkt):
        if herkunft.traktandum == str(punkt.uuid):
            papier = Unterlage.objects.filter(uuid=herkunft.papier).first() if herkunft.papier else None
            _place(e, antrag.pk, punkt, papier)
    offene = [a.nummer for a in lock_antraege([punkt])]
    if offene and punkt.ausgang in _VON_HAND_ENTSCHIEDEN and e.sitzung.status == Sitzung.Status.LAUFEND:
        raise SaalError(
            f"Über den Antrag {offene[0]} entscheidet seine Abstimmung (zwei Drittel der Anwesenden). Bitte stimmen Sie "
            "ab, oder wählen Sie «verschoben» oder «zurückgewiesen».",
            feld="ausgang",
        )


def _art(e: Ereignis) -> None:
    """A decision stands open, with what was voted before; information is nothing that was voted on or that has a motion."""
    punkt, entschieden = e.traktandum, list_gehaltene(e.traktandum)
    if punkt.art == Traktandum.Art.ENTSCHEID:
        keep_zeilen(punkt, entschieden)
        return
    nummer = punkt.position
    if entschieden:
        raise SaalError(f"Zu Traktandum {nummer} ist schon abgestimmt worden; es bleibt ein Entscheid.")
    if antraege := lock_antraege([punkt]):
        raise SaalError(
            f"Zu Traktandum {nummer} liegt der Antrag {antraege[0].nummer} vor; es bleibt ein Entscheid. Zurückziehen kann "
            "den Antrag, wer ihn eingereicht hat, bis seine Abstimmung eröffnet ist.",
            feld="art",
        )


def _entfernt(e: Ereignis) -> None:
    """The item is about to be deleted: prepared votes go with it, its motions wait again or, withdrawn, stand nowhere."""
    vorbereitete = lock_vorbereitete(e.sitzung, traktandum=e.traktandum)
    if Abstimmung.objects.filter(traktandum=e.traktandum).exclude(status=Abstimmung.Status.VORBEREITET).exists():
        raise VorbereitungError(
            "Zu diesem Traktandum gibt es eine abgebrochene oder geschlossene Abstimmung; es bleibt auf der Liste."
        )
    antraege = lock_antraege([e.traktandum])
    remove_vorbereitete(vorbereitete, actor=e.actor, now=e.now)
    detach_zurueckgezogene(e.traktandum)
    for antrag in antraege:
        release_antrag(antrag, grund="Das Traktandum ist von der Liste genommen.", actor=e.actor, now=e.now)


def _uebernommen(e: Ereignis) -> None:
    """Motions that left the item undecided follow it, and so does the board's answer."""
    kopien = {str(alt.uuid): e.unterlagen[alt.pk] for alt in Unterlage.objects.filter(pk__in=list(e.unterlagen))}
    for antrag, herkunft in list_zurueckgestellte(e.traktandum):
        _place(e, antrag.pk, e.nachfolger, kopien.get(herkunft.papier))
    Vorstandsentscheid.objects.filter(rueckmeldung=e.traktandum).update(rueckmeldung=e.nachfolger)


def _zurueckgezogen(e: Ereignis) -> None:
    _release(e, [e.traktandum], "Das Traktandum ist mit einem Nachversand zurückgezogen.")
    Vorstandsentscheid.objects.filter(rueckmeldung=e.traktandum).update(rueckmeldung=None)


def _abgesagt(e: Ereignis) -> None:
    """Nothing of a meeting called off will be voted; what stood on it waits."""
    _release_all(e, "Die Sitzung ist abgesagt.")
    Vorstandsentscheid.objects.filter(rueckmeldung__sitzung=e.sitzung).update(rueckmeldung=None)


def _praesenz(e: Ereignis) -> None:
    """What a closed vote counted stays as it was: who was there at its time is not recorded otherwise any more."""
    votes = Abstimmung.objects.filter(
        sitzung=e.sitzung, nacherfasst_at__isnull=False, status=Abstimmung.Status.GESCHLOSSEN
    )
    strecken = Anwesenheit.objects.filter(sitzung=e.sitzung, teilnahme__isnull=False)
    neue = list(strecken.select_related("teilnahme__sitz", "person").order_by("pk"))
    for vote in votes.select_related("traktandum").order_by("eroeffnet_at", "nr"):
        zeit = vote.eroeffnet_at
        if zeit is None:
            continue
        basis = list(vote.stimmsitze.select_related("sitz", "person"))
        bisher, neu = ({a.teilnahme.sitz: a.person for a in _da(rows, zeit)} for rows in (e.strecken, neue))
        wechsel = praesenz_wechsel(
            {s.sitz_id: s.person_id for s in basis},
            bisher={sitz.pk: person.pk for sitz, person in bisher.items()},
            neu={sitz.pk: person.pk for sitz, person in neu.items()},
        )
        if wechsel:
            sitze = {sitz.pk: sitz for sitz in (*bisher, *neu, *(s.sitz for s in basis))}
            leute = {p.pk: p.name for p in (*bisher.values(), *neu.values(), *(s.person for s in basis))}
            saetze = [
                f"{sitze[w.sitz]}: {leute[w.bisher] if w.bisher else 'niemand'}, nicht "
                f"{leute[w.neu] if w.neu else 'niemand'}"
                for w in wechsel
            ]
            raise SaalError(
                f"Die Abstimmung «{vote.frage}» um {uhr(zeit)} ist schon nacherfasst und bleibt, wie sie ist. Zu dieser "
                f"Zeit war da: {'; '.join(saetze)}. Bitte erfassen Sie die Präsenz jenes Augenblicks wie bisher. Ist die "
                "Abstimmung selbst falsch, stellt das die Konferenz an ihrer nächsten Sitzung richtig.",
                feld=f"sitz-{wechsel[0].sitz}-wer",
            )


def _da(strecken: Iterable[Anwesenheit], zeit: datetime) -> Iterator[Any]:
    """Yield who sat on a voting seat at a moment."""
    for a in strecken:
        if a.teilnahme is not None and a.teilnahme.sitz.stimmberechtigt and covers(Strecke(a.von_at, a.bis_at), zeit):
            yield a


def _schluss(e: Ereignis) -> None:
    """An opinion asked in the room ends in the room; one with a closing time closes by itself."""
    offen = Abstimmung.objects.filter(
        sitzung=e.sitzung, status=Abstimmung.Status.OFFEN, schliesst_at__isnull=True, mehrheit=Mehrheit.KONSULTATIV
    )
    vote = offen.order_by("nr").first()
    if vote is not None:
        raise SaalError(f"Die Konsultativabstimmung «{vote.frage}» ist noch offen. Bitte schliessen Sie sie zuerst.")


def _vorbei(e: Ereignis) -> None:
    """What was not voted on waits for another agenda; no prepared vote is held any more, of whatever kind."""
    _release_all(e, "In der Sitzung wurde nicht abgestimmt.")


def _release_all(e: Ereignis, grund: str) -> None:
    _let_go(e, lock_vorbereitete(e.sitzung), e.sitzung.traktanden.all(), grund)


def _release(e: Ereignis, punkte: list[Traktandum], grund: str) -> None:
    """Let the motions on these items go with the votes prepared on them; others on how to go on stay."""
    ueber_antraege = {"traktandum__in": punkte, "antragsfassung__antrag__status": Antrag.Status.TRAKTANDIERT}
    _let_go(e, lock_vorbereitete(e.sitzung, **ueber_antraege), punkte, grund)


def _let_go(e: Ereignis, votes: list[Abstimmung], punkte: Iterable[Traktandum], grund: str) -> None:
    antraege = lock_antraege(punkte)
    break_off_vorbereitete(votes, grund=grund, actor=e.actor, now=e.now)
    for antrag in antraege:
        release_antrag(antrag, grund=grund, actor=e.actor, now=e.now)


def _place(e: Ereignis, pk: int, punkt: Traktandum, papier: Unterlage | None) -> None:
    antrag = Antrag.objects.select_for_update(of=("self",)).get(pk=pk)
    if antrag.status != Antrag.Status.EINGEREICHT:
        return  # put on another agenda, or withdrawn, at this very moment
    place_antrag(antrag, punkt, papier, now=e.now)
    note(
        "antrag.traktandiert",
        antrag,
        actor=e.actor,
        now=e.now,
        traktandum=punkt.uuid,
        sitzung=e.sitzung.uuid,
    )


_FOLGEN = {
    Was.AUSGANG: _ausgang,
    Was.ART: _art,
    Was.ENTFERNT: _entfernt,
    Was.UEBERNOMMEN: _uebernommen,
    Was.ZURUECKGEZOGEN: _zurueckgezogen,
    Was.ABGESAGT: _abgesagt,
    Was.PRAESENZ: _praesenz,
    Was.SCHLUSS: _schluss,
    Was.VORBEI: _vorbei,
}
