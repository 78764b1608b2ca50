"""What changes after the dispatch: noted, looked at, told once; the meeting page and the calendar follow."""

from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from konferenz.dateien import store_bytes
from konferenz.models import Datei, Sendung
from mitglieder.models import Sitz
from sitzungen.actions import aenderung, nachversand
from sitzungen.actions import versand as versand_actions
from sitzungen.models import Aenderung, Sitzung, Teilnahme, Traktandum, Unterlage, Versand
from sitzungen.queries import lesen
from sitzungen.queries.aenderung import load_nachversand, offene, reihe_danach
from sitzungen.queries.paket import load_inhalt
from sitzungen.rules import Termin, antworten_neu, umgestellt
from sitzungen.schritte.versand import VersandError
from sitzungen.schritte.vorbereitung import VorbereitungError
from tests.conftest import make_mandat, make_person, make_unterlage, pdf_bytes
from tests.gleichzeitig import at_one_moment

from .conftest import FAELLIG

pytestmark = pytest.mark.django_db
BASIS = "/sitzungen/2026-4/versand/nachversand/"
SPAETER = FAELLIG + timedelta(days=1)


def gespeichert(name="Neu.pdf", typ="pdf", seiten=1):
    """A checked file on disk without a row, as store_uploads leaves it."""
    return store_bytes(name, typ, pdf_bytes(), seiten=seiten)


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def anhaenge(mail):
    return [t.get_filename() for t in mail.iter_attachments()]


@pytest.fixture
def verschickt(bereite, praesidium, leitgremium, tick, deliver, senke):
    """The meeting after its Einladung went to two people; the sink is empty again."""
    tick()
    deliver()
    tick()
    senke.mails.clear()
    bereite.refresh_from_db()
    return bereite


@pytest.fixture
def note(geschaeftsstelle):
    """Note a change as the office does: note("ersatz", sitzung, unterlage=…)."""

    def note(was, sitzung, **kwargs):
        return getattr(nachversand, f"note_{was}")(sitzung.pk, actor=geschaeftsstelle, now=SPAETER, **kwargs)

    return note


@pytest.fixture
def senden(geschaeftsstelle, deliver, senke):
    """Send the Nachversand of a meeting; return the mails by address (each address must have got exactly one)."""

    def senden(sitzung, grund="Die Zahlen des Kantons trafen erst heute ein."):
        nachversand.create_nachversand(sitzung.pk, grund=grund, actor=geschaeftsstelle, now=SPAETER)
        deliver(SPAETER)
        assert len(senke.recipients) == len(set(senke.recipients))
        return {u.an[0]: m for u, m in zip(senke.mails, senke.messages(), strict=True)}

    return senden


def papier(sitzung, titel="Bericht und Antrag"):
    return Unterlage.objects.get(traktandum__sitzung=sitzung, titel=titel)


def neues_traktandum(**kwargs):
    standard = {
        "titel": "Suchthilfe: Vertrag 2027",
        "art": "information",
        "thema": Traktandum.objects.exclude(thema=None).first().thema_id,
        "zusammenfassung": "Der Vertrag läuft aus.",
        "referent": "AGS",
        "minuten": 20,
        "position": None,
    }
    return standard | kwargs


# --- Rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reihe", "wuensche", "schluss", "danach"),
    [
        ("abc", [], 0, "abc"),
        ("", [("n", None)], 0, "n"),
        ("abc", [("n", None)], 0, "abcn"),
        ("abc", [("n", None)], 1, "abnc"),
        ("abc", [("n", None)], 3, "nabc"),
        ("abc", [("n", 1)], 1, "nabc"),
        ("abc", [("n", 99)], 1, "abcn"),
        ("abc", [("a", 3)], 1, "bca"),
        ("abc", [("c", 1)], 1, "cab"),
        ("abc", [("b", 2)], 1, "abc"),
        ("abc", [("n", None), ("m", None)], 1, "abnmc"),
        ("abc", [("n", 1), ("a", 1)], 1, "anbc"),
    ],
)
def test_agenda_after_adding_and_moving(reihe, wuensche, schluss, danach):
    assert "".join(umgestellt(list(reihe), wuensche, schluss=schluss)) == danach


@pytest.mark.parametrize(
    ("wahl", "tage", "neu"),
    [
        ("tag", 0, False),
        ("tag", 1, True),
        ("immer", 0, True),
        ("immer", 7, True),
        ("gelten", 0, False),
        ("gelten", 7, False),
    ],
)
def test_answers_are_asked_for_again_when_the_day_changes(wahl, tage, neu):
    spaet = FAELLIG + timedelta(days=tage, hours=2)

    assert antworten_neu(wahl, bisher=FAELLIG, neu=spaet) is neu


def test_unknown_choice_is_an_error():
    with pytest.raises(ValueError, match="vielleicht"):
        antworten_neu("vielleicht", bisher=FAELLIG, neu=FAELLIG)


# --- The preview is what is sent ------------------------------------------------------------------


def alles_vormerken(note, sitzung, geschaeftsstelle):
    """Note one change of each kind."""
    punkt = sitzung.traktanden.get(position=3)
    weg = make_unterlage(punkt, "Falsche Beilage", person=geschaeftsstelle)
    note("ersatz", sitzung, unterlage=papier(sitzung).uuid, datei=gespeichert("Neue Zahlen.pdf"))
    note("rueckzug", sitzung, unterlage=weg.uuid)
    note("papiere", sitzung, traktandum=punkt.uuid, dateien=[gespeichert("A.pdf"), gespeichert("B.pdf", typ="xlsx")])
    neu = note("traktandum", sitzung, dateien=[gespeichert("Vertrag.pdf")], **neues_traktandum(position=2))
    note("papiere", sitzung, traktandum=neu.uuid, dateien=[gespeichert("Anhang.pdf")])
    note("umstellung", sitzung, traktandum=punkt.uuid, position=1)
    note("streichung", sitzung, traktandum=sitzung.traktanden.get(position=2).uuid)


