"""Motions and agendas: which wait, where one may go, which item one came from, what the board's answer still lacks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from antraege.models import Antrag, Vorstandsentscheid
from konferenz.models import Journaleintrag
from sitzungen.models import Aenderung, Sitzung, Traktandum
from sitzungen.queries.nachfuehren import wartende_traktanden

ZURUECKGESTELLT = "antrag.zurueckgestellt"
"""The journal's word for a motion that left an agenda undecided; its payload names item and paper."""


@dataclass(frozen=True)
class Herkunft:
    """Where a motion stood before it left an agenda undecided. papier: uuid of its paper there, empty without one."""

    traktandum: str
    papier: str


def load_herkunft(antraege: Iterable[UUID]) -> dict[UUID, Herkunft]:
    """Return for each motion (by uuid) the item it left last (one query). Only of use while the motion waits."""
    gefunden: dict[UUID, Herkunft] = {}
    rows = Journaleintrag.objects.filter(art=ZURUECKGESTELLT, objekt__in=list(antraege)).order_by("seq")
    for objekt, text in rows.values_list("objekt", "text"):
        nutzlast = json.loads(text)["nutzlast"]
        if objekt is not None:
            gefunden[objekt] = Herkunft(nutzlast["traktandum"], nutzlast["papier"] or "")
    return gefunden


def wartende_antraege() -> QuerySet[Antrag]:
    """Return the motions that wait for an agenda, the longest waiting first."""
    return Antrag.objects.filter(status=Antrag.Status.EINGEREICHT).with_seite().order_by("eingereicht_at", "pk")


def wartende_rueckmeldungen() -> QuerySet[Vorstandsentscheid]:
    """Return the decisions of the board that were told and stand on no agenda yet, the oldest first."""
    rows = Vorstandsentscheid.objects.filter(status=Vorstandsentscheid.Status.MITGETEILT, rueckmeldung__isnull=True)
    return rows.select_related("bericht__antrag__thema", "bericht__datei", "datei").order_by("mitgeteilt_at", "pk")


def bearbeitbare_sitzungen(now: datetime) -> QuerySet[Sitzung]:
    """Return the meetings ahead whose agenda may still be edited, nearest first."""
    offen = [Sitzung.Status.ENTWURF, Sitzung.Status.FREIGEGEBEN]
    return Sitzung.objects.filter(status__in=offen, beginn_at__gt=now).order_by("beginn_at", "pk")


def find_vorgaenger(antrag: Antrag, sitzung: Sitzung) -> Traktandum | None:
    """Return the item of an earlier meeting that a waiting motion left and that waits too; the new item names it.

    Where that item had been taken over to a meeting that was called off, the one before it (few queries).
    """
    herkunft = load_herkunft([antrag.uuid]).get(antrag.uuid)
    if herkunft is None:
        return None
    punkt = Traktandum.objects.filter(uuid=herkunft.traktandum).first()
    while punkt is not None:
        wartend = wartende_traktanden().filter(pk=punkt.pk, sitzung__beginn_at__lt=sitzung.beginn_at).first()
        if wartend is not None:
            return wartend
        punkt = punkt.vorgaenger
    return None


def list_zurueckgestellte(traktandum: Traktandum) -> list[tuple[Antrag, Herkunft]]:
    """Return the waiting motions that left this item undecided, or an item it was taken over to (few queries).

    What was put on another agenda since waits no more.
    """
    uuids, stufe = {str(traktandum.uuid)}, [traktandum.pk]
    while stufe:
        rows = list(Traktandum.objects.filter(vorgaenger__in=stufe).values_list("pk", "uuid"))
        stufe = [pk for pk, _ in rows]
        uuids |= {str(uuid) for _, uuid in rows}
    wartende = {a.uuid: a for a in Antrag.objects.filter(status=Antrag.Status.EINGEREICHT, traktandum__isnull=True)}
    herkunft = load_herkunft(wartende)
    gefunden = [(antrag, herkunft[uuid]) for uuid, antrag in wartende.items() if uuid in herkunft]
    return sorted(((a, h) for a, h in gefunden if h.traktandum in uuids), key=lambda paar: paar[0].pk)


def load_entscheid(antrag: Antrag) -> Vorstandsentscheid | None:
    """Return what the board told last on a motion (one query)."""
    rows = Vorstandsentscheid.objects.filter(bericht__antrag=antrag, status=Vorstandsentscheid.Status.MITGETEILT)
    return rows.select_related("rueckmeldung__sitzung").order_by("-mitgeteilt_at", "-pk").first()


def is_papier_alt(antrag: Antrag) -> bool:
    """Return whether a motion was reworded after its paper on the agenda was made, or has none there (two queries)."""
    if antrag.papier is None or antrag.papier.is_entfernt:
        return True
    gemacht = antrag.papier.fassungen.aktuell().values_list("datei__created_at", flat=True).first()
    letzte = antrag.fassungen.order_by("-nr").values_list("created_at", flat=True)[0]
    return gemacht is None or letzte > gemacht


def read_papierstand(antrag: Antrag) -> str:
    """Return how the paper of a motion stands whose agenda is out (five queries at most).

    alt: the motion was reworded since.  vorgemerkt: and the new paper waits for the Nachversand.  Empty: nothing to send.
    """
    punkt = antrag.traktandum
    if antrag.status != Antrag.Status.TRAKTANDIERT or punkt is None or antrag.papier is None:
        return ""
    if punkt.sitzung.status != Sitzung.Status.VERSANDT or antrag.papier.is_entfernt or not is_papier_alt(antrag):
        return ""
    letzte = antrag.fassungen.order_by("-nr").values_list("created_at", flat=True)[0]
    return "vorgemerkt" if vorgemerkte(antrag).filter(datei__created_at__gte=letzte).exists() else "alt"


def vorgemerkte(antrag: Antrag) -> QuerySet[Aenderung]:
    """Return the noted replacement of a motion's paper, if there is one."""
    offen = Aenderung.objects.offen().filter(art=Aenderung.Art.PAPIER_ERSETZT)
    return offen.filter(unterlage=antrag.papier_id, unterlage__isnull=False)
