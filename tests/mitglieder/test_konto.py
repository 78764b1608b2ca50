import itertools
import re
import time
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import get_resolver, reverse

from mitglieder.models import Person
from tests.conftest import PASSWORT, make_person

pytestmark = pytest.mark.django_db

KONTO = {
    "account_login",
    "account_logout",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_inactive",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
}


@pytest.fixture
def one_minute(monkeypatch):
    """Let all requests of the test fall into one minute of the limiter, however long they take: a millisecond each."""
    uhr = itertools.count(time.time(), 0.001)
    monkeypatch.setattr(
        ratelimit, "time", SimpleNamespace(time=lambda: next(uhr), monotonic=time.monotonic, sleep=time.sleep)
    )


def post(name, daten, client=None, **extra):
    return (client or Client()).post(reverse(name), daten, **extra)


def is_signed_in(client):
    return SESSION_KEY in client.session


def sign_in(person, passwort=PASSWORT, client=None, **extra):
    client = client or Client()
    post("account_login", {"login": person.email, "password": passwort}, client, **extra)
    return client


def code_of(mail):
    return re.search(r"\b([A-Z]{4}-[A-Z]{4})\b", mail.body).group(1)


def test_only_these_pages_of_accounts_exist():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str) and name.startswith("account_")}

    assert names == KONTO


@pytest.mark.parametrize("pfad", ["/konto/signup/", "/konto/registrieren/", "/accounts/signup/", "/konto/email/"])
def test_nobody_signs_up(pfad):
    client = Client()
    daten = {"email": "neu@x.ch", "password1": PASSWORT, "password2": PASSWORT}

    antwort = client.post(pfad, daten)

    assert (antwort.status_code, Person.objects.get_queryset().count(), EmailAddress.objects.count()) == (404, 0, 0)


def test_password_opens_the_portal(praesidium):
    assert is_signed_in(sign_in(praesidium))
    assert not is_signed_in(sign_in(praesidium, "falsch"))


@pytest.mark.parametrize("mit_zeile", [True, False])
def test_code_opens_the_portal_without_anything_set_up(leitgremium, mailoutbox, mit_zeile):
    leitgremium.set_unusable_password()
    leitgremium.save()
    if not mit_zeile:
        EmailAddress.objects.all().delete()
    client = Client()

    post("account_request_login_code", {"email": leitgremium.email.upper()}, client)
    assert [m.to for m in mailoutbox] == [[leitgremium.email.upper()]] or [m.to for m in mailoutbox] == [
        [leitgremium.email]
    ]
    post("account_confirm_login_code", {"code": code_of(mailoutbox[0])}, client)

    assert is_signed_in(client)
    assert list(EmailAddress.objects.values_list("user", "email", "verified")) == [
        (leitgremium.pk, leitgremium.email, True)
    ]


def test_password_of_a_person_without_allauths_row_opens_too(praesidium):
    EmailAddress.objects.all().delete()

    assert is_signed_in(sign_in(praesidium))


def test_wrong_code_opens_nothing_and_ends_after_five(leitgremium, mailoutbox):
    client = Client()
    post("account_request_login_code", {"email": leitgremium.email}, client)
    for _ in range(5):
        post("account_confirm_login_code", {"code": "BBBB-BBBB"}, client)
    post("account_confirm_login_code", {"code": code_of(mailoutbox[0])}, client)

    assert not is_signed_in(client)


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_unknown_address_gets_the_same_answer_and_no_mail(leitgremium, mailoutbox, name):
    bekannt, unbekannt = Client(), Client()

    a = post(name, {"email": leitgremium.email}, bekannt, follow=True)
    b = post(name, {"email": "niemand.hier@portal.test"}, unbekannt, follow=True)

    def text(antwort, adresse):
        inhalt = antwort.content.decode().replace(adresse, "ADRESSE")
        return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", inhalt)

    assert (a.status_code, a.redirect_chain) == (b.status_code, b.redirect_chain)
    assert text(a, leitgremium.email) == text(b, "niemand.hier@portal.test")
    assert [m.to for m in mailoutbox] == [[leitgremium.email]]


def test_page_of_the_code_says_once_that_it_is_on_its_way(leitgremium):
    seite = post("account_request_login_code", {"email": leitgremium.email}, Client(), follow=True).content.decode()

    assert seite.count("bei uns bekannt ist") == 1
    assert f"Falls {leitgremium.email} bei uns bekannt ist, haben wir einen Code dorthin gesandt." in seite


