"""Writing items and papers of a (locked) meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Max

from konferenz.models import Datei
from konferenz.rules import is_leer
from konferenz.schritte import require_transaction
from mitglieder.models import Person
from sitzungen import rules
from sitzungen.models import Fassung, Sitzung, Traktandum, Unterlage

from .vorbereitung import VorbereitungError

_SCHLUSS = {Traktandum.Standard.PENDENZEN, Traktandum.Standard.VERSCHIEDENES}
_VERSATZ = 10_000


def check_traktandum(*, art: str, hat_thema: bool, zusammenfassung: str) -> None:
    """Raise VorbereitungError for the first thing that is wrong with an item."""
    for mangel in rules.check_traktandum(art=art, hat_thema=hat_thema, zusammenfassung=zusammenfassung):
        raise VorbereitungError(mangel.satz, feld=mangel.feld)


def insert_traktandum(sitzung: Sitzung, traktandum: Traktandum) -> Traktandum:
    """Insert an item before the closing standing items («Pendenzen und Termine», «Verschiedenes»); return it."""
    require_transaction("insert_traktandum")
    standards = list(sitzung.traktanden.order_by("position").values_list("standard", flat=True))
    ziel = len(standards)
    while ziel and standards[ziel - 1] in _SCHLUSS:
        ziel -= 1
    # The closing items step out of the way and back by one: a position is unique at every moment.
    sitzung.traktanden.filter(position__gt=ziel).update(position=F("position") + _VERSATZ)
    traktandum.sitzung = sitzung
    traktandum.position = ziel + 1
    traktandum.save(force_insert=True)
    sitzung.traktanden.filter(position__gt=_VERSATZ).update(position=F("position") - _VERSATZ + 1)
    return traktandum


def renumber(sitzung: Sitzung, reihe: Sequence[int] | None = None) -> None:
    """Number the items 1, 2, 3 … without gaps. reihe: their pks in the wanted order (default: as they stand)."""
    require_transaction("renumber")
    traktanden = {t.pk: t for t in sitzung.traktanden.order_by("position").only("pk", "position", "sitzung_id")}
    folge = list(traktanden) if reihe is None else list(reihe)
    falsch = [(traktanden[pk], nr) for nr, pk in enumerate(folge, start=1) if traktanden[pk].position != nr]
    if not falsch:
        return
    # Out of the way first: a position is unique at every moment.
    sitzung.traktanden.filter(pk__in=[t.pk for t, _ in falsch]).update(position=F("position") + _VERSATZ)
    for traktandum, nr in falsch:
        traktandum.position = nr
    Traktandum.objects.bulk_update([t for t, _ in falsch], ["position"])


def insert_unterlage(
    traktandum: Traktandum,
    datei: Datei,
    *,
    titel: str = "",
    klassifizierung: str = Unterlage.Klassifizierung.INTERN,
    vertraulich_grund: str = "",
    actor: Person,
    now: datetime,
) -> Unterlage:
    """Insert a paper with its first Fassung at the end of an item's papers; return it."""
    [unterlage] = insert_unterlagen(traktandum, [datei], titel=titel, actor=actor, now=now)
    if klassifizierung != unterlage.klassifizierung:
        unterlage.klassifizierung, unterlage.vertraulich_grund = klassifizierung, vertraulich_grund
        unterlage.save(update_fields=["klassifizierung", "vertraulich_grund"])
    return unterlage


def insert_unterlagen(
    traktandum: Traktandum, dateien: Sequence[Datei], *, titel: str = "", actor: Person, now: datetime
) -> list[Unterlage]:
    """Insert papers with their first Fassungen at the end of an item's papers, in this order; return them.

    titel: of each; empty: from the file's name. Three queries, however many files.
    """
    require_transaction("insert_unterlagen")
    letzte = traktandum.unterlagen.aggregate(letzte=Max("position"))["letzte"] or 0
    unterlagen = Unterlage.objects.bulk_create(
        Unterlage(traktandum=traktandum, position=position, titel=(titel or titel_aus_name(datei.name))[:200])
        for position, datei in enumerate(dateien, start=letzte + 1)
    )
    Fassung.objects.bulk_create(
        Fassung(unterlage=unterlage, nr=1, datei=datei, hochgeladen_von=actor, hochgeladen_at=now)
        for unterlage, datei in zip(unterlagen, dateien, strict=True)
    )
    return unterlagen


def replace_fassung(unterlage: Unterlage, datei: Datei, *, actor: Person, now: datetime) -> Fassung:
    """Insert the next version of a (locked) paper; it is the current one from now on, earlier ones stay. Return it."""
    require_transaction("replace_fassung")
    letzte = unterlage.fassungen.order_by("-nr").first()
    unterlage.fassungen.aktuell().update(is_aktuell=False)
    return Fassung.objects.create(
        unterlage=unterlage,
        nr=letzte.nr + 1 if letzte else 1,
        datei=datei,
        hochgeladen_von=actor,
        hochgeladen_at=now,
    )


def titel_aus_name(name: str) -> str:
    """Return a paper's title from its file name: without ending, underscores as spaces («Budget_2027.pdf» → «Budget 2027»)."""
    stamm = name.rpartition(".")[0] or name
    titel = " ".join(stamm.replace("_", " ").split())
    return name if is_leer(titel) else titel
