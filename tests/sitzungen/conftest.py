"""A meeting that is due, the tick, and a mail sink behind the outbox."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from konferenz import smtp
from konferenz.nachricht import AnhangSpeicher
from sitzungen.actions.praesenz import check_in, check_out
from sitzungen.queries.paket import dossier_stand, load_inhalt, unlesbare
from sitzungen.takt import dispatch_versand
from tests.conftest import (
    make_datei,
    make_person,
    make_sitzung,
    make_traktandum,
    make_unterlage,
    make_vertretung,
    pdf_bytes,
)
from tests.sitzungen.saal import minutes_after, sitz_of
from tests.smtp_senke import running_senke

FAELLIG = datetime(2026, 12, 3, 7, 0, tzinfo=UTC)
"""Donnerstag, 3. Dezember 2026, 8 Uhr in Zürich: a week before the meeting."""


@pytest.fixture
def senke(settings):
    settings.DEFAULT_FROM_EMAIL = "Sozialpräsidienkonferenz <konferenz@vseg.example>"
    settings.ENVELOPE_FROM = "rueck@vseg.example"
    settings.SITE_URL = "https://portal.vseg.example"
    with running_senke(settings) as senke:
        yield senke


@pytest.fixture
def deliver(senke):
    """Hand over everything that is due, as a worker does."""
    from konferenz.actions.uebergabe import deliver_sendung

    def deliver(now=FAELLIG):
        speicher = AnhangSpeicher()
        with smtp.Versender() as versender:
            run = iter(lambda: deliver_sendung(versender=versender, speicher=speicher, now=now or timezone.now()), None)
            return list(run)

    return deliver


@pytest.fixture
def freigegebene(db, geschaeftsstelle):
    """The fourth ordinary meeting of 2026, released, with an information and a decision and one internal paper."""
    sitzung = make_sitzung(status="freigegeben")
    make_traktandum(sitzung, "Begrüssung und Präsenz", art="formelles", minuten=5)
    make_traktandum(
        sitzung, "Einheitliche Fallführung: Stand der Einführung", zusammenfassung="Zwei Regionen im Pilot."
    )
    entscheid = make_traktandum(sitzung, "Budgetwerte Sozialkosten 2027", art="entscheid", referent="Geschäftsstelle")
    make_unterlage(entscheid, "Bericht und Antrag", person=geschaeftsstelle)
    return sitzung


@pytest.fixture
def tick():
    """Run one tick at a moment (8 Uhr on the day it is due)."""
    return lambda now=FAELLIG, **kwargs: dispatch_versand(now=now, **kwargs)


@pytest.fixture
def pdf_upload():
    """An uploaded file as a browser sends it: one empty page unless told otherwise."""
    return lambda name, inhalt=None: SimpleUploadedFile(name, pdf_bytes() if inhalt is None else inhalt)


def make_dossier_ready(sitzung):
    """Give a meeting the dossier its content asks for (one empty page): the tick then uses it instead of making one."""
    inhalt = load_inhalt(sitzung)
    sitzung.dossier = make_datei(f"Sitzungsmappe-{sitzung.kennung}.pdf")
    sitzung.dossier_stand = dossier_stand(inhalt, unlesbare(inhalt))
    sitzung.save(update_fields=["dossier", "dossier_stand"])
    return sitzung


@pytest.fixture
def bereite(freigegebene):
    """The released meeting with its dossier made."""
    return make_dossier_ready(freigegebene)


# --- a meeting that runs ----------------------------------------------------------------------------


@pytest.fixture
def laufende(transactional_db):
    """A meeting opened on Donnerstag, 10. Dezember 2026, 14 Uhr."""
    return make_sitzung(status="laufend")


@pytest.fixture
def srtg():
    return sitz_of("SRTG")


@pytest.fixture
def ersatz(laufende, srtg):
    """The substitute of Thal-Gäu."""
    person = make_person("Ersatz", vorname="Eva")
    make_vertretung(laufende, srtg, person)
    return person


@pytest.fixture
def anmelden(laufende, geschaeftsstelle):
    """Check in at a minute after the opening."""

    def tat(sitz, person, minute=1, **kwargs):
        now = minutes_after(laufende, minute)
        return check_in(laufende.pk, sitz.pk, person.pk, actor=geschaeftsstelle, now=now, **kwargs)

    return tat


@pytest.fixture
def abmelden(laufende, geschaeftsstelle):
    def tat(sitz, minute, **kwargs):
        now = minutes_after(laufende, minute)
        return check_out(laufende.pk, sitz.pk, actor=geschaeftsstelle, now=now, **kwargs)

    return tat