def test_shared_address_and_deactivated_person_get_no_code(mailoutbox):
    make_person("Eins", email="geteilt@x.ch")
    Person.objects.get_queryset().update(login=None)
    EmailAddress.objects.all().delete()
    zwei = make_person("Zwei")
    Person.objects.get_queryset().filter(pk=zwei.pk).update(is_active=False)

    for adresse in ("geteilt@x.ch", zwei.email):
        post("account_request_login_code", {"email": adresse})

    assert mailoutbox == []


@pytest.mark.usefixtures("one_minute")
def test_stranger_is_limited_and_the_person_is_not_locked_out(praesidium):
    fremd = [
        post("account_login", {"login": praesidium.email, "password": f"falsch{i}"}, REMOTE_ADDR="203.0.113.5")
        for i in range(20)
    ]
    noch_fremd = sign_in(praesidium, REMOTE_ADDR="203.0.113.5")
    mit_kopf = sign_in(praesidium, REMOTE_ADDR="203.0.113.5", HTTP_X_FORWARDED_FOR="198.51.100.7")

    assert "zu viele" in fremd[-1].content.decode().lower() or "später" in fremd[-1].content.decode()
    assert not is_signed_in(noch_fremd)
    assert not is_signed_in(mit_kopf)
    assert is_signed_in(sign_in(praesidium, REMOTE_ADDR="198.51.100.7"))


@pytest.mark.usefixtures("one_minute")
def test_strangers_requests_do_not_stop_the_persons_code(leitgremium, mailoutbox):
    for _ in range(6):
        post("account_request_login_code", {"email": leitgremium.email}, REMOTE_ADDR="203.0.113.5")
    assert len(mailoutbox) == 3  # three a minute from one client for one address

    client = Client(REMOTE_ADDR="198.51.100.7")
    post("account_request_login_code", {"email": leitgremium.email}, client)
    post("account_confirm_login_code", {"code": code_of(mailoutbox[-1])}, client)

    assert is_signed_in(client)


@pytest.mark.usefixtures("one_minute")
def test_31_clients_are_not_limited_and_one_client_is(praesidium):
    viele = [sign_in(praesidium, REMOTE_ADDR=f"198.51.100.{i}") for i in range(31)]
    einer = [
        post("account_login", {"login": f"x{i}@x.ch", "password": "x"}, REMOTE_ADDR="203.0.113.9").status_code
        for i in range(31)
    ]

    assert all(is_signed_in(client) for client in viele)
    assert einer[-1] == 429


@pytest.mark.parametrize("ziel", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_next_stays_on_this_host(praesidium, ziel):
    antwort = Client().post(
        f"{reverse('account_login')}?next={ziel}", {"login": praesidium.email, "password": PASSWORT, "next": ziel}
    )

    assert antwort.headers["Location"] == "/"


def test_logout_is_a_post_and_the_browser_forgets(praesidium, client_of):
    client = client_of(praesidium)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)

    antwort = client.post(reverse("account_logout"))

    assert antwort.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(client)


@pytest.mark.parametrize("name", sorted(KONTO - {"account_reset_password_from_key"}))
def test_account_pages_are_never_stored_and_never_sharp(praesidium, client_of, name):
    for client in (Client(), client_of(praesidium)):
        antwort = client.get(reverse(name))

        assert "no-store" in antwort.headers["Cache-Control"], name
        assert "ß" not in antwort.content.decode()


def test_reset_letter_names_the_site_as_set(praesidium, mailoutbox, settings):
    settings.SITE_URL = "https://portal.test"
    client = Client()
    post("account_reset_password", {"email": praesidium.email}, client)

    link = re.search(r"https://portal\.test(/konto/passwort/neu/\S+)", mailoutbox[0].body).group(1)
    seite = client.get(link, follow=True)
    neu = "Ganz-neues-Passwort-9"
    client.post(seite.redirect_chain[-1][0], {"password1": neu, "password2": neu})

    assert is_signed_in(sign_in(praesidium, neu))
    assert not is_signed_in(sign_in(praesidium))
    assert client.get(link, follow=True).context["token_fail"] is True


def test_changed_password_ends_the_other_sessions(praesidium):
    eine, andere = sign_in(praesidium), sign_in(praesidium)
    neu = "Ganz-neues-Passwort-9"

    eine.post(reverse("account_change_password"), {"oldpassword": PASSWORT, "password1": neu, "password2": neu})

    assert andere.get(reverse("account_change_password")).status_code == 302
    assert andere.get(reverse("account_change_password")).headers["Location"].startswith(reverse("account_login"))
