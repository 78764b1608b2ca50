"""The way of a motion as pure functions: may it be submitted, reworded, withdrawn, put on an agenda; why not."""

from __future__ import annotations

from dataclasses import dataclass

from konferenz.rules import is_leer

TEXT_ZEICHEN = 5000  # the motion itself: it stands on a ballot
ABSATZ_ZEICHEN = 50_000  # background, considerations, financial effect: each
TITEL_ZEICHEN = 200
BEILAGEN_MAX = 10


@dataclass(frozen=True)
class Mangel:
    """What is missing before a deed, in words, and the field it is about."""

    feld: str
    satz: str


def check_einreichen(*, titel: str, text: str, hat_thema: bool) -> list[Mangel]:
    """Return what a draft lacks before it can be submitted, in the order of its form; the reasons may stay empty.

    Source: Pflichtenheft 2026, «Entscheidungskompetenzen/Antragsrecht» (R34).
    """
    maengel = []
    if is_leer(titel):
        maengel.append(Mangel("titel", "Bitte geben Sie dem Antrag einen Titel."))
    if is_leer(text):
        maengel.append(
            Mangel("text", "Bitte schreiben Sie den Text des Antrags («Der VSEG-Vorstand sei zu ersuchen, …»).")
        )
    if not hat_thema:
        maengel.append(Mangel("thema", "Bitte wählen Sie ein Thema des Pflichtenhefts."))
    return maengel


def check_laenge(*, titel: str, text: str, ausgangslage: str, erwaegungen: str, finanzielles: str) -> list[Mangel]:
    """Return the fields that are longer than a vote, a page and a PDF can carry."""
    grenzen = {
        "titel": (titel, TITEL_ZEICHEN),
        "text": (text, TEXT_ZEICHEN),
        "ausgangslage": (ausgangslage, ABSATZ_ZEICHEN),
        "erwaegungen": (erwaegungen, ABSATZ_ZEICHEN),
        "finanzielles": (finanzielles, ABSATZ_ZEICHEN),
    }
    return [
        Mangel(feld, f"Der Text ist {len(wert)} Zeichen lang; möglich sind {grenze}. Bitte kürzen Sie ihn.")
        for feld, (wert, grenze) in grenzen.items()
        if len(wert) > grenze
    ]


def check_fassen(*, status: str, begonnen: bool) -> str:
    """Return why a submitted motion cannot be reworded, empty where it can. begonnen: a vote on it is or was open."""
    if begonnen or status in {"verabschiedet", "nicht_zustande_gekommen"}:
        return "Über den Antrag wird oder wurde abgestimmt; sein Wortlaut steht fest."
    return {
        "eingereicht": "",
        "traktandiert": "",
        "entwurf": "Der Antrag ist noch ein Entwurf.",
        "zurueckgezogen": "Der Antrag wurde zurückgezogen.",
    }.get(status, "Der Antrag liegt beim VSEG-Vorstand; sein Wortlaut steht fest.")


def check_zurueckziehen(*, status: str, offen: bool, abgestimmt: bool) -> str:
    """Return why a motion cannot be withdrawn, empty where it can: until its vote. offen, abgestimmt: a vote on it is open, closed."""
    if offen:
        return "Über den Antrag wird gerade abgestimmt; zurückziehen lässt er sich jetzt nicht mehr."
    if abgestimmt or status not in {"entwurf", "eingereicht", "traktandiert", "zurueckgezogen"}:
        return "Über den Antrag wurde abgestimmt; zurückziehen lässt er sich nicht mehr."
    if status == "zurueckgezogen":
        return "Der Antrag ist schon zurückgezogen."
    return ""


def check_traktandieren(*, status: str, sitzung_bearbeitbar: bool) -> str:
    """Return why a motion cannot be put on an agenda, empty where it can."""
    if status == "traktandiert":
        return "Der Antrag steht schon auf einer Traktandenliste."
    if status != "eingereicht":
        return "Auf eine Traktandenliste kommt ein eingereichter Antrag, über den noch nicht entschieden ist."
    if not sitzung_bearbeitbar:
        return (
            "Die Traktandenliste dieser Sitzung ist versandt. Wählen Sie eine spätere Sitzung, oder nehmen Sie den Antrag "
            "in der Sitzung bei einem angekündigten Entscheid auf."
        )
    return ""


def check_ausgang(*, angenommen: bool, ist_antrag: bool, ausgang: str) -> str:
    """Return why an item on which a binding vote was held cannot have this outcome by hand, empty where it can.

    What the vote decided stays. A vote that failed may still send the item back or put it off, and so may one that was
    carried and was not on a motion: perhaps that is what it was about («Rückweisung?»).
    """
    zurueck = {"zurueckgewiesen", "verschoben"}
    erlaubt = {"beschlossen"} if angenommen else {"abgelehnt"}
    if not (angenommen and ist_antrag):
        erlaubt |= zurueck
    if ausgang in erlaubt:
        return ""
    if angenommen and ist_antrag:
        return "Über dieses Traktandum wurde abgestimmt und Ja gesagt; das Ergebnis bleibt «beschlossen»."
    moeglich = "beschlossen" if angenommen else "abgelehnt"
    wie = "Ja gesagt" if angenommen else "nicht Ja gesagt"
    return f"Über dieses Traktandum wurde abgestimmt und {wie}. Möglich sind «{moeglich}», «zurückgewiesen» und «verschoben»."