def test_preview_is_exactly_what_is_frozen(verschickt, note, geschaeftsstelle):
    alles_vormerken(note, verschickt, geschaeftsstelle)
    vorschau = load_nachversand(verschickt, grund="Es eilte.", now=SPAETER)
    vorher = load_inhalt(verschickt)

    versand = nachversand.create_nachversand(verschickt.pk, grund="Es eilte.", actor=geschaeftsstelle, now=SPAETER)

    assert vorher != load_inhalt(verschickt)
    assert versand.manifest == vorschau
    assert offene(verschickt) == []


def test_looking_at_the_preview_changes_nothing(verschickt, note, geschaeftsstelle):
    alles_vormerken(note, verschickt, geschaeftsstelle)
    vorher = load_inhalt(verschickt)

    load_nachversand(verschickt, grund="Es eilte.", now=SPAETER)

    assert load_inhalt(verschickt) == vorher
    assert Versand.objects.count() == 1


def test_all_changes_are_made_and_in_the_journal(verschickt, note, geschaeftsstelle):
    from konferenz.models import Journaleintrag

    alles_vormerken(note, verschickt, geschaeftsstelle)
    nachversand.create_nachversand(verschickt.pk, grund="Es eilte.", actor=geschaeftsstelle, now=SPAETER)

    reihe = [(t.titel, t.ausgang, t.angekuendigt_at) for t in verschickt.traktanden.order_by("position")]
    assert reihe == [
        ("Budgetwerte Sozialkosten 2027", "offen", FAELLIG),
        ("Begrüssung und Präsenz", "offen", FAELLIG),
        ("Suchthilfe: Vertrag 2027", "offen", SPAETER),
        ("Einheitliche Fallführung: Stand der Einführung", "zurueckgezogen", FAELLIG),
    ]
    assert [u.titel for u in Unterlage.objects.aktuell().order_by("traktandum__position", "position")] == [
        "Bericht und Antrag",
        "A",
        "B",
        "Vertrag",
        "Anhang",
    ]
    assert [f.datei.name for f in papier(verschickt).fassungen.order_by("nr")] == [
        "Bericht und Antrag.pdf",
        "Neue Zahlen.pdf",
    ]
    arten = list(Journaleintrag.objects.order_by("pk").values_list("art", flat=True))
    assert arten[arten.index("versand.nachversand") :] == [
        "versand.nachversand",
        "unterlage.ersetzt",
        "unterlage.zurueckgezogen",
        "unterlage.hinzugefuegt",
        "unterlage.hinzugefuegt",
        "traktandum.erstellt",
        "unterlage.hinzugefuegt",
        "unterlage.hinzugefuegt",
        "traktandum.verschoben",
        "traktandum.zurueckgezogen",
    ]


# --- Each recipient one mail, with only what changed ----------------------------------------------


def test_a_paper_replaced_reaches_everybody_once_and_says_only_that(verschickt, praesidium, leitgremium, note, senden):
    note("ersatz", verschickt, unterlage=papier(verschickt).uuid, datei=gespeichert("Neue Zahlen.pdf"))

    mails = senden(verschickt)

    assert set(mails) == {praesidium.email, leitgremium.email}
    for mail in mails.values():
        text = text_of(mail)
        assert mail["subject"].strip() == (
            "Sozialpräsidienkonferenz: Nachversand zur Sitzung 4/2026 vom 10. Dezember 2026"
        )
        assert "erhalten Sie eine neue Fassung." in text
        assert "Die Zahlen des Kantons trafen erst heute ein." in text
        assert "– Bericht und Antrag (Traktandum 3, Fassung 2, ersetzt Fassung 1, PDF, 1 Seite), beigelegt" in text
        assert "Begrüssung" not in text
        assert "Fallführung" not in text
        assert anhaenge(mail) == ["Neue Zahlen.pdf"]


def test_a_letter_of_items_names_added_moved_and_withdrawn(verschickt, praesidium, note, senden):
    punkt = verschickt.traktanden.get(position=3)
    note("traktandum", verschickt, dateien=[gespeichert("Vertrag.pdf")], **neues_traktandum(position=1))
    note("umstellung", verschickt, traktandum=punkt.uuid, position=2)
    note("streichung", verschickt, traktandum=verschickt.traktanden.get(position=2).uuid)

    text = text_of(senden(verschickt)[praesidium.email])

    assert "hat sich seit dem Versand Folgendes geändert." in text
    assert "NEUES TRAKTANDUM\n\n1. Suchthilfe: Vertrag 2027\n   Information · 14.00–14.20 Uhr · AGS\n" in text
    assert "Der Vertrag läuft aus." in text
    assert "– Vertrag (PDF, 1 Seite), beigelegt" in text
    assert "2. Budgetwerte Sozialkosten 2027\n   Bisher Traktandum 3" in text
    assert "Dadurch ändert sich die Nummer: 1 wird 3." in text
    assert "4. Einheitliche Fallführung: Stand der Einführung\n   Dieses Traktandum wird nicht behandelt." in text


