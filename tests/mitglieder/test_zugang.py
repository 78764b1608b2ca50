from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from konferenz.models import Journaleintrag, Sendung
from mitglieder import mails
from mitglieder.actions import MitgliederError
from mitglieder.actions import zugang as actions
from mitglieder.models import Funktion, Leitgremium, Person, Zugangslink
from mitglieder.permissions import Rolle, umfang
from tests import gleichzeitig
from tests.conftest import make_person

pytestmark = pytest.mark.django_db(transaction=True)
at_one_moment = partial(gleichzeitig.at_one_moment, abgewiesen=MitgliederError)
NEU = "Ganz-neues-Passwort-9"


@pytest.fixture
def eingeladene():
    person = make_person("Neu")
    person.set_unusable_password()
    person.save()
    return person


def invite(person):
    return actions.invite_person(person.pk, actor=None, now=timezone.now())


def accept(client, link, **daten):
    return client.post(link.path, {"passwort": NEU, "nochmals": NEU, **daten})


def who(client):
    return int(client.session[SESSION_KEY]) if SESSION_KEY in client.session else None


def test_invitation_is_looked_at_without_being_consumed_and_accepted_once(eingeladene):
    link, client, spaeter = invite(eingeladene), Client(), Client()

    for _ in range(2):
        assert client.get(link.path).status_code == 200
        assert client.head(link.path).status_code in {200, 405}
    angenommen = accept(client, link, email="boese@evil.example", rolle="geschaeftsstelle")
    nochmals = accept(spaeter, link)

    eingeladene.refresh_from_db()
    assert (angenommen.status_code, angenommen.headers["Location"]) == (302, "/")
    assert who(client) == eingeladene.pk
    assert (eingeladene.email, eingeladene.check_password(NEU)) == ("andrea.neu@portal.test", True)
    assert Funktion.objects.count() == 0
    assert (nochmals.status_code, who(spaeter)) == (404, None)
    assert spaeter.get(link.path).status_code == 404
    assert Person.objects.get_queryset().count() == 1


def test_invitation_without_a_password_lets_the_code_do_it(eingeladene):
    link, client = invite(eingeladene), Client()

    client.post(link.path, {"passwort": "", "nochmals": ""})

    eingeladene.refresh_from_db()
    assert (who(client), eingeladene.has_usable_password()) == (eingeladene.pk, False)


@pytest.mark.parametrize(
    ("passwort", "nochmals"), [("kurz", "kurz"), (NEU, "anders"), ("passwort1234", "passwort1234"), ("", NEU)]
)
def test_weak_password_leaves_the_invitation_good(eingeladene, passwort, nochmals):
    link, client = invite(eingeladene), Client()

    antwort = client.post(link.path, {"passwort": passwort, "nochmals": nochmals})

    gut = (passwort, nochmals) == ("passwort1234", "passwort1234")  # long enough and not on the list of common ones
    assert (antwort.status_code == 200) is not gut
    assert Zugangslink.objects.usable(timezone.now()).exists() is not gut


def test_expired_withdrawn_replaced_and_unknown_look_the_same(eingeladene):
    abgelaufen = invite(eingeladene)
    Zugangslink.objects.filter(pk=abgelaufen.pk).update(valid_until=timezone.now() - timedelta(seconds=1))
    ersetzt = invite(eingeladene)
    widerrufen = invite(eingeladene)
    actions.revoke_einladung(eingeladene.pk, actor=None, now=timezone.now())

    pfade = [abgelaufen.path, ersetzt.path, widerrufen.path, reverse("mitglieder:zugang", args=["x" * 43])]
    antworten = [Client().post(pfad, {"passwort": NEU, "nochmals": NEU}) for pfad in pfade]

    assert {a.status_code for a in antworten} == {404}
    assert len({a.content for a in antworten}) == 1
    assert not Zugangslink.objects.filter(used_at__isnull=False).exists()


def test_deactivated_persons_invitation_is_dead(eingeladene):
    link = invite(eingeladene)
    Person.objects.get_queryset().update(is_active=False)

    assert Client().get(link.path).status_code == 404


def test_token_stands_in_no_table(eingeladene):
    link = invite(eingeladene)

    assert len(link.token) == 43
    assert Zugangslink.objects.by_token(link.token).get() == link
    for sendung in Sendung.objects.all():
        assert link.token not in f"{sendung.inhalt}{sendung.schluessel}{sendung.betreff}"
    assert not any(link.token in eintrag.text for eintrag in Journaleintrag.objects.all())


def test_letter_carries_the_link_and_is_not_written_for_a_withdrawn_one(eingeladene, settings):
    settings.SITE_URL = "https://portal.test"
    link = invite(eingeladene)
    sendung = Sendung.objects.get()

    mail = mails.einladung(sendung)

    assert mail.to == [eingeladene.email]
    assert f"https://portal.test{link.path}" in mail.body
    assert f"https://portal.test{link.path}" in mail.alternatives[0].content
    actions.revoke_einladung(eingeladene.pk, actor=None, now=timezone.now())
    with pytest.raises(mails.LinkUngueltig):
        mails.einladung(sendung)


