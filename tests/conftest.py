"""The cast every test knows, and factories without surprises.

Nine people: vorsitz, praesidium (Thal-Gäu, elected), stellvertretung (named for `sitzung` by Thal-Gäu), berater (advisory seat),
geschaeftsstelle, leitgremium (decision-maker in Olten), vorstand (board), gast (admitted to nothing until a test does it), fremde (no office).
"""

from __future__ import annotations

import gc
import hashlib
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone

from konferenz import dateipruefung, mappe, pdf
from konferenz.models import Datei
from konferenz.rules import versand_due_at
from mitglieder.models import Funktion, Leitgremium, Mandat, Mitgliedschaft, Person, Sitz
from mitglieder.permissions import umfang
from sitzungen.models import Fassung, Sitzung, Teilnahme, Thema, Traktandum, Unterlage, Versand
from sitzungen.queries.paket import load_inhalt, make_manifest
from sitzungen.queries.versand import empfaengerkreis
from sitzungen.schritte.versand import write_versand
from tests.urzustand import migrated, remove, take

PASSWORT = "Kein-echtes-Passwort-2026"
SEIT = date(2026, 1, 1)
IS_SQLITE = connection.vendor == "sqlite"


def pytest_collection_finish():
    """Let the collector pass over what stays for the whole run, and come less often: about a twentieth of the suite's time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A file laid ready is not made again; it is removed at the end all the same."""
    return IS_SQLITE


@pytest.fixture(scope="session")
def migrated_db(django_db_modify_db_settings):
    """Return what lays a migrated file ready, where the database is one."""
    return migrated(Path(connection.settings_dict["TEST"]["NAME"])) if IS_SQLITE else nullcontext()


@pytest.fixture(scope="session")
def django_db_setup(migrated_db, request, django_db_blocker):
    """Make the test database; tests that really commit leave it as the migrations made it: from a copy, not by Django's flush."""
    with migrated_db:
        request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock():
        urzustand = take()
    TransactionTestCase._fixture_teardown = lambda self: urzustand.restore()
    yield
    if IS_SQLITE:
        remove(Path(connection.settings_dict["NAME"]))


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    """Give each test a folder of its own for files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir(mode=0o700)


@pytest.fixture(autouse=True)
def _wanduhr(monkeypatch):
    """Hold children to their processor time and memory, as in operation, but hardly to the clock on the wall.

    That limit is for a child that hangs; on a machine shared with other tests it would measure these. Tests of it set it.
    """
    for modul in (pdf, mappe):
        monkeypatch.setattr(modul, "GRENZEN", replace(modul.GRENZEN, wand_s=300))
    monkeypatch.setattr(dateipruefung, "WAND_S", 300)


@pytest.fixture
def now() -> datetime:
    """Donnerstag, 26. November 2026, 10.00 Uhr in Zürich."""
    return datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.fixture
def stille_uhr(monkeypatch, now):
    """Let the portal's clock stand at the test's moment: for pages about meetings of a fixed day, whenever the test runs."""
    monkeypatch.setattr(timezone, "now", lambda: now)


def make_person(name: str = "Muster", *, vorname: str = "Andrea", email: str | None = None, **fields) -> Person:
    """Return a stored person who can log in with PASSWORT (login and EmailAddress follow the address)."""
    from allauth.account.models import EmailAddress

    address = f"{vorname}.{name}@portal.test".lower().replace(" ", "-") if email is None else email
    person = Person(
        vorname=vorname, nachname=name, email=address, login=address or None, created_at=timezone.now(), **fields
    )
    person.set_password(PASSWORT)
    person.save()
    if address:
        EmailAddress.objects.create(user=person, email=address, primary=True, verified=True)
    return person


def make_mandat(
    person: Person, sitz: Sitz, *, gewaehlt: bool = True, von: date = SEIT, bis: date | None = None
) -> Mandat:
    return Mandat.objects.create(
        person=person,
        sitz=sitz,
        funktion="Präsidium",
        von=von,
        bis=bis,
        status="gewaehlt" if gewaehlt else "designiert",
        wahlbeschluss_on=von if gewaehlt else None,
        wahlbeschluss_ref="VSEG 1/2026" if gewaehlt else "",
    )


def make_sitzung(nr: int = 4, *, beginn_at: datetime | None = None, status: str = "entwurf", **fields) -> Sitzung:
    """Return a stored meeting: Donnerstag, 10. Dezember 2026, 14.00–16.30 Uhr, unless told otherwise."""
    beginn = beginn_at or datetime(2026, 12, 10, 13, 0, tzinfo=UTC)
    jahr = timezone.localdate(beginn).year
    zeiten = {
        "entwurf": {},
        "freigegeben": {"freigegeben_at": beginn - timedelta(days=10)},
        "abgesagt": {"abgesagt_at": beginn - timedelta(days=3)},
    }.get(status, {"freigegeben_at": beginn - timedelta(days=10), "versandt_at": beginn - timedelta(days=7)})
    if status in {"laufend", "geschlossen"}:
        zeiten |= {"begonnen_at": beginn}
    if status == "geschlossen":
        zeiten |= {"beendet_at": beginn + timedelta(hours=2)}
    art = fields.pop("art", "ordentlich")
    return Sitzung.objects.create(
        kennung=f"{jahr}-{'' if art == 'ordentlich' else 'a'}{nr}",
        jahr=jahr,
        art=art,
        nr=nr,
        beginn_at=beginn,
        ende_at=fields.pop("ende_at", beginn + timedelta(hours=2, minutes=30)),
        ort=fields.pop("ort", "Landhaus Solothurn"),
        status=status,
        versand_due_at=fields.pop("versand_due_at", versand_due_at(beginn, frist_tage=7)),
        created_at=fields.pop("created_at", beginn - timedelta(days=60)),
        **zeiten,
        **fields,
    )


def make_antwort(sitzung: Sitzung, sitz: Sitz, antwort: str = "zugesagt", **fields) -> Teilnahme:
    """Return the seat's participation as its holder of the meeting's day answered in the portal."""
    mandat = Mandat.objects.current(timezone.localdate(sitzung.beginn_at)).filter(sitz=sitz).first()
    person = mandat.person if mandat else None
    werte = {
        "antwort_at": sitzung.beginn_at,
        "antwort_kanal": "portal",
        "antwort_von": person,
        "antwort_fuer": person,
        **fields,
    }
    return Teilnahme.objects.create(sitzung=sitzung, sitz=sitz, antwort=antwort, **werte)


def make_vertretung(sitzung: Sitzung, sitz: Sitz, person: Person, *, stand: str = "angenommen", **fields) -> Teilnahme:
    """Return the seat's participation with a substitute named for the meeting."""
    benannt = sitzung.beginn_at - timedelta(days=20)
    werte = {
        "antwort": "vertreten",
        "antwort_at": benannt,
        "antwort_kanal": "portal",
        "vertretung": person,
        "vertretung_funktion": "gemeinderat",
        "vertretung_stand": stand,
        "vertretung_benannt_at": benannt,
        **fields,
    }
    return Teilnahme.objects.update_or_create(sitzung=sitzung, sitz=sitz, defaults=werte)[0]