def test_withdrawn_papers_are_named_and_do_not_open_any_more(
    verschickt, praesidium, leitgremium, note, senden, client, umfang_of
):
    weg = papier(verschickt)
    note("rueckzug", verschickt, unterlage=weg.uuid)

    mails = senden(verschickt, "Die Beilage enthielt einen Fehler.")

    for mail in mails.values():
        assert (
            "ZURÜCKGEZOGENE UNTERLAGEN\n\n– Bericht und Antrag (Traktandum 3, bitte nicht mehr verwenden)"
            in text_of(mail)
        )
        assert anhaenge(mail) == []
    client.force_login(praesidium)
    assert client.get(weg.get_absolute_url()).status_code == 404
    [punkt] = [p for p in lesen.load_punkte(Sitzung.objects.get(), umfang_of(praesidium)) if p.position == 3]
    assert (punkt.blaetter, punkt.zurueckgezogene) == ([], ("Bericht und Antrag",))


@pytest.mark.parametrize("was", ["neu", "ersetzt", "zurueck"])
def test_confidential_changes_never_reach_the_wide_circle(
    was, verschickt, praesidium, leitgremium, geschaeftsstelle, note, senden, umfang_of
):
    punkt = verschickt.traktanden.get(position=3)
    geheim = make_unterlage(punkt, "Personelles", person=geschaeftsstelle, vertraulich=True)
    if was == "neu":
        note(
            "papiere",
            verschickt,
            traktandum=punkt.uuid,
            dateien=[gespeichert("Personelles.pdf")],
            vertraulich_grund="Personendaten",
        )
    elif was == "ersetzt":
        note("ersatz", verschickt, unterlage=geheim.uuid, datei=gespeichert("Personelles.pdf"))
    else:
        note("rueckzug", verschickt, unterlage=geheim.uuid)

    mails = senden(verschickt)

    assert set(mails) == {praesidium.email}
    assert anhaenge(mails[praesidium.email]) == []
    assert "Personelles" in text_of(mails[praesidium.email])
    [seite] = [p for p in lesen.load_punkte(Sitzung.objects.get(), umfang_of(leitgremium)) if p.position == 3]
    assert "Personelles" not in str(seite)


def test_of_mixed_changes_the_wide_circle_hears_the_open_ones(
    verschickt, praesidium, leitgremium, geschaeftsstelle, note, senden
):
    punkt = verschickt.traktanden.get(position=3)
    note(
        "papiere",
        verschickt,
        traktandum=punkt.uuid,
        dateien=[gespeichert("Personelles.pdf")],
        vertraulich_grund="Personendaten",
    )
    note("papiere", verschickt, traktandum=punkt.uuid, dateien=[gespeichert("Tabelle.xlsx", typ="xlsx", seiten=None)])

    mails = senden(verschickt)

    assert "2 weitere Unterlagen" in text_of(mails[praesidium.email])
    assert "eine weitere Unterlage." in text_of(mails[leitgremium.email])
    assert "Personelles" not in mails[leitgremium.email].as_string()
    assert anhaenge(mails[leitgremium.email]) == ["Tabelle.xlsx"]


def test_a_paper_made_confidential_by_its_new_version_is_closed_to_the_wide_circle(
    verschickt, praesidium, leitgremium, note, senden, client
):
    note(
        "ersatz",
        verschickt,
        unterlage=papier(verschickt).uuid,
        datei=gespeichert("geheim.pdf"),
        vertraulich_grund="Personendaten",
    )

    mails = senden(verschickt)

    unterlage = papier(verschickt)
    assert set(mails) == {praesidium.email}
    assert (unterlage.klassifizierung, unterlage.vertraulich_grund) == ("vertraulich", "Personendaten")
    client.force_login(leitgremium)
    assert client.get(unterlage.get_absolute_url()).status_code == 404


# --- A dispatch still running is stopped first ----------------------------------------------------


def test_who_has_nothing_yet_gets_everything_who_has_it_only_the_change(
    bereite, praesidium, leitgremium, geschaeftsstelle, note, tick, deliver, senke
):
    tick()
    einladung = Versand.objects.get()
    erste = einladung.zustellungen.get(person=praesidium).sendung
    Sendung.objects.exclude(pk=erste.pk).update(faellig_at=FAELLIG + timedelta(days=3))
    deliver()
    note("ersatz", bereite, unterlage=papier(bereite).uuid, datei=gespeichert("Neue Zahlen.pdf"))

    nachversand.create_nachversand(bereite.pk, grund="Der Kanton rechnet.", actor=geschaeftsstelle, now=SPAETER)
    deliver(FAELLIG + timedelta(days=4))

    einladung.refresh_from_db()
    mails = [(u.an[0], m) for u, m in zip(senke.mails, senke.messages(), strict=True)]
    assert einladung.status == "gestoppt"
    assert [an for an, _ in mails] == [praesidium.email, praesidium.email, leitgremium.email]
    assert "Nachversand" in mails[1][1]["subject"]
    ganze = mails[2][1]
    assert "Unterlagen der Sitzung 4/2026 vom 10. Dezember 2026 zur Kenntnis" in ganze["subject"]
    assert "Begrüssung und Präsenz" in text_of(ganze)
    assert "Der Kanton rechnet." not in text_of(ganze)
    assert anhaenge(ganze) == ["Neue Zahlen.pdf"]
    with pytest.raises(VersandError, match="überholt"):
        versand_actions.resume_versand(einladung.pk, actor=geschaeftsstelle, now=SPAETER)


def test_a_member_who_has_nothing_yet_gets_the_einladung_with_its_calendar_entry(
    bereite, praesidium, geschaeftsstelle, note, tick, deliver, senke
):
    tick()
    note("streichung", bereite, traktandum=bereite.traktanden.get(position=2).uuid)

    nachversand.create_nachversand(bereite.pk, grund="Es eilte.", actor=geschaeftsstelle, now=SPAETER)
    deliver(SPAETER)

    mail = senke.only()
    assert "Einladung zur Sitzung 4/2026" in mail["subject"]
    assert "Information · zurückgezogen" in text_of(mail)
    assert anhaenge(mail) == ["Bericht und Antrag.pdf", "Sitzung-2026-4.ics"]


