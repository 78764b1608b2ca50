"""What the database keeps of votes by itself (settings.TRIGGERS): a closed vote, its seats and its ballots are frozen."""

from __future__ import annotations

from konferenz.triggers import Trigger

FEST = "Eine geschlossene Abstimmung ist unveränderlich."
ZU = "SELECT 1 FROM antraege_abstimmung WHERE id = {zeile}.abstimmung_id AND status <> 'offen'"
# what a vote is about and who counts, once it is open
_FEST = ("sitzung_id", "nr", "frage", "mehrheit", "is_namentlich", "eroeffnet_at", "anwesend")
_FEST_LEER = ("traktandum_id", "antragsfassung_id", "noetig", "vorgaenger_id")
_ANDERS = " OR ".join(
    [f"NEW.{feld} <> OLD.{feld}" for feld in _FEST]
    + [f"COALESCE(NEW.{feld}, 0) <> COALESCE(OLD.{feld}, 0)" for feld in _FEST_LEER]
)

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
        "antraege_abstimmung_offen",
        "antraege_abstimmung",
        "UPDATE",
        "Was mit der Eröffnung feststeht, ändert nicht mehr.",
        wenn=f"OLD.status = 'offen' AND (NEW.status = 'vorbereitet' OR {_ANDERS})",
    ),
    Trigger(
        "antraege_abstimmung_uneroeffnet",
        "antraege_abstimmung",
        "UPDATE",
        "Geschlossen wird nur eine offene Abstimmung.",
        wenn="OLD.status = 'vorbereitet' AND NEW.status = 'geschlossen'",
    ),
    Trigger(
        "antraege_stimme_bleibt",
        "antraege_stimme",
        "UPDATE",
        "Eine Stimme bleibt bei ihrem Sitz und ihrer Abstimmung.",
        wenn="NEW.abstimmung_id <> OLD.abstimmung_id OR NEW.stimmsitz_id <> OLD.stimmsitz_id",
    ),
    Trigger(
        "antraege_stimme_fremd",
        "antraege_stimme",
        "INSERT",
        "Dieser Sitz gehört zu einer anderen Abstimmung.",
        existiert="SELECT 1 FROM antraege_stimmsitz WHERE id = NEW.stimmsitz_id AND abstimmung_id <> NEW.abstimmung_id",
    ),
    Trigger(
        "antraege_stimmsitz_insert",
        "antraege_stimmsitz",
        "INSERT",
        "Die Stimmsitze stehen mit der Eröffnung fest.",
        existiert=(
            "SELECT 1 FROM antraege_abstimmung WHERE id = NEW.abstimmung_id AND (status <> 'offen' OR anwesend <= "
            "(SELECT COUNT(*) FROM antraege_stimmsitz WHERE abstimmung_id = NEW.abstimmung_id))"
        ),
    ),
    Trigger(
        "antraege_stimmsitz_update", "antraege_stimmsitz", "UPDATE", "Die Stimmsitze stehen mit der Eröffnung fest."
    ),
    Trigger(
        "antraege_stimmsitz_delete", "antraege_stimmsitz", "DELETE", "Die Stimmsitze stehen mit der Eröffnung fest."
    ),
    *(
        Trigger(f"{tabelle}_truncate", tabelle, "TRUNCATE", "Abstimmungen, Sitze und Stimmen bleiben.")
        for tabelle in ("antraege_abstimmung", "antraege_stimmsitz", "antraege_stimme")
    ),
]
