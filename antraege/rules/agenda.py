"""What a motion and the board's answer say on an agenda: made from them, never typed again."""

from __future__ import annotations

TITEL_ZEICHEN = 200
KURZ_ZEICHEN = 600  # what the summary of an information item may hold (R32)


def kuerzen(text: str, zeichen: int) -> str:
    """Return a text on one line, cut at a word with «…» where it is longer than so many characters."""
    text = " ".join(text.split())
    if len(text) <= zeichen:
        return text
    kurz = text[: zeichen - 1]
    wort = kurz.rpartition(" ")[0]
    return f"{wort or kurz}…" if len(wort) > zeichen // 2 else f"{kurz}…"


def antrag_titel(nummer: str, titel: str) -> str:
    """Return the title of a motion's item: «Antrag 4/2026: Teuerung der Fallpauschale»."""
    return kuerzen(f"Antrag {nummer}: {titel}", TITEL_ZEICHEN)


def antrag_zusammenfassung(sitz: str) -> str:
    """Return the summary of a motion's item. Its wording may still change, so it stands in the paper alone."""
    return (
        f"Antrag an den VSEG-Vorstand ({sitz}). Ausgangslage, Erwägungen und Wortlaut stehen in der Unterlage. "
        "Nötig ist die Zustimmung von zwei Dritteln der anwesenden stimmberechtigten Mitglieder."
    )


def rueckmeldung_titel(nummer: str) -> str:
    """Return the title of the item that tells the board's answer."""
    return f"Rückmeldung des VSEG-Vorstands zum Antrag {nummer}"


def rueckmeldung_zusammenfassung(*, nummer: str, titel: str, ergebnis: str, am: str, referenz: str, text: str) -> str:
    """Return the board's answer in words, short enough for an information item (R32).

    ergebnis: in words («mit Änderungen angenommen»).  am: the day of the decision in words («3. Februar 2027»).
    «Der VSEG-Vorstand hat den Antrag 4/2026 «…» am 3. Februar 2027 mit Änderungen angenommen (Referenz VSEG 12/2027). …»
    """
    beleg = f" (Referenz {referenz})" if referenz.strip() else ""
    satz = f"Der VSEG-Vorstand hat den Antrag {nummer} «{titel}» am {am} {ergebnis}{beleg}."
    return kuerzen(f"{satz} {text}", KURZ_ZEICHEN)