def test_nobody_is_invited_to_a_meeting_that_has_begun(
    verschickt, praesidium, leitgremium, geschaeftsstelle, deliver, senke
):
    """Papers handed in afterwards: whoever joined since gets them, and no Einladung."""
    spaet = make_person("Später")
    make_mandat(spaet, Sitz.objects.get(sozialregion__kuerzel="SRO"))
    danach = verschickt.ende_at + timedelta(days=1)
    wer = {"actor": geschaeftsstelle, "now": danach}
    nachversand.note_papiere(
        verschickt.pk, traktandum=verschickt.traktanden.get(position=3).uuid, dateien=[gespeichert("Folien.pdf")], **wer
    )

    nachversand.create_nachversand(verschickt.pk, grund="Wie gewünscht.", **wer)
    deliver(danach)

    assert sorted(senke.recipients) == sorted([praesidium.email, leitgremium.email, spaet.email])
    for mail in senke.messages():
        assert "Nachversand" in mail["subject"]
        assert "laden wir Sie" not in text_of(mail)
        assert anhaenge(mail) == ["Folien.pdf"]


def test_who_joins_later_gets_the_whole_meeting_as_it_stands(
    verschickt, geschaeftsstelle, note, senden, deliver, senke
):
    note("ersatz", verschickt, unterlage=papier(verschickt).uuid, datei=gespeichert("Neue Zahlen.pdf"))
    senden(verschickt)
    spaet = make_person("Später")
    make_mandat(spaet, Sitz.objects.get(sozialregion__kuerzel="SRO"))
    letzter = Versand.objects.get(art="nachversand")

    anzahl = versand_actions.add_neue_empfaenger(letzter.pk, actor=geschaeftsstelle, now=SPAETER)
    deliver(SPAETER)

    assert anzahl == 1
    assert senke.recipients.count(spaet.email) == 1
    mail = senke.messages()[-1]
    assert "Gerne laden wir Sie" in text_of(mail)
    assert anhaenge(mail) == ["Neue Zahlen.pdf", "Sitzung-2026-4.ics"]


# --- Moved and cancelled --------------------------------------------------------------------------


def kalender(mail):
    teil = next(t for t in mail.iter_attachments() if t.get_content_type() == "text/calendar")
    [event] = Calendar.from_ical(teil.get_content()).walk("VEVENT")
    return int(event["SEQUENCE"]), str(event["STATUS"]), event["DTSTART"].dt


@pytest.fixture
def verschieben(geschaeftsstelle, deliver, senke):
    def verschieben(sitzung, delta=timedelta(days=7), **kwargs):
        beginn = sitzung.beginn_at + delta
        termin = Termin(beginn_at=beginn, ende_at=beginn + timedelta(hours=2), ort="Konzertsaal")
        versand = aenderung.create_verschiebung(
            sitzung.pk,
            termin=termin,
            **{"grund": "Der Saal ist belegt.", "actor": geschaeftsstelle, "now": SPAETER} | kwargs,
        )
        deliver(SPAETER)
        return versand, {u.an[0]: m for u, m in zip(senke.mails, senke.messages(), strict=True)}

    return verschieben


def test_a_move_by_a_week_tells_only_the_new_date(verschickt, praesidium, leitgremium, verschieben, senke):
    _, mails = verschieben(verschickt)

    neu = verschickt.beginn_at + timedelta(days=7)
    assert sorted(senke.recipients) == sorted([praesidium.email, leitgremium.email])
    sitz, kenntnis = text_of(mails[praesidium.email]), text_of(mails[leitgremium.email])
    for text in (sitz, kenntnis):
        assert "Wann: Donnerstag, 17. Dezember 2026, 14.00–16.00 Uhr" in text
        assert "Bisher: Donnerstag, 10. Dezember 2026, 14.00 Uhr, Landhaus Solothurn" in text
        assert "Der Saal ist belegt." in text
        assert "TRAKTANDEN" not in text
        assert "Bericht und Antrag" not in text
    assert "Bitte antworten Sie nochmals" in sitz
    assert "antworten" not in kenntnis
    assert kalender(mails[praesidium.email]) == (1, "CONFIRMED", neu)
    assert anhaenge(mails[praesidium.email]) == ["Sitzung-2026-4.ics"]
    assert anhaenge(mails[leitgremium.email]) == []


def test_the_page_says_that_the_dossier_is_being_made_anew(verschickt, praesidium, geschaeftsstelle, note, client):
    note("ersatz", verschickt, unterlage=papier(verschickt).uuid, datei=gespeichert("Neue Zahlen.pdf"))
    nachversand.create_nachversand(verschickt.pk, grund="Neue Zahlen.", actor=geschaeftsstelle, now=SPAETER)
    verschickt.refresh_from_db()

    assert lesen.is_mappe_erwartet(verschickt, SPAETER)
    assert not lesen.is_mappe_erwartet(verschickt, SPAETER + timedelta(days=1))  # nobody tries any more
    Versand.objects.update(created_at=timezone.now())
    client.force_login(praesidium)
    assert "Die Sitzungsmappe wird neu erstellt" in client.get(verschickt.get_absolute_url()).text


