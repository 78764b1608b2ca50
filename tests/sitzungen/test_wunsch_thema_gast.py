"""Members' wishes, the topics by year, guests."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from konferenz.dateien import store_upload
from konferenz.models import Journaleintrag, Sendung
from mitglieder.models import Person
from mitglieder.permissions import Recht, has_recht
from sitzungen.actions import gast as gast_actions
from sitzungen.actions import thema as thema_actions
from sitzungen.actions import traktandum as traktandum_actions
from sitzungen.actions import wunsch as actions
from sitzungen.mails.wunsch import build_antwort
from sitzungen.models import Sitzung, Thema, Traktandenwunsch, Unterlage
from sitzungen.queries import gast as gast_queries
from sitzungen.queries import thema as thema_queries
from sitzungen.schritte.vorbereitung import VorbereitungError
from tests.conftest import make_person, make_sitzung, make_traktandum, make_unterlage, pdf_bytes

pytestmark = pytest.mark.django_db(transaction=True)
MITGLIEDER = {"geschaeftsstelle", "vorsitz", "praesidium", "berater"}


@pytest.fixture
def wunsch(praesidium, now):
    datei = store_upload(SimpleUploadedFile("Suchthilfe.pdf", pdf_bytes()))
    return actions.create_wunsch(
        titel="Suchthilfe",
        thema=Thema.objects.get(nr=8).pk,
        begruendung="Die Kosten steigen.",
        datei=datei,
        actor=praesidium,
        now=now,
    )


def login(client, person):
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_wish_becomes_an_item_with_its_paper(wunsch, sitzung, geschaeftsstelle, praesidium, now):
    traktandum = actions.accept_wunsch(wunsch.pk, sitzung.pk, art="entscheid", actor=geschaeftsstelle, now=now)

    wunsch.refresh_from_db()
    unterlage = traktandum.unterlagen.get()
    assert (traktandum.titel, traktandum.art, traktandum.thema.nr, traktandum.wunsch) == (
        "Suchthilfe",
        "entscheid",
        8,
        wunsch,
    )
    assert (unterlage.titel, unterlage.fassungen.get().datei) == ("Suchthilfe", wunsch.datei)
    assert (wunsch.status, wunsch.erledigt_at) == ("uebernommen", now)
    with pytest.raises(VorbereitungError, match="bereits erledigt"):
        actions.accept_wunsch(wunsch.pk, sitzung.pk, art="entscheid", actor=geschaeftsstelle, now=now)
    assert sitzung.traktanden.count() == 1


def test_an_item_taken_off_lets_its_wish_wait_again(wunsch, sitzung, geschaeftsstelle, now):
    traktandum = actions.accept_wunsch(wunsch.pk, sitzung.pk, art="entscheid", actor=geschaeftsstelle, now=now)

    traktandum_actions.remove_traktandum(traktandum.pk, actor=geschaeftsstelle, now=now)

    assert thema_queries.wartende_wuensche() == [wunsch]


def test_a_declined_wish_is_answered_by_mail(wunsch, geschaeftsstelle, praesidium, now):
    with pytest.raises(VorbereitungError) as fehler:
        actions.decline_wunsch(wunsch.pk, antwort=" ", actor=geschaeftsstelle, now=now)
    assert fehler.value.feld == "antwort"

    actions.decline_wunsch(wunsch.pk, antwort="Das behandelt der Vorstand.", actor=geschaeftsstelle, now=now)

    sendung = Sendung.objects.get()
    assert (sendung.an_adresse, sendung.betreff) == (praesidium.email, "Antwort auf Ihren Traktandenwunsch")
    mail = build_antwort(sendung)
    assert "Das behandelt der Vorstand." in mail.body
    assert "Das behandelt der Vorstand." in mail.alternatives[0].content


def test_a_wish_is_withdrawn_once(wunsch, praesidium, now):
    actions.withdraw_wunsch(wunsch.pk, actor=praesidium, now=now)

    with pytest.raises(VorbereitungError):
        actions.withdraw_wunsch(wunsch.pk, actor=praesidium, now=now)


def test_who_may_wish_and_whose_wish_one_sees(client, cast, wunsch):
    seite = {
        name: login(client, person).get(reverse("sitzungen:wunsch-list")).status_code for name, person in cast.items()
    }
    url = reverse("sitzungen:wunsch-unterlage", args=[wunsch.uuid])
    papier = {}
    for name, person in cast.items():
        antwort = login(client, person).get(url)
        papier[name] = antwort.status_code
        antwort.close()
    weg = reverse("sitzungen:wunsch-withdraw", args=[wunsch.uuid])
    fremd = {n: login(client, p).post(weg).status_code for n, p in cast.items() if n != "praesidium"}

    assert seite == {name: 200 if name in MITGLIEDER else 404 for name in cast}
    assert papier == {name: 200 if name in {"geschaeftsstelle", "vorsitz", "praesidium"} else 404 for name in cast}
    assert set(fremd.values()) == {404}
    assert Traktandenwunsch.objects.get().status == "offen"


def test_a_member_sends_a_wish_and_keeps_what_was_typed_when_its_paper_is_bad(client, praesidium):
    url = reverse("sitzungen:wunsch-list")
    daten = {"titel": "Pflege", "thema": Thema.objects.get(nr=8).pk, "begruendung": "Tarife"}
    login(client, praesidium)

    antwort = client.post(url, {**daten, "datei": SimpleUploadedFile("x.pdf", b"kaputt")})
    text = antwort.content.decode()
    assert "«x.pdf»" in text
    assert 'value="Pflege"' in text
    assert Traktandenwunsch.objects.count() == 0

    antwort = client.post(url, daten, follow=True)
    assert "Ihr Traktandenwunsch liegt bei der Geschäftsstelle." in antwort.content.decode()
    assert Traktandenwunsch.objects.get().person == praesidium


def test_a_wish_waits_beside_the_agenda(client, wunsch, sitzung, geschaeftsstelle):
    login(client, geschaeftsstelle)

    seite = client.get(reverse("sitzungen:traktandum-list", args=[sitzung.kennung])).content.decode()
    antwort = client.post(
        reverse("sitzungen:wunsch-accept", args=[sitzung.kennung, wunsch.uuid]), {"art": "information"}, follow=True
    )

    assert "Die Kosten steigen." in seite
    assert "«Suchthilfe» steht jetzt auf der Traktandenliste." in antwort.content.decode()


THEMEN_SEHEND = {"geschaeftsstelle", "vorsitz", "praesidium", "berater", "leitgremium"}


def test_topics_show_only_what_the_person_may_see(client, cast, versandte):
    gefunden = {}
    for name, person in cast.items():
        antwort = login(client, person).get(reverse("sitzungen:thema-list"))
        text = antwort.content.decode()
        gefunden[name] = (
            antwort.status_code,
            "Budgetwerte Sozialkosten 2027" in text,
            "Vertrauliche Beilage" in text,
        )

    offen = {"geschaeftsstelle", "vorsitz", "praesidium", "berater"}
    assert gefunden == {
        name: (200, True, True)
        if name in offen
        else (200, True, False)
        if name == "leitgremium"
        else (404, False, False)
        for name in cast
    }


def test_topics_name_the_meeting_in_words(client, cast, versandte):
    Sitzung.objects.filter(pk=versandte.pk).update(
        art="ausserordentlich", nr=1, einberufen_on=versandte.versandt_at, grund="Eile"
    )

    text = login(client, cast["praesidium"]).get(reverse("sitzungen:thema-list")).content.decode()

    assert "1. ausserordentliche Sitzung 2026, 10. Dezember 2026, Traktandum" in text
    assert "a1/2026" not in text


def test_topics_hide_an_agenda_in_preparation(client, cast, versandte):
    Sitzung.objects.update(status="entwurf", versandt_at=None, freigegeben_at=None)

    text = login(client, cast["praesidium"]).get(reverse("sitzungen:thema-list")).content.decode()

    assert "Budgetwerte Sozialkosten 2027" not in text
    assert "Lastenausgleich" in text


def test_topics_take_the_same_queries_for_one_item_and_for_three(client, geschaeftsstelle, versandte):
    login(client, geschaeftsstelle)
    zahlen = []
    for _ in range(2):
        client.get(reverse("sitzungen:thema-list"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("sitzungen:thema-list")).status_code == 200
        zahlen.append(len(queries))
        for nr in (5, 6):
            traktandum = make_traktandum(versandte, f"Mehr {nr}", thema=Thema.objects.get(nr=nr))
            make_unterlage(traktandum, person=geschaeftsstelle)

    assert zahlen[0] == zahlen[1]


@pytest.mark.parametrize(
    ("jahre", "offen", "satz"),
    [
        ([0, 1, 2], 0, "{} nicht behandelt"),  # this year where it has items
        ([-1, 1], -1, "{} nicht behandelt"),  # else the latest before it
        ([1, 2], 1, "Für {} noch nicht traktandiert"),  # else what comes first
    ],
)
def test_topics_open_on_the_year_that_matters(client, geschaeftsstelle, jahre, offen, satz):
    heuer = timezone.localdate().year
    for jahr in jahre:
        beginn = datetime(heuer + jahr, 3, 12, 13, 0, tzinfo=UTC)
        make_traktandum(make_sitzung(1, beginn_at=beginn), f"Geschäft {jahr}")

    antwort = login(client, geschaeftsstelle).get(reverse("sitzungen:thema-list"))

    assert f"Geschäft {offen}<" in antwort.text
    assert antwort.text.count(satz.format(heuer + offen)) == 7
    kuenftig = client.get(reverse("sitzungen:thema-list"), {"jahr": heuer + max(jahre)})
    assert (f"{heuer + max(jahre)} nicht behandelt" in kuenftig.text) is (max(jahre) <= 0)


def test_a_further_topic_names_its_decision(geschaeftsstelle, now):
    thema = thema_actions.create_thema(
        bezeichnung="Integration",
        beschluss="Sitzung 3/2026",
        beschlossen_on=date(2026, 9, 17),
        actor=geschaeftsstelle,
        now=now,
    )

    assert (thema.nr, Journaleintrag.objects.get().art) == (9, "thema.aufgenommen")
    for name, tag in [("integration", date(2026, 9, 17)), ("Anderes", now.date() + timedelta(days=1))]:
        with pytest.raises(VorbereitungError):
            thema_actions.create_thema(
                bezeichnung=name, beschluss="x", beschlossen_on=tag, actor=geschaeftsstelle, now=now
            )


def admit(sitzung, geschaeftsstelle, now, **felder):
    angaben = {
        "traktandum_pk": None,
        "vorname": "Eva",
        "nachname": "Beispiel",
        "email": "eva@portal.test",
        "vertraulich": False,
        **felder,
    }
    return gast_actions.admit_gast(sitzung.pk, actor=geschaeftsstelle, now=now, **angaben)


def test_an_unknown_guest_becomes_a_person_who_can_log_in(versandte, geschaeftsstelle, umfang_of, now):
    person = admit(versandte, geschaeftsstelle, now)

    person.refresh_from_db()
    assert (person.name, person.login) == ("Eva Beispiel", "eva@portal.test")
    assert [u.titel for u in Unterlage.objects.visible_to(umfang_of(person))] == ["Budgetwerte"]
    assert admit(versandte, geschaeftsstelle, now, nachname="BEISPIEL", email="EVA@portal.test") == person
    assert Person.objects.filter(nachname="Beispiel").count() == 1


def test_a_narrower_admission_replaces_a_wider_one(versandte, geschaeftsstelle, umfang_of, now):
    admit(versandte, geschaeftsstelle, now, vertraulich=True)
    person = admit(versandte, geschaeftsstelle, now, vertraulich=False)

    assert Unterlage.objects.visible_to(umfang_of(person)).count() == 1
    assert [(z.person, z.traktandum, z.vertraulich) for z in gast_queries.zulassungen(versandte)] == [
        (person, None, False)
    ]


def test_a_guest_of_one_item_and_the_end_of_it(versandte, geschaeftsstelle, umfang_of, now):
    traktandum = versandte.traktanden.get()
    person = admit(versandte, geschaeftsstelle, now, traktandum_pk=traktandum.pk)
    assert has_recht(umfang_of(person), Recht.SITZUNG_SEHEN, traktandum)

    gast_actions.dismiss_gast(
        versandte.pk, traktandum_pk=traktandum.pk, person_pk=person.pk, actor=geschaeftsstelle, now=now
    )

    assert not has_recht(umfang_of(person), Recht.SITZUNG_SEHEN, traktandum)
    assert list(Journaleintrag.objects.values_list("art", flat=True)) == [
        "person.erfasst",
        "gast.zugelassen",
        "gast.ausgeladen",
    ]


def test_an_item_of_another_meeting_cannot_be_granted(versandte, geschaeftsstelle, now):
    fremdes = make_traktandum(make_sitzung(1, beginn_at=versandte.beginn_at + timedelta(days=90)))

    with pytest.raises(VorbereitungError):
        admit(versandte, geschaeftsstelle, now, traktandum_pk=fremdes.pk)

    assert not Person.objects.filter(nachname="Beispiel").exists()


def test_the_guests_page_admits_and_dismisses(client, sitzung, geschaeftsstelle):
    login(client, geschaeftsstelle)
    url = reverse("sitzungen:gast-list", args=[sitzung.kennung])

    antwort = client.post(
        url, {"vorname": "Eva", "nachname": "Beispiel", "email": "eva@portal.test", "vertraulich": "on"}, follow=True
    )
    text = antwort.content.decode()
    assert "Eva Beispiel ist zugelassen." in text
    assert "auch vertrauliche Unterlagen" in text

    person = Person.objects.get(nachname="Beispiel")
    antwort = client.post(reverse("sitzungen:gast-dismiss", args=[sitzung.kennung]), {"person": person.pk}, follow=True)
    assert "Eva Beispiel ist nicht mehr zugelassen." in antwort.content.decode()
    assert gast_queries.zulassungen(sitzung) == []


def share(*vornamen, email):
    """Return people of one surname who have one address: mail yes, login no."""
    leute = [make_person("Beispiel", vorname=vorname, email="") for vorname in vornamen]
    Person.objects.filter(nachname="Beispiel").update(email=email)
    return leute


def test_one_of_a_couple_with_one_address_is_the_one_with_that_given_name(versandte, geschaeftsstelle, now):
    eva, adam = share("Eva", "Adam", email="beispiel@portal.test")

    assert admit(versandte, geschaeftsstelle, now, vorname="adam", email="Beispiel@portal.test") == adam
    assert admit(versandte, geschaeftsstelle, now, vorname="Eva", email="beispiel@portal.test") == eva


@pytest.mark.parametrize(("vorname", "nachname"), [("Adam", "Beispiel"), ("Eva", "Anders"), ("", "Beispiel")])
def test_who_is_meant_is_asked_where_the_name_is_not_that_of_the_address(
    client, sitzung, geschaeftsstelle, vorname, nachname
):
    eva = make_person("Beispiel", vorname="Eva", email="eva@portal.test")
    url = reverse("sitzungen:gast-list", args=[sitzung.kennung])
    daten = {"vorname": vorname or "E.", "nachname": nachname, "email": "eva@portal.test"}
    login(client, geschaeftsstelle)

    seite = client.post(url, daten).content.decode()

    assert "Unter dieser Adresse steht im Portal schon Eva Beispiel." in seite
    assert f'type="radio" name="gemeint" value="{eva.uuid}"' in seite
    assert f'value="{nachname}"' in seite
    assert gast_queries.zulassungen(sitzung) == []
    eva.refresh_from_db()
    assert eva.login == "eva@portal.test"

    assert client.post(url, {**daten, "email": "neu@portal.test", "gemeint": eva.uuid}).status_code == 302
    assert client.post(url, {**daten, "gemeint": eva.uuid}).status_code == 302
    gaeste = [z.person for z in gast_queries.zulassungen(sitzung)]
    assert eva in gaeste
    assert len(gaeste) == 2


@pytest.mark.parametrize("email", ["eva\0@portal.test", "eva", ""])
def test_a_choice_beside_an_address_that_is_none_is_asked_at_the_address(client, sitzung, geschaeftsstelle, email):
    login(client, geschaeftsstelle)
    daten = {"vorname": "Eva", "nachname": "Beispiel", "email": email, "gemeint": str(geschaeftsstelle.uuid)}

    antwort = client.post(reverse("sitzungen:gast-list", args=[sitzung.kennung]), daten)

    assert antwort.status_code == 200
    assert "email" in antwort.context["form"].errors


def test_two_of_one_name_and_address_are_asked_about(versandte, geschaeftsstelle, now):
    doppelte = share("Eva", "Eva", email="eva@portal.test")

    with pytest.raises(gast_actions.GastUnklar, match="stehen im Portal schon Eva Beispiel und Eva Beispiel"):
        admit(versandte, geschaeftsstelle, now, email="eva@portal.test")

    assert admit(versandte, geschaeftsstelle, now, email="eva@portal.test", gemeint=doppelte[1].uuid) == doppelte[1]


def test_only_a_hybrid_meeting_asks_whether_a_guest_comes_by_video(client, sitzung, geschaeftsstelle):
    url = reverse("sitzungen:gast-list", args=[sitzung.kennung])
    punkt = make_traktandum(sitzung, "Suchthilfe")
    login(client, geschaeftsstelle)
    assert 'name="video"' not in client.get(url).content.decode()
    Sitzung.objects.filter(pk=sitzung.pk).update(form="hybrid", form_entscheid_on=date(2026, 9, 1))
    daten = {"vorname": "Eva", "nachname": "Beispiel", "email": "eva@portal.test", "traktandum": punkt.pk}

    seite = client.post(url, {**daten, "video": "on"}, follow=True).content.decode()
    mit = [z.video for z in gast_queries.zulassungen(sitzung)]
    client.post(url, daten)

    assert f"Traktandum {punkt.position}, per Video" in seite
    assert mit == [True]
    assert [z.video for z in gast_queries.zulassungen(sitzung)] == [False]
