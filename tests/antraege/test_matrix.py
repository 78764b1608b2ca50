"""The table of rights for motions, reports and decisions of the board: every role × every state, by the one file of rights.

Letters: l listed, r read, s write, z withdraw, t put on an agenda, B read the report, w write it, f release it,
u hand it over, E read the decision, d record it.
"""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse

from antraege.models import Abstimmung, Antrag, Antragsbeilage, Antragsfassung, Bericht, Vorstandsentscheid
from konferenz import urls
from konferenz.journal import canonical, hash_of
from mitglieder.models import Funktion, Sitz
from mitglieder.permissions import Recht, has_recht
from sitzungen.models import Sitzung
from tests.conftest import SEIT, make_datei, make_mandat, make_person, make_sitzung, make_traktandum, make_vertretung

pytestmark = pytest.mark.django_db

# what everybody with a seat reads of a submitted motion, and what its author and the office may do besides
LESEN = dict.fromkeys(("praesidium", "berater", "designiert"), "lr")
ENTWURF = {"buero": "lrszt", "urheberin": "lrsz"}
EINGEREICHT = LESEN | {"buero": "lrszt", "vorsitz": "lrst", "urheberin": "lrsz"}
# on an agenda that is out its substitutes read it too, for that meeting
TRAKTANDIERT = EINGEREICHT | {"stellvertretung": "lr"}
ENTSCHIEDEN = TRAKTANDIERT
BERICHT = ENTSCHIEDEN | {"buero": "lrsztBwu", "vorsitz": "lrstBfu"}
AUSSEN = dict.fromkeys(("leitgremium", "vorstand"), "lrB")
UEBERWIESEN = (
    dict.fromkeys(("praesidium", "berater", "designiert", "stellvertretung"), "lrB")
    | AUSSEN
    | {"sekretariat": "lrB", "buero": "lrsztBwu", "vorsitz": "lrstBfu", "urheberin": "lrszB"}
)
ERFASST = UEBERWIESEN | {"sekretariat": "lrBEd", "buero": "lrsztBwuEd"}
BEANTWORTET = {name: worte + ("" if "E" in worte else "E") for name, worte in ERFASST.items()}

TABELLE = {
    "entwurf": ENTWURF,
    "entwurf_verworfen": ENTWURF,
    "eingereicht": EINGEREICHT,
    "traktandiert_unveroeffentlicht": EINGEREICHT,
    "traktandiert": TRAKTANDIERT,
    "zurueckgezogen": EINGEREICHT,
    "verabschiedet": ENTSCHIEDEN,
    "nicht_zustande_gekommen": ENTSCHIEDEN,
    "bericht_entwurf": BERICHT,
    "bericht_freigegeben": BERICHT,
    "ueberwiesen": UEBERWIESEN,
    "entscheid_erfasst": ERFASST,
    "beantwortet": BEANTWORTET,
}
RECHTE = {
    "r": Recht.ANTRAG_SEHEN,
    "s": Recht.ANTRAG_SCHREIBEN,
    "z": Recht.ANTRAG_ZURUECKZIEHEN,
    "t": Recht.ANTRAG_TRAKTANDIEREN,
}
RECHTE_BERICHT = {
    "B": Recht.BERICHT_SEHEN,
    "w": Recht.BERICHT_SCHREIBEN,
    "f": Recht.BERICHT_FREIGEBEN,
    "u": Recht.BERICHT_UEBERWEISEN,
}
RECHTE_ENTSCHEID = {"E": Recht.ENTSCHEID_SEHEN, "d": Recht.ENTSCHEID_ERFASSEN}


PROTOKOLL = canonical({"stimmen": [], "mehrheit": "zweidrittel", "geschlossen": "2026-11-10T13:00:00Z"})


