"""What the database keeps of votes by itself (settings.TRIGGERS): a closed vote, its seats and its ballots are frozen."""

from __future__ import annotations

from konferenz.triggers import Trigger

FEST = "Eine geschlossene Abstimmung ist unveränderlich."
ZU = "SELECT 1 FROM antraege_abstimmung WHERE id = {zeile}.abstimmung_id AND status <> 'offen'"

ABSTIMMUNG = [
    Trigger(
        "antraege_abstimmung_fest",
        "antraege_abstimmung",
        "UPDATE",
        FEST,
        wenn="OLD.status IN ('geschlossen', 'abgebrochen')",
    ),
    Trigger("antraege_abstimmung_bleibt", "antraege_abstimmung", "DELETE", FEST, wenn="OLD.status <> 'vorbereitet'"),
    *(
        Trigger(
            f"antraege_stimme_{ereignis.lower()}",
            "antraege_stimme",
            ereignis,
            "Stimmen gibt es nur, solange die Abstimmung offen ist.",
            existiert=ZU.format(zeile="OLD" if ereignis == "DELETE" else "NEW"),
        )
        for ereignis in ("INSERT", "UPDATE", "DELETE")
    ),
    Trigger(
        "antraege_stimmsitz_update", "antraege_stimmsitz", "UPDATE", "Die Stimmsitze stehen mit der Eröffnung fest."
    ),
    Trigger(
        "antraege_stimmsitz_delete", "antraege_stimmsitz", "DELETE", "Die Stimmsitze stehen mit der Eröffnung fest."
    ),
]
