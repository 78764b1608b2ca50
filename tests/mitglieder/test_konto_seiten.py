"""Every page and mail of the account in our frame, our words, and polite."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core import mail
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from konferenz.urls import KONTO
from tests.conftest import PASSWORT, make_person

pytestmark = pytest.mark.django_db
UNSER = Path(settings.BASE_DIR) / "templates"
UNHOEFLICH = re.compile(r"ß|\b(?:[Dd]u|[Dd]ein\w*|[Dd]ir|[Dd]ich)\b")


@pytest.fixture
def person():
    return make_person()


def words(response):
    """Return the text of a page's main part, one line per block."""
    main = BeautifulSoup(response.content, "html.parser").main
    return [zeile.strip() for zeile in main.get_text("\n").splitlines() if zeile.strip()]


def test_each_mounted_page_is_our_template():
    klassen = [muster.callback.view_class for muster in KONTO if hasattr(muster.callback, "view_class")]
    fremd = [
        klasse.template_name
        for klasse in klassen
        if UNSER not in Path(get_template(klasse.template_name).origin.name).parents
    ]

    assert len(klassen) >= 12
    assert fremd == []


@pytest.mark.parametrize(
    ("name", "titel"),
    [
        ("account_login", "Anmelden"),
        ("account_request_login_code", "Mit Code anmelden"),
        ("account_inactive", "Ihr Zugang ist geschlossen"),
        ("account_reset_password", "Passwort vergessen?"),
        ("account_reset_password_done", "Schauen Sie in Ihr Postfach"),
        ("account_reset_password_from_key_done", "Ihr neues Passwort gilt"),
        ("account_email_verification_sent", "Bitte bestätigen Sie Ihre Adresse"),
    ],
)
def test_page_for_everybody(client, name, titel):
    response = client.get(reverse(name))

    assert response.status_code == 200
    assert BeautifulSoup(response.content, "html.parser").h1.get_text(strip=True) == titel
    assert not UNHOEFLICH.search(response.content.decode())


@pytest.mark.parametrize(
    ("name", "titel"),
    [
        ("account_change_password", "Passwort ändern"),
        ("account_logout", "Abmelden?"),
        ("account_reauthenticate", "Bitte bestätigen Sie, dass Sie es sind"),
    ],
)
def test_page_for_oneself(client, person, name, titel):
    client.force_login(person)

    response = client.get(reverse(name))

    assert response.status_code == 200
    assert BeautifulSoup(response.content, "html.parser").h1.get_text(strip=True) == titel
    assert not UNHOEFLICH.search(response.content.decode())


def test_person_without_password_sets_one(client, person):
    person.set_unusable_password()
    person.save(update_fields=["password"])
    client.force_login(person)

    response = client.get(reverse("account_set_password"))

    assert words(response)[:3] == [
        "Mein Konto",
        "Passwort einrichten",
        "Freiwillig: Sie können sich auch weiterhin mit einem Code per E-Mail anmelden.",
    ]


def test_login_keeps_what_was_typed_and_says_what_to_do(client, person):
    response = client.post(reverse("account_login"), {"login": person.login, "password": "falsch"})

    seite = BeautifulSoup(response.content, "html.parser")
    assert seite.find(role="alert").get_text("|", strip=True) == (
        "Die Anmeldung ist nicht gelungen:|E-Mail-Adresse und Passwort passen nicht zusammen. "
        "Haben Sie kein Passwort, lassen Sie sich einen Code senden."
    )
    assert seite.find(id="id_login")["value"] == person.login


def test_field_with_an_error_is_tied_to_its_words(client):
    response = client.post(reverse("account_request_login_code"), {"email": "kein@"})

    feld = BeautifulSoup(response.content, "html.parser").find(id="id_email")
    assert (feld["aria-invalid"], feld["aria-describedby"]) == ("true", "id_email_error")
    assert BeautifulSoup(response.content, "html.parser").find(id="id_email_error").get_text(" ", strip=True) == (
        "Fehler: Bitte geben Sie eine gültige E-Mail-Adresse ein, zum Beispiel «name@gemeinde.ch»."
    )


def test_code_comes_by_mail_and_lets_in(client, person):
    client.post(reverse("account_request_login_code"), {"email": person.login})
    brief = mail.outbox[0]
    code = re.search(r"\n    (\S+)\n", brief.body)[1]

    assert brief.subject == f"Ihr Code zum Anmelden: {code}"
    assert brief.body.startswith(
        "Guten Tag\n\nMit diesem Code melden Sie sich im Portal der Sozialpräsidienkonferenz an:"
    )
    html = BeautifulSoup(brief.alternatives[0][0], "html.parser")
    assert html.h1.get_text(strip=True) == "Ihr Code zum Anmelden"
    assert code in html.get_text()
    assert settings.VSEG_NAME in html.get_text()
    assert f"-- \n{settings.VSEG_NAME}" in brief.body
    response = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_what_code_page_and_mail_say_about_time_is_what_is_set():
    assert timedelta(minutes=15).total_seconds() == settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT  # «Er gilt 15 Minuten»
    assert timedelta(hours=2).total_seconds() == settings.PASSWORD_RESET_TIMEOUT  # «zwei Stunden lang»