@pytest.fixture
def leute(vorsitz, praesidium, berater, geschaeftsstelle, leitgremium, vorstand, gast, fremde):
    """Return everybody by name; the author holds a seat, two substitutes stand in at two meetings."""
    leute = {
        "vorsitz": vorsitz,
        "praesidium": praesidium,
        "berater": berater,
        "buero": geschaeftsstelle,
        "leitgremium": leitgremium,
        "vorstand": vorstand,
        "gast": gast,
        "fremde": fremde,
        "urheberin": make_person("Urheberin"),
        "designiert": make_person("Designiert"),
        "stellvertretung": make_person("Stellvertretung"),
        "andere_stellvertretung": make_person("Andere"),
        "sekretariat": make_person("Sekretariat"),
        "administration": make_person("Administration"),
        "frueher": make_person("Frueher"),
    }
    make_mandat(leute["urheberin"], Sitz.objects.get(sozialregion__kuerzel="SRO"))
    make_mandat(leute["designiert"], Sitz.objects.get(sozialregion__kuerzel="SON"), gewaehlt=False)
    make_mandat(leute["frueher"], Sitz.objects.get(sozialregion__kuerzel="DOR"), bis=SEIT + timedelta(days=30))
    Funktion.objects.create(person=leute["sekretariat"], art="vorstandssekretariat", von=SEIT)
    Funktion.objects.create(person=leute["administration"], art="administration", von=SEIT)
    return leute


@pytest.fixture
def stelle(leute):
    """Return a function state -> (motion, its report or None, its decision or None)."""
    sitzung = make_sitzung(4, status="entwurf")
    make_vertretung(sitzung, Sitz.objects.get(sozialregion__kuerzel="SRTG"), leute["stellvertretung"])
    andere = make_sitzung(3, beginn_at=sitzung.beginn_at - timedelta(days=60), status="versandt")
    make_vertretung(andere, Sitz.objects.get(sozialregion__kuerzel="SRTG"), leute["andere_stellvertretung"])
    return lambda stand: make_stand(stand, sitzung, leute)


def make_stand(stand: str, sitzung: Sitzung, leute) -> tuple[Antrag, Bericht | None, Vorstandsentscheid | None]:
    zeit, autor = sitzung.beginn_at - timedelta(days=30), leute["urheberin"]
    status = stand.partition("_unveroeffentlicht")[0]
    status = {"bericht_entwurf": "verabschiedet", "bericht_freigegeben": "verabschiedet"}.get(status, status)
    status = {"entscheid_erfasst": "ueberwiesen", "entwurf_verworfen": "zurueckgezogen"}.get(status, status)
    antrag = Antrag(titel="Teuerung", sitz=Sitz.objects.get(sozialregion__kuerzel="SRO"), eingereicht_von=autor)
    antrag.created_at, antrag.status = zeit, status
    if not stand.startswith("entwurf"):
        antrag.jahr, antrag.nr, antrag.kennung, antrag.eingereicht_at = 2026, 1, "2026-1", zeit
    if status == "zurueckgezogen":
        antrag.zurueckgezogen_at = zeit
    if not stand.startswith(("entwurf", "eingereicht", "zurueck")):
        antrag.traktandum = make_traktandum(sitzung, art="entscheid")
        if stand != "traktandiert_unveroeffentlicht":
            Sitzung.objects.filter(pk=sitzung.pk).update(status="versandt", freigegeben_at=zeit, versandt_at=zeit)
    antrag.save()
    fassung = Antragsfassung.objects.create(antrag=antrag, nr=1, text="Sei zu ersuchen.", von=autor, created_at=zeit)
    if not stand.startswith(("bericht", "ueberwiesen", "entscheid", "beantwortet")):
        return antrag, None, None
    bericht = make_bericht(antrag, fassung, stand.removeprefix("bericht_"), leute)
    if stand not in {"entscheid_erfasst", "beantwortet"}:
        return antrag, bericht, None
    entscheid = Vorstandsentscheid(bericht=bericht, ergebnis="angenommen", beschlossen_on=zeit.date())
    entscheid.erfasst_at, entscheid.erfasst_von = zeit, leute["sekretariat"]
    if stand == "beantwortet":
        entscheid.status, entscheid.mitgeteilt_at, entscheid.mitgeteilt_von = "mitgeteilt", zeit, leute["sekretariat"]
    entscheid.save()
    return antrag, bericht, entscheid


