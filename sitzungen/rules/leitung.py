"""Running a meeting as pure functions: may it begin, what may come of an item, what may be decided unannounced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from konferenz.rules import ZUERICH

from .vorbereitung import ENTSCHEID, FORMELLES, INFORMATION

VERSANDT, LAUFEND, GESCHLOSSEN, ABGESAGT = "versandt", "laufend", "geschlossen", "abgesagt"
OFFEN, ZUR_KENNTNIS, BERATEN, BESCHLOSSEN = "offen", "zur_kenntnis", "beraten", "beschlossen"
ABGELEHNT, ZURUECKGEWIESEN, VERSCHOBEN, ZURUECKGEZOGEN = "abgelehnt", "zurueckgewiesen", "verschoben", "zurueckgezogen"

AUSGAENGE: dict[str, tuple[str, ...]] = {
    INFORMATION: (ZUR_KENNTNIS, BERATEN, VERSCHOBEN, ZURUECKGEZOGEN),
    ENTSCHEID: (BESCHLOSSEN, ABGELEHNT, BERATEN, ZURUECKGEWIESEN, VERSCHOBEN, ZURUECKGEZOGEN),
    FORMELLES: (ZUR_KENNTNIS, BESCHLOSSEN, BERATEN, ZURUECKGEWIESEN, VERSCHOBEN, ZURUECKGEZOGEN),
}
"""What may come of an item of each Art, in the order the desk offers it."""

ENTSCHIEDEN = frozenset({BESCHLOSSEN, ABGELEHNT})
"""The outcomes that decide something."""

WARTEND = frozenset({VERSCHOBEN, ZURUECKGEWIESEN})
"""The outcomes after which an item comes back."""


def art_in_worten(art: str, *, diskussion_verlangt: bool) -> str:
    """Return the Art of an item as it is shown everywhere: «Entscheid», «Information (Diskussion verlangt)».

    Source: Pflichtenheft 2026, «Informationsgeschäfte» (R31, R33).
    """
    wort = {INFORMATION: "Information", ENTSCHEID: "Entscheid", FORMELLES: "Formelles"}[art]
    return f"{wort} (Diskussion verlangt)" if art == INFORMATION and diskussion_verlangt else wort


def check_beginn(status: str, *, sitzungstag: date, heute: date) -> str:
    """Return why a meeting cannot be opened now, empty where it can.

    sitzungstag, heute: days in Zurich. It opens on its own day: not before, and afterwards it is recorded, not held.
    """
    if status == LAUFEND:
        return "Die Sitzung läuft bereits."
    if status == GESCHLOSSEN:
        return "Die Sitzung ist geschlossen."
    if status == ABGESAGT:
        return "Die Sitzung ist abgesagt."
    if status != VERSANDT:
        return "Die Unterlagen sind noch nicht versandt. Die Geschäftsstelle legt die Sitzung zur Freigabe vor; danach lässt sie sich eröffnen."
    if heute < sitzungstag:
        return "Die Sitzung lässt sich frühestens an ihrem Sitzungstag eröffnen."
    if heute > sitzungstag:
        return "Der Sitzungstag ist vorbei. Die Geschäftsstelle führt die Sitzung nach."
    return ""


def check_ausgang(
    *, art: str, ausgang: str, text: str, diskussion_verlangt: bool, angekuendigt: bool, zugelassen: bool
) -> str:
    """Return why an item cannot end so, empty where it can. «offen» takes an outcome back and is always possible.

    angekuendigt: it went out with the Einladung or a Nachversand.  zugelassen: all present agreed to decide on it, or the
    setting does not ask for that (R43).  An information item is discussed only if somebody asked for it (R30, R31).
    Source: Pflichtenheft 2026, «Informationsgeschäfte», «Entscheidungskompetenzen/Antragsrecht».
    """
    if ausgang == OFFEN:
        return ""
    if ausgang not in AUSGAENGE[art]:
        if art == INFORMATION and ausgang in ENTSCHIEDEN:
            return "Über eine Information wird nicht beschlossen. Machen Sie das Traktandum zuerst zum Entscheid; dafür braucht es das Einverständnis aller Anwesenden."
        return "Dieses Ergebnis gibt es für diese Art von Traktandum nicht."
    if art == INFORMATION and ausgang == BERATEN and not diskussion_verlangt:
        return "Beraten wird eine Information nur, wenn ein Mitglied oder eine Stellvertretung die Diskussion verlangt."
    if ausgang in ENTSCHIEDEN and not (angekuendigt or zugelassen):
        return "Das Traktandum war nicht angekündigt. Entschieden wird nur, wenn alle Anwesenden einverstanden sind."
    if ausgang == BESCHLOSSEN and not text.strip():
        return "Bitte schreiben Sie in einer Zeile, was beschlossen ist."
    return ""


def check_nachtrag(*, art: str, braucht_einverstaendnis: bool, einverstanden: bool, anwesende: int) -> str:
    """Return why an item cannot be added to a running meeting (or become of this Art), empty where it can.

    Information goes freely; a decision only with the word of all present, where the setting asks for it.
    anwesende: seats in the room now.  Source: reading of ZGB Art. 67 Abs. 3; the Pflichtenheft is silent (R43).
    """
    if art == INFORMATION:
        return ""
    if art != ENTSCHEID:
        return "Nachtraktandiert werden Informationen und Entscheide."
    if anwesende < 1:
        return "Es ist niemand angemeldet, der einverstanden sein könnte. Bitte führen Sie zuerst die Präsenz."
    if braucht_einverstaendnis and not einverstanden:
        return "Unangekündigt wird nur entschieden, wenn alle Anwesenden einverstanden sind. Bitte bestätigen Sie das, oder nehmen Sie das Traktandum als Information auf."
    return ""


def ergebnis_zeile(*, ausgang: str, wort: str, text: str, gezeigt: Sequence[str] = (), trenner: str = " – ") -> str:
    """Return what came of an item as one line («verschoben – Im Mai nochmals.»), empty where there is nothing to say.

    wort: the outcome in words.  text: what was written to it, the lines of its votes among it.  gezeigt: those of these
    lines that stand beside it as results; where there are any, the lines say what was decided, and neither those beside it
    nor the word of the leading one are repeated.
    """
    if ausgang == OFFEN:
        return ""
    rest = " ".join(text.split())
    for zeile in gezeigt:
        rest = rest.replace(" ".join(zeile.split()), "")
    rest = " ".join(rest.split())
    teile = [rest] if gezeigt and ausgang in ENTSCHIEDEN else [wort, rest]
    return trenner.join(teil for teil in teile if teil)


def check_antrag(*, art: str, angekuendigt: bool) -> str:
    """Return why no Antrag to the board can be put on an item, empty where one can; its wording may be new.

    angekuendigt: the item itself went out with the Einladung or a Nachversand; the word of all present does not replace
    that for an Antrag (R43).  Source: Pflichtenheft 2026, «Entscheidungskompetenzen/Antragsrecht».
    """
    if art != ENTSCHEID:
        return (
            "Ein Antrag an den Vorstand braucht ein Traktandum der Art Entscheid. Machen Sie es zuerst zum Entscheid."
        )
    if not angekuendigt:
        return "Ein Antrag an den Vorstand braucht ein angekündigtes Traktandum. Setzen Sie es auf die nächste Traktandenliste."
    return ""


def darf_antrag(*, art: str, angekuendigt: bool) -> bool:
    """Return whether an Antrag to the board can be put on an item (the sentence why not: check_antrag)."""
    return not check_antrag(art=art, angekuendigt=angekuendigt)


def check_diskussion(*, status: str, art: str, ausgang: str) -> str:
    """Return why the discussion of an item cannot be asked for (or the wish taken back) now, empty where it can.

    From the publication until the item is dealt with.  Source: Pflichtenheft 2026, «Informationsgeschäfte» (R31).
    """
    if art != INFORMATION:
        return "Die Diskussion wird nur bei Informationen verlangt; über die anderen Traktanden wird ohnehin beraten."
    if status not in {VERSANDT, LAUFEND}:
        return "Die Diskussion lässt sich von der Veröffentlichung bis zum Schluss der Sitzung verlangen."
    if ausgang != OFFEN:
        return "Das Traktandum ist bereits behandelt."
    return ""


@dataclass(frozen=True)
class Schlussmangel:
    """What is missing before a meeting is closed. is_sperrend: it cannot be closed like this."""

    satz: str
    is_sperrend: bool = False


def check_schluss(
    *, ohne_ergebnis: Iterable[tuple[int, str]], hatte_anwesende: bool, noch_angemeldet: int, abstimmung_offen: bool
) -> tuple[Schlussmangel, ...]:
    """Return what the chair should know before closing a meeting; only an open vote forbids it.

    ohne_ergebnis: number and title of items without an outcome; they wait for the next agenda.
    hatte_anwesende: somebody was in the room at some time.  noch_angemeldet: seats that are checked out by the close.
    """
    maengel = []
    if abstimmung_offen:
        maengel.append(
            Schlussmangel("Eine Abstimmung ist noch offen. Bitte schliessen Sie sie zuerst.", is_sperrend=True)
        )
    maengel += [Schlussmangel(f"Traktandum {nr} «{titel}» hat noch kein Ergebnis.") for nr, titel in ohne_ergebnis]
    if not hatte_anwesende:
        maengel.append(Schlussmangel("Niemand ist angemeldet: Die Präsenzliste dieser Sitzung bliebe leer."))
    if noch_angemeldet:
        wer, werden = ("1 Sitz ist", "wird") if noch_angemeldet == 1 else (f"{noch_angemeldet} Sitze sind", "werden")
        maengel.append(Schlussmangel(f"{wer} noch angemeldet und {werden} mit dem Schluss abgemeldet."))
    return tuple(maengel)


def voraussichtliches_ende(now: datetime, *, seit: datetime | None, minuten: int, uebrige: Sequence[int]) -> datetime:
    """Return when the meeting ends if what is left takes the planned minutes.

    seit, minuten: since when the current item runs and what is planned for it; once that is over it counts as nothing.
    uebrige: planned minutes of the items not yet called.
    """
    aktuell_bis = now if seit is None else max(now, seit + timedelta(minutes=minuten))
    return aktuell_bis + timedelta(minutes=sum(uebrige))


def is_nachzufuehren(status: str, *, sitzungstag: date, heute: date) -> bool:
    """Return whether a meeting was never opened or never closed, from the morning after its day."""
    return status in {VERSANDT, LAUFEND} and heute > sitzungstag


def check_nachfuehrung(status: str, *, begonnen: bool, is_nacherfasst: bool, is_bestaetigt: bool) -> str:
    """Return why a meeting cannot be recorded afterwards, empty where it can.

    begonnen: its planned beginning is past.  is_nacherfasst: it was recorded afterwards before, and may be corrected until
    the chair has confirmed it (is_bestaetigt).
    """
    if status == ABGESAGT:
        return "Die Sitzung ist abgesagt."
    if status == GESCHLOSSEN and is_bestaetigt:
        return "Der Vorsitz hat die nachgeführte Sitzung bestätigt; sie steht fest."
    if status == GESCHLOSSEN and not is_nacherfasst:
        return "Die Sitzung wurde im Portal geführt und geschlossen; ihre Präsenz steht fest."
    if status not in {VERSANDT, LAUFEND, GESCHLOSSEN}:
        return "Die Unterlagen dieser Sitzung sind nie versandt worden; nachgeführt wird nur, wozu eingeladen war."
    if not begonnen:
        return "Nachgeführt wird eine Sitzung, die stattgefunden hat."
    return ""


@dataclass(frozen=True)
class Strecke:
    """Somebody on a seat from–until, as recorded afterwards. person: its pk; sitz: the seat's pk; name: for the sentence."""

    sitz: int
    person: int
    name: str
    von_at: datetime
    bis_at: datetime


def check_zeiten(
    begonnen_at: datetime, beendet_at: datetime, *, sitzungstag: date, now: datetime, strecken: Sequence[Strecke]
) -> str:
    """Return what is wrong with the times of a meeting recorded afterwards, empty where they hold together.

    Nobody sits on two seats, and everybody between the beginning and the end.
    """
    if begonnen_at.astimezone(ZUERICH).date() != sitzungstag:
        return "Der Beginn liegt am Tag der Sitzung."
    if not begonnen_at < beendet_at <= now:
        return "Das Ende liegt nach dem Beginn und nicht in der Zukunft."
    gesehen: set[int] = set()
    for strecke in strecken:
        if strecke.person in gesehen:
            return f"{strecke.name} steht auf zwei Sitzen. Eine Person übt in einer Sitzung einen Sitz aus."
        gesehen.add(strecke.person)
        if not begonnen_at <= strecke.von_at < strecke.bis_at <= beendet_at:
            return f"{strecke.name}: Die Zeiten liegen zwischen Beginn und Ende der Sitzung."
    return ""