def make_traktandum(sitzung: Sitzung, titel: str = "Budgetwerte Sozialkosten 2027", **fields) -> Traktandum:
    position = fields.pop("position", sitzung.traktanden.count() + 1)
    art = fields.pop("art", "information")
    thema = fields.pop("thema", Thema.objects.get(nr=4) if art != "formelles" else None)
    return Traktandum.objects.create(sitzung=sitzung, position=position, titel=titel, art=art, thema=thema, **fields)


def pdf_bytes(seiten: int = 1) -> bytes:
    """Return a small valid PDF with so many empty A4 pages."""
    import io

    import pikepdf

    with pikepdf.new() as pdf:
        for _ in range(seiten):
            pdf.add_blank_page(page_size=(595, 842))
        stream = io.BytesIO()
        pdf.save(stream)
    return stream.getvalue()


def make_datei(
    name: str = "Bericht.pdf", inhalt: bytes | None = None, *, typ: str = "pdf", seiten: int | None = 1
) -> Datei:
    """Return a stored file whose bytes lie under MEDIA_ROOT at its uuid."""
    inhalt = pdf_bytes(seiten or 1) if inhalt is None else inhalt
    uuid = uuid4()
    pfad = Path(django_settings.MEDIA_ROOT) / str(uuid)
    pfad.write_bytes(inhalt)
    return Datei.objects.create(
        uuid=uuid,
        name=name,
        typ=typ,
        groesse=len(inhalt),
        sha256=hashlib.sha256(inhalt).hexdigest(),
        seiten=seiten,
        geprueft_at=timezone.now(),
        created_at=timezone.now(),
    )