@pytest.mark.parametrize(
    ("delta", "antworten", "neu"),
    [
        (timedelta(days=7), "tag", True),
        (timedelta(hours=1), "tag", False),
        (timedelta(hours=1), "immer", True),
        (timedelta(days=7), "gelten", False),
    ],
)
def test_given_answers_are_asked_for_again_or_stay(delta, antworten, neu, verschickt, praesidium, verschieben):
    region = Sitz.objects.get(sozialregion__kuerzel="SRTG")
    gegeben = Teilnahme.objects.get(sitzung=verschickt, sitz=region)  # made with the link of the Einladung
    gegeben.antwort, gegeben.antwort_at, gegeben.antwort_von = "zugesagt", FAELLIG, praesidium
    gegeben.antwort_kanal = "portal"
    gegeben.save()
    offen = Teilnahme.objects.get(sitzung=verschickt, sitz=Sitz.objects.get(sozialregion__kuerzel="SRO"))

    _, mails = verschieben(verschickt, delta, antworten=antworten)

    gegeben.refresh_from_db()
    offen.refresh_from_db()
    text = text_of(mails[praesidium.email])
    assert (gegeben.antwort, gegeben.neu_erbeten_at, offen.neu_erbeten_at) == (
        "zugesagt",
        SPAETER if neu else None,
        None,
    )
    assert ("Bitte antworten Sie nochmals" in text, "Ihre Antwort gilt weiter" in text) == (neu, not neu)


def test_answer_links_end_with_the_moved_meeting(verschickt, praesidium, verschieben):
    from django.db import transaction

    from mitglieder.models import Zugangslink
    from sitzungen.schritte.antwortlink import ensure_antwortlink

    teilnahme = Teilnahme.objects.get(sitzung=verschickt, sitz=Sitz.objects.get(sozialregion__kuerzel="SRTG"))
    with transaction.atomic():  # the one of the Einladung
        ensure_antwortlink(teilnahme, praesidium, actor=None, now=FAELLIG)

    verschieben(verschickt)

    verschickt.refresh_from_db()
    assert Zugangslink.objects.get().valid_until == verschickt.ende_at


def test_after_a_nachversand_a_move_carries_the_newest_papers(
    bereite, praesidium, geschaeftsstelle, note, tick, senke, deliver, verschieben
):
    tick()  # nobody has got anything yet
    note("ersatz", bereite, unterlage=papier(bereite).uuid, datei=gespeichert("Neue Zahlen.pdf"))
    nachversand.create_nachversand(bereite.pk, grund="Neue Zahlen.", actor=geschaeftsstelle, now=SPAETER)

    verschieben(bereite)

    mail = senke.only()
    assert anhaenge(mail) == ["Neue Zahlen.pdf", "Sitzung-2026-4.ics"]


def test_a_cancelled_meeting_tells_everybody_once(
    verschickt, praesidium, leitgremium, geschaeftsstelle, deliver, senke
):
    aenderung.create_absage(verschickt.pk, grund="Zu wenige Geschäfte.", actor=geschaeftsstelle, now=SPAETER)
    deliver(SPAETER)

    assert sorted(senke.recipients) == sorted([praesidium.email, leitgremium.email])
    mails = {u.an[0]: m for u, m in zip(senke.mails, senke.messages(), strict=True)}
    for mail in mails.values():
        text = text_of(mail)
        assert "vom Donnerstag, 10. Dezember 2026, findet nicht statt." in text
        assert "Zu wenige Geschäfte." in text
        assert "TRAKTANDEN" not in text
        assert "Wann:" not in text
    assert kalender(mails[praesidium.email])[:2] == (1, "CANCELLED")
    assert anhaenge(mails[leitgremium.email]) == []


# --- Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["entwurf", "abgesagt"])
def test_nothing_is_noted_without_an_einladung(status, freigegebene, note, geschaeftsstelle):
    zeiten = {"abgesagt_at": FAELLIG} if status == "abgesagt" else {"freigegeben_at": None}
    Sitzung.objects.filter(pk=freigegebene.pk).update(status=status, **zeiten)
    unterlage = papier(freigegebene)

    satz = "abgesagt" if status == "abgesagt" else "Einladung"
    with pytest.raises(VersandError, match=satz):
        note("rueckzug", freigegebene, unterlage=unterlage.uuid)
    with pytest.raises(VersandError, match=satz):
        nachversand.create_nachversand(freigegebene.pk, grund="x", actor=geschaeftsstelle, now=SPAETER)

    assert (Aenderung.objects.count(), Versand.objects.count()) == (0, 0)


@pytest.mark.parametrize("grund", ["", "   ", "\n"])
def test_no_nachversand_without_a_reason(grund, verschickt, note, geschaeftsstelle):
    note("rueckzug", verschickt, unterlage=papier(verschickt).uuid)

    with pytest.raises(VersandError, match="warum"):
        nachversand.create_nachversand(verschickt.pk, grund=grund, actor=geschaeftsstelle, now=SPAETER)

    assert papier(verschickt).is_entfernt is False


def test_no_nachversand_without_a_change(verschickt, geschaeftsstelle):
    with pytest.raises(VersandError, match="vor, was sich ändert"):
        nachversand.create_nachversand(verschickt.pk, grund="Darum.", actor=geschaeftsstelle, now=SPAETER)


@pytest.mark.parametrize("was", ["traktandum", "umstellung", "streichung"])
def test_the_agenda_is_not_changed_by_mail_once_the_meeting_has_begun(was, verschickt, geschaeftsstelle):
    punkt = verschickt.traktanden.get(position=3).uuid
    angaben = {
        "traktandum": neues_traktandum(),
        "umstellung": {"traktandum": punkt, "position": 1},
        "streichung": {"traktandum": punkt},
    }[was]

    with pytest.raises(VersandError, match="hat begonnen"):
        getattr(nachversand, f"note_{was}")(verschickt.pk, actor=geschaeftsstelle, now=verschickt.beginn_at, **angaben)
    nachversand.note_rueckzug(
        verschickt.pk, unterlage=papier(verschickt).uuid, actor=geschaeftsstelle, now=verschickt.beginn_at
    )

    assert Aenderung.objects.count() == 1


