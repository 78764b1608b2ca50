"""Who asked to discuss an information item, and whether this person may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from mitglieder.models import Sitz
from mitglieder.permissions import Recht, Umfang, has_recht
from sitzungen.models import Diskussionswunsch, Sitzung, Teilnahme, Traktandum
from sitzungen.rules.leitung import check_diskussion


@dataclass(frozen=True)
class Diskussion:
    """The wishes to discuss one item. namen: who asked, with the seat; empty for who may not know.

    sitze: the seats that asked, as uuid and name (the desk strikes one off).

    uuid: of the item.  is_meine: this person asked.  darf_verlangen, darf_zurueckziehen: the button that is shown.
    """

    uuid: str = ""
    namen: list[str] = field(default_factory=list)
    sitze: list[tuple[str, str]] = field(default_factory=list)
    is_meine: bool = False
    darf_verlangen: bool = False
    darf_zurueckziehen: bool = False


KEINE_DISKUSSION = Diskussion()


def load_diskussionen(sitzung: Sitzung, traktanden: Sequence[Traktandum], umfang: Umfang) -> dict[int, Diskussion]:
    """Return the wishes to discuss the information items among those given, by pk of the item (one query).

    Who asked is for members, substitutes and the office; others read only the label.
    """
    sieht = has_recht(umfang, Recht.SAAL_SEHEN, sitzung)
    darf = has_recht(umfang, Recht.DISKUSSION_VERLANGEN, sitzung)
    informationen = [t for t in traktanden if t.art == Traktandum.Art.INFORMATION]
    if not sieht:
        return {}
    wuensche: dict[int, list[Diskussionswunsch]] = defaultdict(list)
    rows = Diskussionswunsch.objects.filter(traktandum__sitzung=sitzung).select_related("person", "sitz__sozialregion")
    for wunsch in rows:
        wuensche[wunsch.traktandum_id].append(wunsch)
    found = {}
    for traktandum in informationen:
        eigene = wuensche[traktandum.pk]
        is_meine = umfang.person is not None and any(w.person_id == umfang.person.pk for w in eigene)
        offen = not check_diskussion(status=sitzung.status, art=traktandum.art, ausgang=traktandum.ausgang)
        found[traktandum.pk] = Diskussion(
            uuid=str(traktandum.uuid),
            namen=[f"{wunsch.person.name} ({sitz_kurz(wunsch.sitz)})" for wunsch in eigene],
            sitze=[(str(wunsch.sitz.uuid), sitz_kurz(wunsch.sitz)) for wunsch in eigene],
            is_meine=is_meine,
            darf_verlangen=darf and offen and not is_meine,
            darf_zurueckziehen=is_meine and offen,
        )
    return found


def sitz_kurz(sitz: Sitz) -> str:
    """Return what a seat is called in a line: the region's name, or the seat's own."""
    return sitz.sozialregion.name if sitz.sozialregion else sitz.bezeichnung


def sitz_der_person(sitzung: Sitzung, umfang: Umfang) -> int | None:
    """Return the pk of the seat a person speaks for in a meeting: the own one first, else the one stood in for."""
    for mandat in umfang.sitze:
        return mandat.sitz_id
    if umfang.person is None:
        return None
    return (
        Teilnahme.objects.vertreten()
        .filter(sitzung=sitzung, vertretung=umfang.person)
        .values_list("sitz_id", flat=True)
        .first()
    )