def make_unterlage(
    traktandum: Traktandum,
    titel: str = "Bericht",
    *,
    person: Person,
    datei: Datei | None = None,
    vertraulich: bool = False,
) -> Unterlage:
    unterlage = Unterlage.objects.create(
        traktandum=traktandum,
        position=traktandum.unterlagen.count() + 1,
        titel=titel,
        klassifizierung="vertraulich" if vertraulich else "intern",
        vertraulich_grund="Personalgeschäft" if vertraulich else "",
    )
    Fassung.objects.create(
        unterlage=unterlage,
        nr=1,
        datei=datei or make_datei(f"{titel}.pdf"),
        hochgeladen_von=person,
        hochgeladen_at=timezone.now(),
    )
    return unterlage


def make_versand(sitzung: Sitzung, *, now: datetime, art: str = "einladung") -> Versand:
    """Return a dispatch of a meeting to everybody who gets its papers, frozen, without a dossier; nothing is sent."""
    manifest = make_manifest(load_inhalt(sitzung), art=art, dossier=None)
    with transaction.atomic():
        return write_versand(
            sitzung,
            manifest=manifest,
            empfaenger=list(empfaengerkreis(sitzung, now).empfaenger),
            dossier=None,
            actor=None,
            now=now,
        )


@pytest.fixture
def vorsitz(db) -> Person:
    person = make_person("Vorsitz")
    make_mandat(person, Sitz.objects.get(art="vorsitz"))
    return person


@pytest.fixture
def praesidium(db) -> Person:
    person = make_person("Präsidium", email="praesidium@portal.test")
    make_mandat(person, Sitz.objects.get(sozialregion__kuerzel="SRTG"))
    return person


@pytest.fixture
def berater(db) -> Person:
    person = make_person("Berater")
    make_mandat(person, Sitz.objects.get(art="amt"))
    return person


@pytest.fixture
def geschaeftsstelle(db) -> Person:
    person = make_person("Büro", email="geschaeftsstelle@portal.test")
    Funktion.objects.create(person=person, art=Funktion.Art.GESCHAEFTSSTELLE, von=SEIT)
    return person


@pytest.fixture
def leitgremium(db) -> Person:
    person = make_person("Leitgremium")
    gremium = Leitgremium.objects.get(sozialregion__kuerzel="SRO")
    Mitgliedschaft.objects.create(leitgremium=gremium, person=person, funktion="Mitglied", von=SEIT)
    return person


@pytest.fixture
def vorstand(db) -> Person:
    person = make_person("Vorstand")
    Funktion.objects.create(person=person, art=Funktion.Art.VORSTAND, von=SEIT)
    return person


@pytest.fixture
def gast(db) -> Person:
    return make_person("Gast")


@pytest.fixture
def fremde(db) -> Person:
    return make_person("Fremde")


@pytest.fixture
def stellvertretung(db, sitzung) -> Person:
    person = make_person("Stellvertretung")
    make_vertretung(sitzung, Sitz.objects.get(sozialregion__kuerzel="SRTG"), person)
    return person


@pytest.fixture
def cast(vorsitz, praesidium, stellvertretung, berater, geschaeftsstelle, leitgremium, vorstand, gast, fremde):
    """Return everybody by name."""
    return {
        "vorsitz": vorsitz,
        "praesidium": praesidium,
        "stellvertretung": stellvertretung,
        "berater": berater,
        "geschaeftsstelle": geschaeftsstelle,
        "leitgremium": leitgremium,
        "vorstand": vorstand,
        "gast": gast,
        "fremde": fremde,
    }


@pytest.fixture
def sitzung(db) -> Sitzung:
    """The fourth ordinary meeting of 2026, in preparation."""
    return make_sitzung()


@pytest.fixture
def versandte(sitzung, geschaeftsstelle) -> Sitzung:
    """The same meeting with its papers out: one internal and one confidential paper."""
    traktandum = make_traktandum(sitzung)
    make_unterlage(traktandum, "Budgetwerte", person=geschaeftsstelle)
    make_unterlage(traktandum, "Vertrauliche Beilage", person=geschaeftsstelle, vertraulich=True)
    Sitzung.objects.filter(pk=sitzung.pk).update(
        status="versandt",
        freigegeben_at=sitzung.beginn_at - timedelta(days=10),
        versandt_at=sitzung.beginn_at - timedelta(days=7),
    )
    sitzung.refresh_from_db()
    return sitzung


@pytest.fixture
def umfang_of(now):
    """Return a function person -> Umfang at the test's moment."""
    return lambda person, at=now: umfang(person, at)
