"""A motion as a paper: made from the motion itself, never typed again, and the same motion gives the same bytes."""

from __future__ import annotations

from antraege.models import Antrag, Antragsfassung
from konferenz.pdf import render_pdf


def make_antrag_pdf(antrag: Antrag, fassung: Antragsfassung, *, is_intern: bool = True) -> bytes:
    """Return one version of a motion as PDF/A-3a and PDF/UA-1: where it comes from, its reasons, the motion itself.

    antrag: with sitz.sozialregion and thema loaded.  is_intern: for the conference; outside, seat and attachments are
    left out.  Sections without a text are left out. A draft has no number yet.
    Takes about a second; call it outside any transaction. Raises PdfError with the sentence for the user.
    """
    abschnitte = [
        (titel, text)
        for titel, text in (
            ("Ausgangslage", fassung.ausgangslage),
            ("Erwägungen", fassung.erwaegungen),
            ("Finanzielle Auswirkungen auf die Gemeinden", fassung.finanzielles),
        )
        if text.strip()
    ]
    stand = max(fassung.created_at, antrag.eingereicht_at or fassung.created_at)
    kontext = {
        "antrag": antrag,
        "fassung": fassung,
        "abschnitte": abschnitte,
        "is_intern": is_intern,
        "beilagen": [b.titel for b in antrag.beilagen.all() if not b.is_entfernt] if is_intern else [],
        "stand": stand,
    }
    return render_pdf("pdf/antrag.html", kontext)


def antrag_dateiname(antrag: Antrag) -> str:
    """Return the name of the file: «Antrag 2026-4.pdf» (a slash cannot stand in a name)."""
    return f"Antrag {antrag.kennung}.pdf" if antrag.kennung else "Antrag (Entwurf).pdf"


def papier_titel(antrag: Antrag) -> str:
    """Return the title of the paper on an agenda: «Antrag 4/2026»."""
    return f"Antrag {antrag.nummer}"
