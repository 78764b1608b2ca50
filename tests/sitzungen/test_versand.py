"""The dispatch: written once, frozen, published in the same instant, each letter to its reader."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from konferenz.dateien import path_of
from konferenz.kindprozess import Grenzen
from konferenz.models import Einstellung, Journaleintrag, Sendung
from konferenz.rules import versand_due_at, versand_due_at_after_release
from mitglieder.models import Funktion, Leitgremium, Mandat, Mitgliedschaft, Sitz
from mitglieder.permissions import grant_gast
from sitzungen import takt
from sitzungen.actions import aenderung
from sitzungen.actions import versand as actions
from sitzungen.actions.versand import InhaltVeraendert
from sitzungen.models import Sitzung, Versand
from sitzungen.queries.paket import sha256_of
from sitzungen.queries.versand import empfaengerkreis, is_ergaenzbar
from sitzungen.rules import Termin
from sitzungen.schritte.versand import VersandError
from tests.conftest import (
    SEIT,
    make_datei,
    make_mandat,
    make_person,
    make_sitzung,
    make_traktandum,
    make_unterlage,
    make_vertretung,
)

from .conftest import FAELLIG, make_dossier_ready

pytestmark = pytest.mark.django_db
ZUERICH = ZoneInfo("Europe/Zurich")


def rows(versand):
    return [(z.person.nachname, z.brief, z.gruppe, z.sendung.status) for z in versand.zustellungen.order_by("pk")]


def texts(message):
    return [message.get_body((kind,)).get_content() for kind in ("plain", "html")]


def make_mitglied(name, kuerzel="SRO", **kwargs):
    person = make_person(name, **kwargs)
    Mitgliedschaft.objects.create(
        leitgremium=Leitgremium.objects.get(sozialregion__kuerzel=kuerzel), person=person, von=SEIT
    )
    return person


# --- The line from release to mail ----------------------------------------------------------------


def test_released_meeting_is_sent_published_and_finished(freigegebene, praesidium, leitgremium, tick, deliver, senke):
    bericht = tick()
    deliver()
    tick()

    versand = Versand.objects.get()
    freigegebene.refresh_from_db()
    assert bericht.is_fehler is False
    assert (freigegebene.status, freigegebene.versandt_at) == (Sitzung.Status.VERSANDT, FAELLIG)
    assert (versand.status, versand.tage_vorher, versand.is_in_frist) == ("abgeschlossen", 7, True)
    assert rows(versand) == [
        ("Präsidium", "einladung", "Präsidium Thal-Gäu", "gesendet"),
        ("Leitgremium", "kenntnis", "Leitgremium Olten", "gesendet"),
    ]
    assert senke.recipients == sorted([leitgremium.email, praesidium.email])
    assert versand.manifest_sha256 == sha256_of(versand.manifest)
    arten = Journaleintrag.objects.order_by("seq").values_list("art", flat=True)
    assert list(arten) == [
        "antwort.links_erstellt",
        "versand.einladung",
        "sendung.gesendet",
        "sendung.gesendet",
        "versand.abgeschlossen",
    ]


def test_mail_has_the_heads_of_an_official_letter(bereite, praesidium, tick, deliver, senke):
    Einstellung.objects.create(schluessel="absender_email", wert="info@vseg.example", geaendert_at=FAELLIG)
    tick()
    deliver()

    mail = senke.only()
    assert mail["To"] == "Andrea Präsidium <praesidium@portal.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "Sozialpräsidienkonferenz: Einladung zur Sitzung 4/2026 vom 10. Dezember 2026"
    assert mail["Reply-To"] == "info@vseg.example"
    assert mail["X-Versand"] == Versand.objects.get().manifest_sha256
    assert [t.get_filename() for t in mail.iter_attachments()] == ["Sitzungsmappe-2026-4.pdf", "Sitzung-2026-4.ics"]
    assert all("https://portal.vseg.example/sitzungen/2026-4/" in text for text in texts(mail))


@pytest.mark.parametrize("delta", [timedelta(seconds=-1), timedelta(0), timedelta(days=2)])
def test_due_is_a_query_a_missed_tick_heals_itself(delta, bereite, praesidium, tick):
    tick(FAELLIG + delta)
    tick(FAELLIG + delta + timedelta(minutes=1))

    versand = Versand.objects.first()
    if delta < timedelta(0):
        assert versand.created_at == FAELLIG + delta + timedelta(minutes=1)
    else:
        assert versand.created_at == FAELLIG + delta
    assert Versand.objects.count() == 1
    assert versand.is_in_frist == (delta < timedelta(days=1))


def test_a_meeting_that_has_begun_is_not_sent_but_told_once(
    bereite, praesidium, geschaeftsstelle, tick, deliver, senke
):
    for minuten in (1, 2, 3):
        tick(bereite.beginn_at + timedelta(minutes=minuten))
    deliver(None)

    bereite.refresh_from_db()
    assert Versand.objects.count() == 0
    assert "bevor die Einladung versandt war" in bereite.hindernis
    assert Sendung.objects.filter(schluessel__startswith="hindernis:").count() == 1


def test_meeting_three_days_ahead_goes_out_a_quarter_hour_after_its_release(praesidium, geschaeftsstelle, tick):
    beginn = FAELLIG + timedelta(days=3)
    faellig = versand_due_at_after_release(beginn, frist_tage=7, freigegeben_at=FAELLIG)
    sitzung = make_sitzung(5, beginn_at=beginn, status="freigegeben", versand_due_at=faellig)
    make_traktandum(sitzung)
    make_dossier_ready(sitzung)

    vorher = tick(FAELLIG + timedelta(minutes=14)).versande
    [versand] = tick(FAELLIG + timedelta(minutes=15)).versande

    assert vorher == []
    assert (versand.tage_vorher, versand.is_in_frist) == (3, False)


@pytest.mark.parametrize(
    ("beginn", "versand"),
    [
        (datetime(2026, 4, 2, 14, 0, tzinfo=ZUERICH), datetime(2026, 3, 26, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 29, 14, 0, tzinfo=ZUERICH), datetime(2026, 10, 22, 6, 0, tzinfo=UTC)),
        (datetime(2026, 4, 5, 2, 30, tzinfo=ZUERICH), datetime(2026, 3, 29, 6, 0, tzinfo=UTC)),
        (datetime(2026, 11, 1, 2, 30, tzinfo=ZUERICH), datetime(2026, 10, 25, 7, 0, tzinfo=UTC)),
    ],
    ids=["sommerzeit-dazwischen", "winterzeit-dazwischen", "am-tag-der-sommerzeit", "am-tag-der-winterzeit"],
)
def test_both_switches_of_the_clock_give_one_dispatch_on_the_right_day(
    beginn, versand, praesidium, geschaeftsstelle, tick
):
    sitzung = make_sitzung(1, beginn_at=beginn.astimezone(UTC), status="freigegeben")
    make_traktandum(sitzung)
    make_dossier_ready(sitzung)

    stunden = [versand.replace(hour=0) + timedelta(minutes=30 * n) for n in range(60)]
    geschrieben = [v.created_at for zeit in stunden for v in tick(zeit).versande]

    assert geschrieben == [versand]
    assert geschrieben[0].astimezone(ZUERICH).strftime("%H.%M") == "08.00"
    assert Versand.objects.get().tage_vorher == 7


def test_dry_run_writes_nothing(bereite, praesidium, tick):
    bericht = tick(dry_run=True)

    assert bericht.zeilen == ["Fällig: 4/2026: 4. ordentliche Sitzung 2026, 1 Briefe."]
    assert Versand.objects.count() == Sendung.objects.count() == 0


def test_command_takes_a_moment(bereite, praesidium, capsys):
    call_command("dispatch_versand", "--now", "2026-12-03T07:59")
    call_command("dispatch_versand", "--now", "2026-12-03T08:00")

    assert capsys.readouterr().out.splitlines() == [
        "Nichts ist fällig.",
        "Geschrieben: 4/2026: 4. ordentliche Sitzung 2026, 1 Briefe.",
    ]


def test_command_fails_on_a_hindrance_and_on_no_moment(bereite):
    with pytest.raises(CommandError, match="aufgehalten"):
        call_command("dispatch_versand", "--now", "2026-12-03T08:00")
    with pytest.raises(CommandError, match="kein Zeitpunkt"):
        call_command("dispatch_versand", "--now", "morgen")


def test_hindrance_is_told_once_and_holds_nobody_else(bereite, geschaeftsstelle, praesidium, tick):
    Mandat.objects.all().delete()
    Mitgliedschaft.objects.all().delete()
    for minute in range(3):
        tick(FAELLIG + timedelta(minutes=minute))

    bereite.refresh_from_db()
    assert "keine Empfängerinnen und Empfänger" in bereite.hindernis
    assert Sendung.objects.filter(schluessel__startswith="hindernis:").count() == 1

    make_mandat(praesidium, Sitz.objects.get(art="vorsitz"))
    tick(FAELLIG + timedelta(minutes=5))
    bereite.refresh_from_db()
    assert (bereite.hindernis, Versand.objects.count()) == ("", 1)


# --- Recipients (D8) ------------------------------------------------------------------------------


def test_each_person_gets_the_stronger_letter_once(bereite, praesidium, geschaeftsstelle, now):
    Mitgliedschaft.objects.create(leitgremium=Leitgremium.objects.first(), person=praesidium, von=SEIT)
    doppelt = make_mitglied("Zweifach", "SRO")
    Mitgliedschaft.objects.create(
        leitgremium=Leitgremium.objects.get(sozialregion__kuerzel="BBL"), person=doppelt, von=SEIT
    )
    benannt = make_mitglied("Benannt")
    make_vertretung(bereite, Sitz.objects.get(sozialregion__kuerzel="SRTG"), benannt)
    gast = make_person("Gast")
    grant_gast(gast, bereite, vertraulich=True)

    kreis = empfaengerkreis(bereite, now)

    assert [(e.person.nachname, e.brief, e.art) for e in kreis.empfaenger] == [
        ("Präsidium", "einladung", "Sitze"),
        ("Benannt", "einladung", "Stellvertretungen"),
        ("Zweifach", "kenntnis", "Leitgremien"),
        ("Gast", "kenntnis", "Gäste"),
    ]
    assert kreis.counts == [
        ("Sitze", "Einladung", 1),
        ("Stellvertretungen", "Einladung", 1),
        ("Leitgremien", "Mitteilung zur Kenntnis", 1),
        ("Gäste", "Mitteilung zur Kenntnis", 1),
    ]


def test_addresses_shared_missing_bad_and_odd(bereite, geschaeftsstelle, tick, deliver, senke):
    for name, adresse in [
        ("Eins", "gemeinde@example.ch"),
        ("Zwei", "Gemeinde@Example.ch"),
        ("Ohne", ""),
        ("Umbruch", "x@example.ch\r\nBcc: boese@example.org"),
        ("Liste", "b@example.ch, c@example.org"),
        ("Plus", "plus+tag@example.ch"),
        ("Umlaut", "rat@zürich.example"),
    ]:
        person = make_mitglied(name, email="")
        type(person).objects.filter(pk=person.pk).update(email=adresse)
    aus = make_mitglied("Deaktiviert", is_active=False)
    make_mandat(make_person("Früher"), Sitz.objects.get(art="amt"), bis=SEIT + timedelta(days=30))

    tick()
    deliver()
    tick()

    versand = Versand.objects.get()
    assert senke.recipients == [
        "Gemeinde@example.ch",
        "gemeinde@example.ch",
        "plus+tag@example.ch",
        "rat@xn--zrich-kva.example",
    ]
    stand = {z.person.nachname: (z.sendung.status, z.sendung.meldung) for z in versand.zustellungen.all()}
    assert {n for n, (s, _) in stand.items() if s == "fehlgeschlagen"} == {"Ohne", "Umbruch", "Liste"}
    assert stand["Ohne"][1] == "Es ist keine E-Mail-Adresse erfasst."
    assert aus.nachname not in stand
    assert versand.status == "abgeschlossen"
    kreis = empfaengerkreis(bereite, FAELLIG)
    assert [e.person.nachname for e in kreis.ohne_adresse] == ["Ohne"]
    assert [e.person.nachname for e in kreis.deaktiviert] == ["Deaktiviert"]
    assert kreis.doppelte == ("gemeinde@example.ch",)


def test_refused_and_deferred_recipients_do_not_hold_the_others(bereite, tick, deliver, senke, settings):
    settings.SENDUNG_BACKOFF_SECONDS = [30 * 86400]
    leute = [make_mitglied(f"M{n}", email=f"m{n}@example.ch") for n in range(4)]
    senke.faults["m1@example.ch"] = ["rcpt-550"]
    senke.faults["m2@example.ch"] = ["rcpt-451"]

    tick()
    deliver()
    tick(FAELLIG + timedelta(minutes=1))
    zwischen = Versand.objects.get().status
    deliver(datetime(2027, 1, 1, tzinfo=UTC))
    tick(FAELLIG + timedelta(minutes=30))

    stand = {z.person.nachname: z.sendung.status for z in Versand.objects.get().zustellungen.all()}
    assert len(leute) == 4
    assert zwischen == "laufend"
    assert stand == {"M0": "gesendet", "M1": "fehlgeschlagen", "M2": "gesendet", "M3": "gesendet"}
    assert senke.recipients == ["m0@example.ch", "m2@example.ch", "m3@example.ch"]
    assert Versand.objects.get().status == "abgeschlossen"


# --- The frozen package (D7, D9, D12) -------------------------------------------------------------


def test_all_get_the_same_package_while_papers_and_people_change(
    freigegebene, praesidium, leitgremium, geschaeftsstelle, tick, deliver, senke
):
    tick()
    versand = Versand.objects.get()
    unterlage = freigegebene.traktanden.get(position=3).unterlagen.get()
    unterlage.titel = "Ganz anders"
    unterlage.save()
    Sitzung.objects.filter(pk=freigegebene.pk).update(ort="Anderswo")
    make_mitglied("Später")
    deliver()

    assert senke.recipients == sorted([leitgremium.email, praesidium.email])
    for mail in senke.messages():
        assert mail["X-Versand"] == versand.manifest_sha256
        assert all("Bericht und Antrag" in t and "Landhaus Solothurn" in t for t in texts(mail))
        assert not any("Ganz anders" in t or "Anderswo" in t for t in texts(mail))
    anhaenge = [
        next(t.get_content() for t in mail.iter_attachments() if t.get_filename().endswith(".pdf"))
        for mail in senke.messages()
    ]
    assert anhaenge[0] == anhaenge[1]


def test_who_joined_later_gets_the_frozen_package_by_the_offices_deed(
    bereite, praesidium, geschaeftsstelle, tick, deliver, senke
):
    tick()
    deliver()
    tick()
    versand = Versand.objects.get()
    spaet = make_mitglied("Später")

    actions.add_neue_empfaenger(versand.pk, actor=geschaeftsstelle, now=FAELLIG + timedelta(days=1))
    with pytest.raises(VersandError):
        actions.add_neue_empfaenger(versand.pk, actor=geschaeftsstelle, now=FAELLIG + timedelta(days=1))
    deliver(FAELLIG + timedelta(days=1))
    tick(FAELLIG + timedelta(days=1))

    versand.refresh_from_db()
    assert senke.recipients == sorted([praesidium.email, spaet.email])
    assert {m["X-Versand"] for m in senke.messages()} == {versand.manifest_sha256}
    assert versand.manifest_sha256 == sha256_of(versand.manifest)


@pytest.mark.parametrize("womit", ["mandat", "konto"])
def test_right_withdrawn_before_the_hand_over_means_no_mail(
    womit, bereite, praesidium, leitgremium, tick, deliver, senke
):
    tick()
    if womit == "mandat":
        Mandat.objects.filter(person=praesidium).update(bis=datetime(2026, 2, 1, tzinfo=UTC).date())
    else:
        type(praesidium).objects.filter(pk=praesidium.pk).update(is_active=False)
    deliver()
    tick()

    assert senke.recipients == [leitgremium.email]
    sendung = Versand.objects.get().zustellungen.get(person=praesidium).sendung
    assert sendung.status == "fehlgeschlagen"
    assert "gehört nicht mehr zum Empfängerkreis" in sendung.meldung


def test_unreadable_paper_is_left_out_named_and_told(freigegebene, praesidium, geschaeftsstelle, tick, deliver, senke):
    entscheid = freigegebene.traktanden.get(position=3)
    make_unterlage(entscheid, "Kaputt", person=geschaeftsstelle, datei=make_datei("Kaputt.pdf", b"%PDF-1.4 kaputt"))
    weg = make_unterlage(entscheid, "Verschwunden", person=geschaeftsstelle)
    path_of(weg.fassungen.get().datei_id).unlink()

    tick()
    deliver()

    versand = Versand.objects.get()
    assert [f["titel"] for f in versand.manifest["ausgelassen"]] == ["Kaputt", "Verschwunden"]
    assert versand.is_in_frist is True
    assert senke.recipients == sorted([praesidium.email, geschaeftsstelle.email])
    brief = next(m for m in senke.messages() if "praesidium" in m["To"])
    an_buero = next(m for m in senke.messages() if "geschaeftsstelle" in m["To"])
    assert "– Kaputt (PDF, 1 Seite), folgt" in texts(brief)[0]
    assert "Traktandum 3: Kaputt (Kaputt.pdf)" in texts(an_buero)[0]


def test_changed_papers_leave_it_to_the_next_tick(bereite, praesidium, geschaeftsstelle, tick):
    vorbereitet = takt.prepare(bereite.pk, now=FAELLIG, is_faellig=True)
    make_unterlage(bereite.traktanden.get(position=2), "Noch eine", person=geschaeftsstelle)

    with pytest.raises(InhaltVeraendert):
        actions.create_einladung(bereite.pk, vorbereitet=vorbereitet, actor=None, now=FAELLIG)
    bereite.refresh_from_db()
    assert (Versand.objects.count(), bereite.status, bereite.hindernis) == (0, "freigegeben", "")

    [versand] = tick(FAELLIG + timedelta(minutes=1)).versande
    assert [f["titel"] for f in versand.manifest["fassungen"]] == ["Noch eine", "Bericht und Antrag"]


def test_dossier_is_made_ahead_and_reused(freigegebene, praesidium, tick):
    tick(FAELLIG - timedelta(days=1))
    freigegebene.refresh_from_db()
    vorher = freigegebene.dossier_id
    tick(FAELLIG - timedelta(hours=1))
    [versand] = tick().versande

    assert vorher is not None
    assert versand.dossier_id == vorher


def test_broken_dossier_on_disk_is_made_again(bereite, praesidium, tick):
    vorher = bereite.dossier_id
    path_of(vorher).write_bytes(b"x" * bereite.dossier.groesse)

    [versand] = tick().versande

    assert versand.dossier_id != vorher


def test_a_dossier_that_cannot_be_made_holds_the_dispatch_for_half_an_hour(
    freigegebene, praesidium, geschaeftsstelle, tick, deliver, senke, monkeypatch
):
    monkeypatch.setattr("konferenz.mappe.GRENZEN", Grenzen(speicher_mb=3072, cpu_s=60, wand_s=0.01))

    vorher = [tick(FAELLIG + timedelta(minutes=m)).versande for m in (0, 1, 29)]
    freigegebene.refresh_from_db()
    hindernis = freigegebene.hindernis
    [versand] = tick(FAELLIG + timedelta(minutes=30)).versande
    deliver(FAELLIG + timedelta(minutes=30))

    freigegebene.refresh_from_db()
    brief = next(m for u, m in zip(senke.mails, senke.messages(), strict=True) if u.an[0] == praesidium.email)
    assert vorher == [[], [], []]
    assert (bool(hindernis), freigegebene.hindernis) == (True, "")
    assert Sendung.objects.filter(schluessel__startswith="hindernis:").count() == 1
    assert (versand.dossier, versand.is_in_frist) == (None, True)
    assert [t.get_filename() for t in brief.iter_attachments()] == ["Bericht und Antrag.pdf", "Sitzung-2026-4.ics"]


# --- Attachments ----------------------------------------------------------------------------------


def test_confidential_papers_are_a_link_for_members_and_unknown_to_the_others(
    freigegebene, praesidium, leitgremium, gast, geschaeftsstelle, tick, deliver, senke
):
    geheim = make_unterlage(
        freigegebene.traktanden.get(position=3), "Personelles", person=geschaeftsstelle, vertraulich=True
    )
    Sitzung.objects.filter(pk=freigegebene.pk).update(
        video_link="https://video.example/raum", form="hybrid", form_entscheid_on=FAELLIG.date()
    )
    grant_gast(gast, freigegebene)
    tick()
    deliver()

    mails = {u.an[0]: m for u, m in zip(senke.mails, senke.messages(), strict=True)}
    einladung = texts(mails[praesidium.email])
    assert all("Personelles" in t and str(geheim.uuid) in t and "https://video.example/raum" in t for t in einladung)
    for person in (leitgremium, gast):
        roh = mails[person.email].as_string()
        assert not any("Personelles" in t or "video.example" in t for t in texts(mails[person.email]))
        assert "text/calendar" not in roh
    assert [t.get_filename() for t in mails[leitgremium.email].iter_attachments()] == ["Sitzungsmappe-2026-4.pdf"]
    assert list(mails[gast.email].iter_attachments()) == []
    assert b"Personelles" not in path_of(Versand.objects.get().dossier_id).read_bytes()


@pytest.mark.parametrize(
    ("max_mb", "beilagen", "links"),
    [(10, ["Sitzungsmappe-2026-4.pdf", "Gross.png"], 0), (3, ["Sitzungsmappe-2026-4.pdf"], 1), (0, [], 2)],
)
def test_above_the_size_setting_there_are_links(
    max_mb, beilagen, links, bereite, praesidium, geschaeftsstelle, tick, deliver, senke
):
    Einstellung.objects.create(schluessel="mail_max_mb", wert=max_mb, geaendert_at=FAELLIG)
    make_unterlage(
        bereite.traktanden.get(position=3),
        "Gross",
        person=geschaeftsstelle,
        datei=make_datei("Gross.png", _png(3_000_000), typ="png", seiten=None),
    )
    make_dossier_ready(bereite)
    tick()
    deliver()

    mail = senke.only()
    [umschlag] = senke.mails
    dateien = [t.get_filename() for t in mail.iter_attachments() if not t.get_filename().endswith(".ics")]
    assert dateien == beilagen
    assert len(Versand.objects.get().manifest["links"]) == links
    assert max_mb == 0 or len(umschlag.daten) <= max_mb * 1_000_000
    assert any("über die Links" in t for t in texts(mail)) == bool(links)


def _png(groesse):
    """Return a valid PNG of about so many bytes (noise does not shrink; each time the same)."""
    import io
    import random

    from PIL import Image

    kante = max(1, int((groesse / 3) ** 0.5))
    bild = Image.frombytes("RGB", (kante, kante), random.Random(3).randbytes(kante * kante * 3))
    strom = io.BytesIO()
    bild.save(strom, "PNG")
    return strom.getvalue()


# --- Reminders, nightly check ---------------------------------------------------------------------


def test_the_office_is_told_ten_and_eight_days_before_and_at_the_due_time(geschaeftsstelle, praesidium, tick):
    sitzung = make_sitzung()
    zeiten = [FAELLIG - timedelta(days=d) for d in (4, 3, 2, 1, 0)] + [FAELLIG + timedelta(days=1)]

    je_tick = []
    for zeit in zeiten:
        vorher = Sendung.objects.count()
        tick(zeit)
        tick(zeit + timedelta(minutes=1))
        je_tick.append(Sendung.objects.count() - vorher)

    assert je_tick == [0, 1, 0, 1, 1, 0]
    assert Versand.objects.count() == 0
    assert [s.betreff for s in Sendung.objects.order_by("pk")] == [
        "Sozialpräsidienkonferenz: Sitzung 4/2026: noch nicht freigegeben",
        "Sozialpräsidienkonferenz: Sitzung 4/2026: morgen Versand, nicht freigegeben",
        "Sozialpräsidienkonferenz: Sitzung 4/2026: Versand fällig, nicht freigegeben",
    ]
    assert sitzung.versand_due_at == FAELLIG


def test_a_late_plan_is_told_only_what_is_urgent(geschaeftsstelle, tick):
    make_sitzung()
    tick(FAELLIG + timedelta(days=2))

    assert [s.schluessel.split(":")[2] for s in Sendung.objects.all()] == ["faellig"]


def test_nightly_check_names_broken_papers_and_addresses_once_a_day(freigegebene, praesidium, geschaeftsstelle, now):
    make_unterlage(
        freigegebene.traktanden.get(position=3),
        "Kaputt",
        person=geschaeftsstelle,
        datei=make_datei("Kaputt.pdf", b"%PDF-1.4 kaputt"),
    )
    make_mitglied("Ohne", email="")

    gefunden = [takt.check_unterlagen(now=now), takt.check_unterlagen(now=now + timedelta(minutes=5))]

    assert gefunden == [2, 2]
    [sendung] = Sendung.objects.all()
    assert "2 Mängel" in sendung.betreff
    assert freigegebene.traktanden.get(position=3).unterlagen.get(titel="Kaputt").fassungen.get().datei.befund


# --- Afterwards -----------------------------------------------------------------------------------


def test_moving_stops_the_running_dispatch_and_tells_everybody(
    bereite, praesidium, leitgremium, geschaeftsstelle, tick, deliver, senke
):
    tick()
    einladung = Versand.objects.get()
    erste = einladung.zustellungen.get(person=praesidium).sendung
    Sendung.objects.exclude(pk=erste.pk).update(faellig_at=FAELLIG + timedelta(hours=2))
    deliver()
    neu = bereite.beginn_at + timedelta(days=7)

    versand = aenderung.create_verschiebung(
        bereite.pk,
        termin=Termin(beginn_at=neu, ende_at=neu + timedelta(hours=2), ort="Konzertsaal"),
        grund="Der Saal ist belegt.",
        actor=geschaeftsstelle,
        now=FAELLIG + timedelta(hours=1),
    )
    deliver(FAELLIG + timedelta(hours=3))

    einladung.refresh_from_db()
    bereite.refresh_from_db()
    mails = [(u.an[0], m) for u, m in zip(senke.mails, senke.messages(), strict=True)]
    assert einladung.status == "gestoppt"
    assert [an for an, _ in mails] == [praesidium.email, praesidium.email, leitgremium.email]
    assert bereite.beginn_at == neu
    assert bereite.versand_due_at == versand_due_at(neu, frist_tage=7)
    assert (versand.art, versand.nr, bereite.kalender_folge) == ("verschiebung", 1, 1)
    neuer_brief, neue_kenntnis = mails[1][1], mails[2][1]
    assert "verschoben auf den 17. Dezember 2026" in neuer_brief["subject"]
    assert "Bisher: Donnerstag, 10. Dezember 2026, 14.00 Uhr, Landhaus Solothurn" in texts(neuer_brief)[0]
    # who has the papers does not get them again; who never got them does
    assert [t.get_filename() for t in neuer_brief.iter_attachments()] == ["Sitzung-2026-4.ics"]
    assert [t.get_filename() for t in neue_kenntnis.iter_attachments()] == ["Sitzungsmappe-2026-4.pdf"]
    with pytest.raises(VersandError, match="überholt"):
        actions.resume_versand(einladung.pk, actor=geschaeftsstelle, now=FAELLIG + timedelta(hours=4))


def test_after_a_move_the_new_package_goes_to_who_joined_since(
    bereite, praesidium, geschaeftsstelle, tick, deliver, senke
):
    tick()
    deliver()
    neu = bereite.beginn_at + timedelta(days=7)
    verschiebung = aenderung.create_verschiebung(
        bereite.pk,
        termin=Termin(beginn_at=neu, ende_at=neu + timedelta(hours=2), ort="Konzertsaal"),
        grund="",
        actor=geschaeftsstelle,
        now=FAELLIG,
    )
    spaet = make_mitglied("Später")

    ergaenzbar = {v.art: is_ergaenzbar(v) for v in Versand.objects.all()}
    actions.add_neue_empfaenger(verschiebung.pk, actor=geschaeftsstelle, now=FAELLIG)
    deliver()

    assert ergaenzbar == {"einladung": False, "verschiebung": True}
    brief = next(m for u, m in zip(senke.mails, senke.messages(), strict=True) if u.an[0] == spaet.email)
    assert "17. Dezember 2026" in texts(brief)[0]
    assert "Bericht und Antrag" in texts(brief)[0]


def _eintrag(mail):
    from icalendar import Calendar

    teil = next(t for t in mail.iter_attachments() if t.get_content_type() == "text/calendar")
    kalender = Calendar.from_ical(teil.get_content())
    [event] = kalender.walk("VEVENT")
    return {
        "uid": str(event["UID"]),
        "method": str(kalender["METHOD"]),
        "sequence": int(event["SEQUENCE"]),
        "status": str(event["STATUS"]),
        "beginn": event["DTSTART"].dt,
    }


def test_calendar_entry_keeps_its_uid_and_rises(bereite, praesidium, geschaeftsstelle, tick, deliver, senke):
    tick()
    deliver()
    neu = bereite.beginn_at + timedelta(days=7)
    spaeter = FAELLIG + timedelta(hours=1)
    aenderung.create_verschiebung(
        bereite.pk,
        termin=Termin(beginn_at=neu, ende_at=neu + timedelta(hours=2), ort="Konzertsaal"),
        grund="",
        actor=geschaeftsstelle,
        now=spaeter,
    )
    deliver(spaeter)
    aenderung.create_absage(bereite.pk, grund="Zu wenige Geschäfte.", actor=geschaeftsstelle, now=spaeter)
    deliver(spaeter)

    eintraege = [_eintrag(m) for m in senke.messages()]
    bereite.refresh_from_db()
    assert len({e["uid"] for e in eintraege}) == 1
    assert {e["method"] for e in eintraege} == {"PUBLISH"}
    assert [e["sequence"] for e in eintraege] == [0, 1, 2]
    assert [e["status"] for e in eintraege] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [e["beginn"] for e in eintraege] == [neu - timedelta(days=7), neu, neu]
    assert bereite.status == "abgesagt"
    assert "Zu wenige Geschäfte." in texts(senke.messages()[2])[0]


def test_cancelling_before_anybody_was_told_sends_nothing(sitzung, geschaeftsstelle, praesidium, leitgremium, now):
    versand = aenderung.create_absage(sitzung.pk, grund="Nicht nötig.", actor=geschaeftsstelle, now=now)

    assert versand is None
    assert Sendung.objects.count() == 0


def test_cancelling_an_announced_date_tells_the_seats_only(sitzung, geschaeftsstelle, praesidium, leitgremium, now):
    Sitzung.objects.filter(pk=sitzung.pk).update(terminankuendigung_at=now)

    versand = aenderung.create_absage(sitzung.pk, grund="Nicht nötig.", actor=geschaeftsstelle, now=now)

    assert rows(versand) == [("Präsidium", "einladung", "Präsidium Thal-Gäu", "bereit")]


def test_stopped_dispatch_sends_nothing_until_resumed(
    bereite, praesidium, leitgremium, geschaeftsstelle, tick, deliver, senke
):
    tick()
    versand = Versand.objects.get()

    in_uebergabe = actions.stop_versand(versand.pk, actor=geschaeftsstelle, now=FAELLIG)
    deliver()
    tick(FAELLIG + timedelta(minutes=1))
    angehalten = (len(senke.mails), Versand.objects.get().status)
    with pytest.raises(VersandError):
        actions.stop_versand(versand.pk, actor=geschaeftsstelle, now=FAELLIG)
    offen = actions.resume_versand(versand.pk, actor=geschaeftsstelle, now=FAELLIG)
    deliver()

    assert (in_uebergabe, angehalten, offen) == (0, (0, "gestoppt"), 2)
    assert len(senke.mails) == 2


def test_wrong_moves_are_refused_and_change_nothing(versandte, geschaeftsstelle, now):
    gleich = Termin(beginn_at=versandte.beginn_at, ende_at=versandte.ende_at, ort=versandte.ort)
    vorbei = Termin(beginn_at=now - timedelta(days=1), ende_at=now, ort="X")
    for termin in (gleich, vorbei):
        with pytest.raises(VersandError):
            aenderung.create_verschiebung(versandte.pk, termin=termin, grund="", actor=geschaeftsstelle, now=now)

    assert Sitzung.objects.get(pk=versandte.pk).kalender_folge == 0
    assert Versand.objects.count() == 0


def test_bring_forward_lets_the_next_tick_send(bereite, praesidium, geschaeftsstelle, tick):
    frueh = FAELLIG - timedelta(days=5)

    actions.bring_forward(bereite.pk, actor=geschaeftsstelle, now=frueh)
    [versand] = tick(frueh).versande

    assert (versand.tage_vorher, versand.is_in_frist) == (12, True)


def test_bring_forward_needs_a_release(sitzung, geschaeftsstelle, now):
    with pytest.raises(VersandError, match="freigegebene"):
        actions.bring_forward(sitzung.pk, actor=geschaeftsstelle, now=now)


def test_office_falls_back_to_its_general_address(settings, now, db):
    from sitzungen.queries.versand import geschaeftsstelle

    assert geschaeftsstelle(now) == []
    Einstellung.objects.create(schluessel="absender_email", wert="info@vseg.example", geaendert_at=now)
    assert geschaeftsstelle(now) == [("info@vseg.example", "Geschäftsstelle", None)]
    person = make_person("Büro")
    Funktion.objects.create(person=person, art="geschaeftsstelle", von=SEIT)
    assert geschaeftsstelle(now) == [(person.email, person.name, person)]