def test_one_thing_is_noted_once(verschickt, note):
    note("rueckzug", verschickt, unterlage=papier(verschickt).uuid)
    note("umstellung", verschickt, traktandum=verschickt.traktanden.get(position=3).uuid, position=1)

    with pytest.raises(VersandError, match="schon eine Änderung"):
        note("ersatz", verschickt, unterlage=papier(verschickt).uuid, datei=gespeichert())
    with pytest.raises(VersandError, match="schon eine Änderung"):
        note("streichung", verschickt, traktandum=verschickt.traktanden.get(position=3).uuid)
    with pytest.raises(VersandError, match="schon Traktandum 1"):
        note("umstellung", verschickt, traktandum=verschickt.traktanden.get(position=1).uuid, position=1)

    assert Aenderung.objects.count() == 2


def test_things_of_another_meeting_are_refused(verschickt, versandte_andere, note):
    fremd = versandte_andere.traktanden.get()

    with pytest.raises(VersandError, match="Traktandum gibt es nicht"):
        note("streichung", verschickt, traktandum=fremd.uuid)
    with pytest.raises(VersandError, match="Unterlage gibt es nicht"):
        note("rueckzug", verschickt, unterlage=fremd.unterlagen.get().uuid)
    with pytest.raises(VersandError, match="Traktandum gibt es nicht"):
        note("papiere", verschickt, traktandum=fremd.uuid, dateien=[gespeichert()])

    assert Aenderung.objects.count() == 0


@pytest.fixture
def versandte_andere(geschaeftsstelle):
    from tests.conftest import make_sitzung, make_traktandum

    andere = make_sitzung(3, beginn_at=FAELLIG + timedelta(days=90), status="versandt")
    make_unterlage(make_traktandum(andere), "Fremdes", person=geschaeftsstelle)
    return andere


def test_an_item_needs_what_the_agenda_asks_for(verschickt, note):
    with pytest.raises(VorbereitungError, match="Thema"):
        note("traktandum", verschickt, **neues_traktandum(thema=None))

    assert Aenderung.objects.count() == 0


def test_a_change_overtaken_meanwhile_stops_the_whole(verschickt, note, geschaeftsstelle):
    punkt = verschickt.traktanden.get(position=2)
    note("rueckzug", verschickt, unterlage=papier(verschickt).uuid)
    note("streichung", verschickt, traktandum=punkt.uuid)
    Traktandum.objects.filter(pk=punkt.pk).update(ausgang="verschoben")

    with pytest.raises(VersandError, match="inzwischen geändert"):
        nachversand.create_nachversand(verschickt.pk, grund="Darum.", actor=geschaeftsstelle, now=SPAETER)

    assert papier(verschickt).is_entfernt is False
    assert Versand.objects.count() == 1


def test_a_dropped_change_takes_its_file_along(verschickt, note, geschaeftsstelle):
    neu = note("traktandum", verschickt, dateien=[gespeichert("Vertrag.pdf")], **neues_traktandum())
    vorher = Datei.objects.count()

    nachversand.drop_aenderung(neu.pk, actor=geschaeftsstelle, now=SPAETER)
    nachversand.drop_aenderung(neu.pk, actor=geschaeftsstelle, now=SPAETER)  # somebody else was quicker

    assert Aenderung.objects.count() == 0
    assert Datei.objects.count() == vorher - 1


def test_what_is_sent_is_not_dropped(verschickt, note, senden, geschaeftsstelle):
    weg = note("rueckzug", verschickt, unterlage=papier(verschickt).uuid)
    senden(verschickt)

    with pytest.raises(VersandError, match="schon versandt"):
        nachversand.drop_aenderung(weg.pk, actor=geschaeftsstelle, now=SPAETER)


@pytest.mark.django_db(transaction=True)
def test_two_people_sending_at_one_instant_send_once(bereite, praesidium, leitgremium, note, tick, geschaeftsstelle):
    tick()
    for runde in range(5):
        datei = gespeichert(f"Fassung {runde}.pdf")
        note("ersatz", bereite, unterlage=papier(bereite).uuid, datei=datei)

        def senden():
            try:
                return nachversand.create_nachversand(
                    bereite.pk, grund="Darum.", actor=geschaeftsstelle, now=SPAETER
                ).nr
            except VersandError as error:
                return str(error)

        ergebnisse = at_one_moment(senden, senden)

        assert sorted(map(str, ergebnisse)) == [str(runde + 1), "Bitte merken Sie zuerst vor, was sich ändert."]
    assert papier(bereite).fassungen.count() == 6
    assert [v.zustellungen.count() for v in Versand.objects.filter(art="nachversand")] == [2] * 5


# --- The dossier and the meeting page -------------------------------------------------------------


def test_the_dossier_is_made_anew_after_a_nachversand(verschickt, note, senden, tick, monkeypatch):
    from sitzungen import pdf

    monkeypatch.setattr(pdf, "make_dossier", lambda inhalt, ausgelassen, *, stand: pdf.Dossier(pdf_bytes(2), 2, {}))
    einladung = Versand.objects.get()
    note("rueckzug", verschickt, unterlage=papier(verschickt).uuid)
    senden(verschickt)

    ohne = Sitzung.objects.get(pk=verschickt.pk).dossier
    tick(SPAETER)

    einladung.refresh_from_db()
    neu = Sitzung.objects.get(pk=verschickt.pk).dossier
    assert ohne is None
    assert neu is not None
    assert neu.pk != einladung.dossier_id  # what was sent stays with its dispatch