def test_shared_missing_and_dead_addresses_are_not_invited(eingeladene):
    ohne = make_person("Ohne", email="")
    geteilt = make_person("Geteilt")
    Person.objects.get_queryset().filter(pk=geteilt.pk).update(login=None)

    for person, satz in [(ohne, "keine E-Mail-Adresse"), (geteilt, "eigene Adresse")]:
        with pytest.raises(MitgliederError, match=satz):
            invite(person)
    assert Sendung.objects.count() == 0


@pytest.mark.parametrize("runde", range(5))
def test_two_clicks_at_one_moment_make_one_account(eingeladene, runde):
    link = invite(eingeladene)
    clients = [Client(), Client()]

    antworten = at_one_moment(*(lambda c=c: accept(c, link).status_code for c in clients))

    assert sorted(antworten) == [302, 404]
    assert sorted(str(who(client)) for client in clients) == sorted([str(eingeladene.pk), "None"])
    assert Journaleintrag.objects.filter(art="einladung.angenommen").count() == 1


@pytest.mark.parametrize("runde", range(3))
def test_withdrawal_and_click_at_one_moment_have_one_winner(eingeladene, runde):
    link, client, now = invite(eingeladene), Client(), timezone.now()

    status, widerrufen = at_one_moment(
        lambda: accept(client, link).status_code,
        lambda: actions.revoke_einladung(eingeladene.pk, actor=None, now=now),
    )

    assert (status, widerrufen) in {(302, 0), (404, 1)}


def test_create_geschaeftsstelle_makes_one_person_and_is_the_way_back_in():
    erste = actions.create_geschaeftsstelle("Buero@VSEG.test", now=timezone.now())
    zweite = actions.create_geschaeftsstelle("buero@vseg.test", now=timezone.now())

    person = Person.objects.get_queryset().get()
    assert person.login == "buero@vseg.test"
    assert umfang(person, timezone.now()).rollen == {Rolle.ANGEMELDET, Rolle.GESCHAEFTSSTELLE}
    assert list(Zugangslink.objects.usable(timezone.now())) == [zweite]
    assert erste.person == zweite.person
    with pytest.raises(MitgliederError):
        actions.create_geschaeftsstelle("keine Adresse", now=timezone.now())


@pytest.fixture
def verteilerlink(db):
    from mitglieder.actions import gremium

    kontakt = make_person("Kontakt")
    leitgremium = Leitgremium.objects.get(sozialregion__kuerzel="SRO")
    leitgremium.sozialregion.kontakt = kontakt
    leitgremium.sozialregion.save()
    return gremium.ask_verteiler(leitgremium.pk, actor=None, now=timezone.now())


def test_restricted_session_opens_its_page_and_nothing_else(verteilerlink):
    client = Client()
    assert client.get(verteilerlink.path).status_code == 200
    assert who(client) is None

    antwort = client.post(verteilerlink.path)

    assert (antwort.status_code, antwort.headers["Location"]) == (302, reverse("mitglieder:verteiler-bestaetigung"))
    assert client.get(antwort.headers["Location"]).status_code == 200
    for name in ("account_change_password", "mitglieder:mitglied-list", "mitglieder:verteiler-list"):
        assert client.get(reverse(name)).status_code == 403
    assert client.get(reverse("account_login")).status_code == 200  # to sign in for good
    assert who(client) is None


def test_restricted_session_can_log_out(verteilerlink):
    client = Client()
    client.post(verteilerlink.path)

    client.post(reverse("account_logout"))

    assert who(client) is None


def test_link_takes_the_place_of_whoever_was_signed_in(verteilerlink, geschaeftsstelle):
    client = Client()
    client.force_login(geschaeftsstelle, backend="allauth.account.auth_backends.AuthenticationBackend")

    client.post(verteilerlink.path)

    assert who(client) == verteilerlink.person_id


def test_link_and_its_session_end_with_the_office_of_the_contact(verteilerlink):
    """Who is no longer the region's contact neither reads nor confirms its Verteiler."""
    client, spaeter = Client(), Client()
    client.post(verteilerlink.path)
    region = Leitgremium.objects.get(uuid=verteilerlink.objekt).sozialregion
    region.kontakt = make_person("Nachfolge")
    region.save()
    spaeter.post(verteilerlink.path)

    for sitzung in (client, spaeter):
        assert sitzung.get(reverse("mitglieder:verteiler-bestaetigung")).status_code == 404
        assert sitzung.post(reverse("mitglieder:verteiler-bestaetigen")).status_code == 404
        assert sitzung.post(reverse("mitglieder:verteiler-melden"), {"text": "Falsch"}).status_code == 404
    assert Leitgremium.objects.get(uuid=verteilerlink.objekt).bestaetigt_on is None