def make_bericht(antrag, fassung, stand, leute) -> Bericht:
    sitzung, zeit = Sitzung.objects.get(pk=antrag.traktandum.sitzung_id), antrag.created_at
    vote = Abstimmung.objects.create(
        sitzung=sitzung,
        traktandum=antrag.traktandum,
        antragsfassung=fassung,
        nr=1,
        frage="Wird der Antrag verabschiedet?",
        mehrheit="zweidrittel",
        status="geschlossen",
        eroeffnet_at=zeit,
        geschlossen_at=zeit,
        anwesend=14,
        noetig=10,
        ja=10,
        nein=3,
        enthaltung=1,
        angenommen=True,
        protokoll=PROTOKOLL,
        protokoll_sha256=hash_of(PROTOKOLL),
        created_at=zeit,
        created_von=leute["buero"],
    )
    bericht = Bericht(antrag=antrag, abstimmung=vote, art="antrag", created_at=zeit, created_von=leute["buero"])
    bericht.status = stand if stand in {"entwurf", "freigegeben"} else "ueberwiesen"
    if stand != "entwurf":
        bericht.freigegeben_at, bericht.freigegeben_von = zeit, leute["vorsitz"]
    if bericht.is_ueberwiesen:
        bericht.ueberwiesen_at, bericht.ueberwiesen_von = zeit, leute["buero"]
        bericht.datei = make_datei("Bericht.pdf")
    bericht.save()
    return bericht


@pytest.mark.parametrize("stand", TABELLE)
def test_every_person_holds_exactly_what_the_table_says(stelle, leute, umfang_of, stand):
    antrag, bericht, entscheid = stelle(stand)
    gefunden = {}
    for name, person in leute.items():
        umfang = umfang_of(person)
        antrag = Antrag.objects.with_seite().get(pk=antrag.pk)
        worte = "l" if Antrag.objects.visible_to(umfang).filter(pk=antrag.pk).exists() else ""
        worte += "".join(b for b, recht in RECHTE.items() if has_recht(umfang, recht, antrag))
        if bericht is not None:
            bericht = Bericht.objects.get(pk=bericht.pk)
            worte += "".join(b for b, recht in RECHTE_BERICHT.items() if has_recht(umfang, recht, bericht))
            assert Bericht.objects.visible_to(umfang).filter(pk=bericht.pk).exists() is ("B" in worte), name
        if entscheid is not None:
            entscheid = Vorstandsentscheid.objects.get(pk=entscheid.pk)
            worte += "".join(b for b, recht in RECHTE_ENTSCHEID.items() if has_recht(umfang, recht, entscheid))
            liste = Vorstandsentscheid.objects.visible_to(umfang)
            assert liste.filter(pk=entscheid.pk).exists() is ("E" in worte), name
        assert ("l" in worte) is ("r" in worte), name  # what is listed can be read, and nothing else
        if worte:
            gefunden[name] = worte
    assert gefunden == TABELLE[stand]


def test_the_table_names_every_state_of_a_motion():
    assert {str(s) for s in Antrag.Status} <= set(TABELLE)


# --- the same table by guessed addresses ----------------------------------------------------------------

# address · what it needs · who may know of it (403 instead of 404); on the motion, its report
SEITEN = [
    ("antrag-detail", "r", "r"),
    ("antrag-pdf", "r", "r"),
    ("antrag-revise", "s", "r"),
    ("antrag-withdraw", "z", "r"),
    ("antrag-traktandieren", "t", "r"),
    ("bericht-edit", "u", "r"),
    ("bericht-pdf", "B", "B"),
    ("bericht-detail", "B", "B"),
    ("entscheid-edit", "d", "B"),
    ("entscheid-tell", "d", "B"),
]
TATEN = [
    ("antrag-revise", "s", "r"),
    ("antrag-withdraw", "z", "r"),
    ("antrag-traktandieren", "t", "r"),
    ("antrag-papier", "t", "r"),
    ("rueckmeldung-create", "t", "r"),
    ("antrag-reopen", "s", "r"),
    ("bericht-create", "w", "r"),
    ("bericht-save", "w", "B"),
    ("bericht-renew", "w", "B"),
    ("bericht-release", "f", "B"),
    ("bericht-unrelease", "f", "B"),
    ("bericht-transmit", "u", "B"),
    ("entscheid-edit", "d", "B"),
    ("entscheid-tell", "d", "B"),
    ("entscheid-discard", "d", "B"),
]
VON_BERICHT = {"bericht-detail", "entscheid-edit", "entscheid-tell", "entscheid-discard"}
ENTWURFSSEITEN = ["entwurf-edit", "entwurf-discard"]


def adresse(name, antrag, bericht):
    """Return the address of a page, empty where nothing stands there to be guessed."""
    if name.startswith("entscheid-") and bericht is not None and not bericht.is_ueberwiesen:
        return ""  # nothing to decide yet: nobody gets anything
    if name in ENTWURFSSEITEN:
        return reverse(f"antraege:{name}", args=[antrag.uuid])
    if name in VON_BERICHT:
        return reverse(f"antraege:{name}", args=[bericht.uuid]) if bericht else ""
    return reverse(f"antraege:{name}", args=[antrag.kennung]) if antrag.kennung else ""