def test_meeting_page_says_in_words_what_changed(client, verschickt, praesidium, note, senden, geschaeftsstelle):
    alles_vormerken(note, verschickt, geschaeftsstelle)
    senden(verschickt)
    client.force_login(praesidium)

    seite = client.get(verschickt.get_absolute_url()).content.decode()

    for wort in (
        "bisher Traktandum 3",
        "neu seit 4.12.2026",
        "ersetzt Fassung 1 seit 4.12.2026",
        "zurückgezogen",
    ):
        assert wort in seite
    assert "Falsche Beilage" in seite


def test_moved_and_cancelled_stand_on_the_meeting_page(client, verschickt, praesidium, verschieben, geschaeftsstelle):
    verschieben(verschickt)
    client.force_login(praesidium)
    verschoben = client.get(verschickt.get_absolute_url()).content.decode()
    aenderung.create_absage(verschickt.pk, grund="Zu wenige Geschäfte.", actor=geschaeftsstelle, now=SPAETER)
    abgesagt = client.get(verschickt.get_absolute_url()).content.decode()

    assert "bisher Donnerstag, 10. Dezember 2026, 14.00" in verschoben
    assert "Diese Sitzung ist abgesagt" in abgesagt


# --- The pages ------------------------------------------------------------------------------------

WEGE = ["", "unterlage/", "ersatz/", "rueckzug/", "traktandum/", "reihenfolge/", "streichung/"]


@pytest.mark.parametrize("weg", WEGE)
def test_pages_are_the_offices_alone(weg, verschickt, vorsitz, praesidium, leitgremium, geschaeftsstelle, client):
    codes = {}
    for person in (vorsitz, praesidium, leitgremium, geschaeftsstelle):
        client.force_login(person)
        codes[person.nachname] = client.get(f"{BASIS}{weg}").status_code

    assert codes == {"Vorsitz": 404, "Präsidium": 404, "Leitgremium": 404, "Büro": 200}


def test_office_notes_looks_and_sends(client, verschickt, geschaeftsstelle, pdf_upload, deliver, senke, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: SPAETER)
    client.force_login(geschaeftsstelle)
    unterlage = papier(verschickt)

    leer = client.post(BASIS, {"grund": "Neue Zahlen."})
    vorgemerkt = client.post(f"{BASIS}ersatz/", {"unterlage": unterlage.uuid, "datei": pdf_upload("Zahlen.pdf")})
    seite = client.get(BASIS)
    ohne_grund = client.post(BASIS, {"grund": " "})
    vorschau = client.post(BASIS, {"grund": "Neue Zahlen."})
    zurueck = client.post(BASIS, {"grund": "Neue Zahlen.", "zurueck": "1"})
    noch_nichts = (Versand.objects.count(), unterlage.fassungen.count())
    senden = client.post(BASIS, {"grund": "Neue Zahlen.", "senden": "1"})
    deliver(SPAETER)

    assert "Bitte merken Sie zuerst vor" in leer.content.decode()
    assert (vorgemerkt.status_code, vorgemerkt["Location"]) == (302, BASIS)
    assert "Unterlage ersetzen, Traktandum 3" in seite.content.decode()
    assert "warum sich etwas ändert" in ohne_grund.content.decode()
    assert "2 Personen erhalten je eine Mail" in vorschau.content.decode()
    assert f"{BASIS}vorschau/einladung/?grund=Neue+Zahlen." in vorschau.content.decode()
    assert "Neue Zahlen.</textarea>" in zurueck.content.decode()
    assert noch_nichts == (1, 1)
    assert senden.status_code == 302
    assert len(senke.mails) == 2
    lauf = client.get(senden["Location"]).content.decode()
    assert "Mitteilung an die Sitze: 1" in lauf
    assert "Einladung: 1" not in lauf


@pytest.mark.parametrize("brief", ["einladung", "kenntnis"])
def test_previewed_letter_stands_in_a_frame_under_its_own_policy(client, verschickt, geschaeftsstelle, note, brief):
    note("rueckzug", verschickt, unterlage=papier(verschickt).uuid)
    client.force_login(geschaeftsstelle)

    antwort = client.get(f"{BASIS}vorschau/{brief}/", {"grund": "Darum <b>."})

    assert antwort["Content-Security-Policy"].startswith("sandbox ")
    assert "Darum &lt;b&gt;." in antwort.content.decode()
    assert client.get(f"{BASIS}vorschau/{brief}/").status_code == 404
    assert client.get(f"{BASIS}vorschau/liebesbrief/", {"grund": "x"}).status_code == 404
    assert client.get(f"/sitzungen/2026-4/versand/mahnung/vorschau/{brief}/", {"grund": "x"}).status_code == 404


def test_each_kind_of_change_by_its_form(client, verschickt, geschaeftsstelle, pdf_upload, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: SPAETER)
    client.force_login(geschaeftsstelle)
    punkte = {t.position: t for t in verschickt.traktanden.all()}
    thema = punkte[2].thema_id

    codes = [
        client.post(f"{BASIS}{weg}/", daten).status_code
        for weg, daten in (
            (
                "traktandum",
                {"titel": "Suchthilfe", "art": "entscheid", "thema": thema, "minuten": 15, "position": 2}
                | {"dateien": pdf_upload("Vertrag.pdf")},
            ),
            ("reihenfolge", {"traktandum": punkte[3].uuid, "position": 1}),
            ("streichung", {"traktandum": punkte[2].uuid}),
            ("unterlage", {"traktandum": punkte[1].uuid, "dateien": [pdf_upload("A.pdf"), pdf_upload("B.pdf")]}),
            ("rueckzug", {"unterlage": papier(verschickt).uuid}),
        )
    ]

    assert codes == [302] * 5
    assert [(a.art, a.name) for a in offene(verschickt)] == [
        ("traktandum_neu", "Suchthilfe"),
        ("papier_neu", "Vertrag"),
        ("traktandum_verschoben", "Budgetwerte Sozialkosten 2027"),
        ("traktandum_zurueck", "Einheitliche Fallführung: Stand der Einführung"),
        ("papier_neu", "A"),
        ("papier_neu", "B"),
        ("papier_zurueck", "Bericht und Antrag"),
    ]
    neu = offene(verschickt)[0]
    assert reihe_danach(verschickt, offene(verschickt)) == [
        str(u) for u in (punkte[3].uuid, punkte[1].uuid, neu.uuid, punkte[2].uuid)
    ]


