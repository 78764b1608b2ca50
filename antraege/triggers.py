"""What the database keeps by itself (settings.TRIGGERS): closed votes, submitted wordings, reports handed over, decisions told."""

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

_BERICHT = "Ein überwiesener Bericht ist unveränderlich."
_ENTSCHEID = "Ein mitgeteilter Entscheid des Vorstands ist unveränderlich."
_WORTLAUT = "Der Wortlaut eines eingereichten Antrags bleibt; Änderungen sind eine neue Fassung."
_EINGEREICHT = "Ein eingereichter Antrag bleibt; Nummer, Titel und Sitz stehen fest."
# what the number stands for: fixed by the submission, and no way back to a draft, whose wording may change in place
_EINGEREICHT_ANDERS = " OR ".join(
    [
        "NEW.status = 'entwurf'",
        *(
            f"COALESCE(CAST(NEW.{feld} AS TEXT), '') <> COALESCE(CAST(OLD.{feld} AS TEXT), '')"
            for feld in [
                "uuid",
                "jahr",
                "nr",
                "kennung",
                "titel",
                "sitz_id",
                "eingereicht_at",
            ]
        ),
    ]
)
_ENTWURF = "SELECT 1 FROM antraege_antrag WHERE id = OLD.antrag_id AND status <> 'entwurf'"
_BEILAGEN = "SELECT 1 FROM antraege_antrag WHERE id = {zeile}.antrag_id AND status NOT IN ('entwurf', 'eingereicht')"
_UEBERWIESEN = "SELECT 1 FROM antraege_bericht WHERE id = {zeile}.bericht_id AND status = 'ueberwiesen'"
# what was told: everything but the reminder (bericht) and the item of the next agenda (entscheid)
_BERICHT_ANDERS = " OR ".join(
    [
        f"COALESCE(CAST(NEW.{feld} AS TEXT), '') <> COALESCE(CAST(OLD.{feld} AS TEXT), '')"
        for feld in [
            "antrag_id",
            "abstimmung_id",
            "art",
            "status",
            "ausgangslage",
            "erwaegungen",
            "finanzielles",
            "minderheit",
            "verteiler",
            "unterschrift_vorsitz",
            "unterschrift_geschaeftsfuehrung",
            "vorgelegt_at",
            "vorgelegt_von_id",
            "vorgelegt_stand",
            "freigegeben_at",
            "freigegeben_von_id",
            "ueberwiesen_at",
            "ueberwiesen_von_id",
            "datei_id",
            "uuid",
        ]
    ]
)
_ENTSCHEID_ANDERS = " OR ".join(
    [
        f"COALESCE(CAST(NEW.{feld} AS TEXT), '') <> COALESCE(CAST(OLD.{feld} AS TEXT), '')"
        for feld in [
            "bericht_id",
            "ergebnis",
            "beschlossen_on",
            "text",
            "referenz",
            "datei_id",
            "status",
            "erfasst_at",
            "erfasst_von_id",
            "mitgeteilt_at",
            "mitgeteilt_von_id",
            "uuid",
        ]
    ]
)

ANTRAG = [
    Trigger(
        "antraege_antrag_fest",
        "antraege_antrag",
        "UPDATE",
        _EINGEREICHT,
        wenn=f"OLD.eingereicht_at IS NOT NULL AND ({_EINGEREICHT_ANDERS})",
    ),
    Trigger("antraege_antrag_bleibt", "antraege_antrag", "DELETE", _EINGEREICHT, wenn="OLD.eingereicht_at IS NOT NULL"),
    *(
        Trigger(f"antraege_antragsfassung_{e.lower()}", "antraege_antragsfassung", e, _WORTLAUT, existiert=_ENTWURF)
        for e in ("UPDATE", "DELETE")
    ),
    *(
        Trigger(
            f"antraege_antragsbeilage_{e.lower()}",
            "antraege_antragsbeilage",
            e,
            "Die Beilagen eines traktandierten Antrags bleiben.",
            existiert=_BEILAGEN.format(zeile="NEW" if e == "INSERT" else "OLD"),
        )
        for e in ("INSERT", "UPDATE", "DELETE")
    ),
    Trigger(
        "antraege_bericht_fest",
        "antraege_bericht",
        "UPDATE",
        _BERICHT,
        wenn=f"OLD.status = 'ueberwiesen' AND ({_BERICHT_ANDERS})",
    ),
    *(
        Trigger(
            f"antraege_bericht_beilagen_{e.lower()}",
            "antraege_bericht_beilagen",
            e,
            _BERICHT,
            existiert=_UEBERWIESEN.format(zeile=zeile),
        )
        for e, zeile in (("INSERT", "NEW"), ("DELETE", "OLD"))
    ),
    Trigger("antraege_bericht_beilagen_update", "antraege_bericht_beilagen", "UPDATE", _BERICHT),
    Trigger("antraege_bericht_bleibt", "antraege_bericht", "DELETE", _BERICHT, wenn="OLD.status = 'ueberwiesen'"),
    Trigger(
        "antraege_vorstandsentscheid_fest",
        "antraege_vorstandsentscheid",
        "UPDATE",
        _ENTSCHEID,
        wenn=f"OLD.status = 'mitgeteilt' AND ({_ENTSCHEID_ANDERS})",
    ),
    Trigger(
        "antraege_vorstandsentscheid_bleibt",
        "antraege_vorstandsentscheid",
        "DELETE",
        _ENTSCHEID,
        wenn="OLD.status = 'mitgeteilt'",
    ),
    Trigger(
        "antraege_vorstandsentscheid_insert",
        "antraege_vorstandsentscheid",
        "INSERT",
        "Entscheiden kann der Vorstand über einen überwiesenen Bericht.",
        existiert="SELECT 1 FROM antraege_bericht WHERE id = NEW.bericht_id AND status <> 'ueberwiesen'",
    ),
    *(
        Trigger(f"{tabelle}_truncate", tabelle, "TRUNCATE", "Berichte und Entscheide bleiben.")
        for tabelle in ("antraege_bericht", "antraege_bericht_beilagen", "antraege_vorstandsentscheid")
    ),
]