def test_wrong_code_is_told(client, person):
    client.post(reverse("account_request_login_code"), {"email": person.login})

    response = client.post(reverse("account_confirm_login_code"), {"code": "ZZZZ99"})

    assert BeautifulSoup(response.content, "html.parser").find(role="alert").get_text("|", strip=True) == (
        "Der Code passt nicht:|Code|: Dieser Code stimmt nicht oder gilt nicht mehr. Bitte prüfen Sie ihn."
    )


def test_code_page_does_not_tell_who_is_known(client, person):
    seiten = []
    for adresse in (person.login, "niemand@portal.test"):
        client.post(reverse("account_request_login_code"), {"email": adresse})
        seiten.append(
            [zeile.replace(adresse, "ADRESSE") for zeile in words(client.get(reverse("account_confirm_login_code")))]
        )
        client.logout()

    assert seiten[0] == seiten[1]
    assert [brief.to for brief in mail.outbox] == [[person.login]]


def test_password_is_reset_by_a_link(client, person):
    client.post(reverse("account_reset_password"), {"email": person.login})
    brief = mail.outbox[0]
    pfad = re.search(r"https?://[^/\s]+(/konto/passwort/neu/\S+)", brief.body)[1]

    assert brief.subject == "Neues Passwort setzen"
    formular = client.get(pfad, follow=True)
    assert BeautifulSoup(formular.content, "html.parser").h1.get_text(strip=True) == "Neues Passwort setzen"
    ziel = formular.redirect_chain[-1][0]
    zu_kurz = client.post(ziel, {"password1": "kurz", "password2": "kurz"})
    assert "Dieses Passwort ist zu kurz. Bitte nehmen Sie mindestens 12 Zeichen." in zu_kurz.content.decode()
    client.post(ziel, {"password1": "Ein-neues-Passwort-27", "password2": "Ein-neues-Passwort-27"})
    person.refresh_from_db()
    assert person.check_password("Ein-neues-Passwort-27")
    assert [brief.subject for brief in mail.outbox] == ["Neues Passwort setzen", "Ihr Passwort ist neu gesetzt"]


def test_link_that_is_used_up_says_what_to_do(client):
    response = client.get("/konto/passwort/neu/1-abc/")

    assert words(response)[1:3] == [
        "Dieser Link gilt nicht mehr",
        "Er ist schon gebraucht worden oder zu alt. Fordern Sie einen neuen an.",
    ]


def test_change_of_password_is_told_by_mail(client, person):
    client.force_login(person)

    neu = "Ein-neues-Passwort-27"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORT, "password1": neu, "password2": neu})

    brief = mail.outbox[0]
    assert brief.subject == "Ihr Passwort ist geändert"
    assert "Waren Sie das nicht? Dann melden Sie sich bitte sofort bei der Geschäftsstelle des VSEG." in brief.body
    assert BeautifulSoup(brief.alternatives[0][0], "html.parser").h1.get_text(strip=True) == "Ihr Passwort ist geändert"


@pytest.mark.parametrize(
    "name",
    sorted(pfad.name.removesuffix("_message.txt") for pfad in (UNSER / "account/email").glob("[!b]*_message.txt")),
)
def test_mail_has_subject_text_and_html_in_polite_words(name):
    context = {
        "code": "AB12-CD34",
        "password_reset_url": "https://portal.test/konto/passwort/neu/1-a/",
        "timestamp": timezone.now(),
        "ip": "192.0.2.1",
        "user_agent": "Firefox & Co.",
        "email": "a@portal.test",
        "request": RequestFactory().get("/"),
    }
    betreff = render_to_string(f"account/email/{name}_subject.txt", context)
    text = render_to_string(f"account/email/{name}_message.txt", context)
    html = render_to_string(f"account/email/{name}_message.html", context)

    assert len(betreff.strip().splitlines()) == 1
    assert "&amp;" not in text
    assert text.rstrip().endswith("Diese Mail hat das Portal der Sozialpräsidienkonferenz gesandt.")
    assert "src=" not in html  # nothing is fetched
    for inhalt in (betreff, text, html):
        assert not UNHOEFLICH.search(inhalt)