def status_of(response):
    """Return an answer's status, its file read to the end and so closed."""
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def worte_von(stand, name, *, bericht):
    """Return the letters of a person; office and chair may prepare a report before there is one."""
    worte = TABELLE[stand].get(name, "")
    if bericht is None and "r" in worte:
        worte += {"buero": "wud", "vorsitz": "u"}.get(name, "")
    if bericht is not None and "B" in worte:
        worte += {"buero": "d", "sekretariat": "d"}.get(name, "")
    return worte


@pytest.fixture
def ohne_druck(monkeypatch):
    """Nothing is laid out: who may have a PDF is asked here, not what it shows."""
    # nor is the page of a refusal, which looks the same thousands of times
    monkeypatch.setattr(urls, "handler404", lambda request, exception: HttpResponse(status=404), raising=False)
    monkeypatch.setattr(urls, "handler403", lambda request, exception: HttpResponse(status=403), raising=False)
    for ort in ("antraege.pdf_antrag", "antraege.pdf_bericht"):
        monkeypatch.setattr(f"{ort}.render_pdf", lambda *args, **kwargs: b"%PDF-1.7")


GERATEN = [stand for stand in TABELLE if not stand.startswith("entwurf")]  # a draft: below


@pytest.mark.parametrize("stand", GERATEN)
def test_no_address_answers_anybody_the_table_does_not_name(stelle, leute, client, ohne_druck, stand):
    antrag, bericht, _ = stelle(stand)
    falsch = []
    for name, person in leute.items():
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        worte = worte_von(stand, name, bericht=bericht)
        for seite, braucht, kennt in SEITEN:
            url = adresse(seite, antrag, bericht)
            if not url or (seite == "bericht-pdf" and bericht is None):
                continue
            status = status_of(client.get(url))
            erwartet = {200, 302} if braucht in worte else {403} if kennt in worte else {404}
            if status not in erwartet:
                falsch.append((name, "GET", seite, status, erwartet))
        for tat, braucht, kennt in TATEN:
            url = adresse(tat, antrag, bericht)
            if not url or braucht in worte or (bericht is None and tat.startswith("bericht-") and kennt == "B"):
                continue
            status = status_of(client.post(url, {"stand": antrag.stand}))
            erwartet = {403} if kennt in worte else {404}
            if status not in erwartet:
                falsch.append((name, "POST", tat, status, erwartet))
    assert falsch == []
    antrag.refresh_from_db()
    assert antrag.stand == 0


@pytest.mark.parametrize("stand", ["entwurf", "eingereicht", "beantwortet"])
def test_a_draft_is_its_authors_and_the_offices_alone(stelle, leute, client, stand):
    antrag, bericht, _ = stelle(stand)
    beilage = Antragsbeilage.objects.none()
    if stand in {"entwurf", "eingereicht"}:
        beilage = Antragsbeilage.objects.create(
            antrag=antrag,
            datei=make_datei("Berechnung.pdf"),
            titel="Berechnung",
            position=1,
            von=leute["urheberin"],
            created_at=antrag.created_at,
        )
    for name, person in leute.items():
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        worte = worte_von(stand, name, bericht=bericht)
        for seite in ENTWURFSSEITEN:
            status = status_of(client.get(adresse(seite, antrag, None)))
            assert status in ({200, 302} if "s" in worte else {403} if "r" in worte else {404}), (name, seite)
        for tat in ("entwurf-save", "entwurf-submit", "entwurf-beilagen", "entwurf-discard"):
            if "s" not in worte:
                status = client.post(reverse(f"antraege:{tat}", args=[antrag.uuid]), {"titel": "Fremd"}).status_code
                assert status == (403 if "r" in worte else 404), (name, tat)
        if beilage:
            status = status_of(client.get(reverse("antraege:beilage-download", args=[beilage.uuid])))
            assert status == (200 if "r" in worte else 404), name
        liste = client.get(reverse("antraege:antrag-list"))
        listet = liste.status_code == 200 and "Teuerung" in liste.content.decode()
        # a substitute reads the motions of her meeting there; the list is the conference's own
        assert listet is ("l" in worte and name != "stellvertretung"), name
    antrag.refresh_from_db()
    assert antrag.titel == "Teuerung"