def test_bad_input_stands_at_its_field_and_stores_nothing(client, verschickt, geschaeftsstelle, pdf_upload, settings):
    client.force_login(geschaeftsstelle)
    vorher = sorted(p.name for p in settings.MEDIA_ROOT.iterdir())
    punkt = verschickt.traktanden.get(position=3).uuid

    antworten = [
        client.post(f"{BASIS}unterlage/", {"traktandum": punkt, "dateien": pdf_upload("Kaputt.pdf", b"%PDF-1.4 x")}),
        client.post(f"{BASIS}unterlage/", {"traktandum": punkt, "titel": "x" * 300, "dateien": pdf_upload("A.pdf")}),
        client.post(f"{BASIS}unterlage/", {"traktandum": "quatsch", "dateien": pdf_upload("A.pdf")}),
        client.post(f"{BASIS}ersatz/", {"unterlage": ""}),
        client.post(f"{BASIS}traktandum/", {"titel": "x" * 300, "art": "information"}),
        client.post(f"{BASIS}reihenfolge/", {"traktandum": punkt, "position": 99}),
        client.post(BASIS, {"grund": "x" * 501}),
    ]

    assert [a.status_code for a in antworten] == [200] * 7
    assert "Kaputt.pdf" in antworten[0].content.decode()
    assert sorted(p.name for p in settings.MEDIA_ROOT.iterdir()) == vorher
    assert Aenderung.objects.count() == 0


def test_drop_is_the_offices(client, verschickt, note, geschaeftsstelle, vorsitz):
    weg = note("rueckzug", verschickt, unterlage=papier(verschickt).uuid)
    url = f"/aenderungen/{weg.uuid}/verwerfen/"

    client.force_login(vorsitz)
    fremd = client.post(url).status_code
    client.force_login(geschaeftsstelle)
    eigen = client.post(url)

    assert fremd == 404
    assert (eigen.status_code, Aenderung.objects.count()) == (302, 0)


@pytest.mark.parametrize("anzahl", [1, 3])
def test_page_asks_the_database_as_often_for_three_as_for_one(
    anzahl, client, verschickt, note, geschaeftsstelle, django_assert_num_queries
):
    punkt = verschickt.traktanden.get(position=3).uuid
    note("papiere", verschickt, traktandum=punkt, dateien=[gespeichert(f"{n}.pdf") for n in range(anzahl)])
    client.force_login(geschaeftsstelle)
    client.get(BASIS)

    with django_assert_num_queries(QUERIES):
        client.get(BASIS)


QUERIES = 5


@pytest.mark.parametrize("art", ["verschiebung", "absage"])
def test_a_move_and_a_cancellation_are_looked_at_first(client, verschickt, geschaeftsstelle, art, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: SPAETER)
    client.force_login(geschaeftsstelle)
    url = f"/sitzungen/2026-4/versand/{art}/"
    daten = {"grund": "Der Saal ist belegt."}
    if art == "verschiebung":
        daten |= {"datum": "2026-12-17", "von": "14:00", "bis": "16:00", "form": "vor_ort", "ort": "Konzertsaal"}
        daten |= {"antworten": "tag"}

    vorschau = client.post(url, daten)
    bisher = Versand.objects.count()
    brief = client.get(f"{url}vorschau/einladung/", daten)
    zurueck = client.post(url, daten | {"zurueck": "1"})
    gesandt = client.post(url, daten | {"senden": "1"})

    assert "2 Personen erhalten je eine Mail" in vorschau.content.decode()
    assert bisher == 1
    assert "Der Saal ist belegt." in brief.content.decode()
    assert "Der Saal ist belegt.</textarea>" in zurueck.content.decode()
    assert gesandt.status_code == 302
    assert Versand.objects.get(art=art).zustellungen.count() == 2


# --- A noted replacement makes room for a newer one -------------------------------------------------


def test_a_newer_replacement_takes_the_place_of_the_noted_one(verschickt, note):
    unterlage = Unterlage.objects.first()
    alt = note("ersatz", verschickt, unterlage=unterlage.uuid, datei=gespeichert("Alt.pdf"))
    with pytest.raises(VersandError, match="schon eine Änderung vorgemerkt"):
        note("ersatz", verschickt, unterlage=unterlage.uuid, datei=gespeichert())

    neu = note("ersatz", verschickt, unterlage=unterlage.uuid, datei=gespeichert(), statt_frueherer=True)

    assert list(Aenderung.objects.all()) == [neu]
    assert not Datei.objects.filter(pk=alt.datei_id).exists()


def test_a_refused_replacement_leaves_the_noted_one(verschickt, note):
    unterlage = Unterlage.objects.first()
    alt = note("ersatz", verschickt, unterlage=unterlage.uuid, datei=gespeichert("Alt.pdf"))
    Unterlage.objects.filter(pk=unterlage.pk).update(is_entfernt=True)

    with pytest.raises(VersandError, match="gibt es nicht mehr"):
        note("ersatz", verschickt, unterlage=unterlage.uuid, datei=gespeichert(), statt_frueherer=True)

    assert list(Aenderung.objects.all()) == [alt]
    assert Datei.objects.filter(pk=alt.datei_id).exists()
