"""Three at once, through real mail: a president names a substitute, she reads, comes and goes, the bar elsewhere follows."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from konferenz import smtp
from konferenz.actions.uebergabe import deliver_sendung
from konferenz.nachricht import AnhangSpeicher
from sitzungen.actions.anmeldung import open_saal
from sitzungen.actions.leitung import start_sitzung
from tests.conftest import make_sitzung, make_traktandum, make_unterlage, make_versand
from tests.sitzungen.antwort_helfer import link_for, sitz_of, zeile
from tests.smtp_senke import running_senke

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def senke(settings, adresse):
    settings.DEFAULT_FROM_EMAIL = "Sozialpräsidienkonferenz <konferenz@vseg.example>"
    settings.SITE_URL = adresse
    settings.EMAIL_BACKEND = "konferenz.mailbackend.OutboxBackend"  # pytest-django keeps mails in a list
    with running_senke(settings) as senke:
        yield senke


@pytest.fixture
def lies(senke):
    """Hand over what is due by SMTP; return the text of the newest mail to an address."""

    def read(an):
        speicher = AnhangSpeicher()
        with smtp.Versender() as versender:
            while deliver_sendung(versender=versender, speicher=speicher, now=timezone.now()):
                pass
        mails = [m for u, m in zip(senke.mails, senke.messages(), strict=True) if u.an[0] == an]
        return mails[-1].get_body(("plain",)).get_content()

    return read


def weg(text, wort):
    """Return the address behind a word of a letter."""
    return re.search(rf"^{wort}: (\S+)$", text, re.MULTILINE)[1]


def test_from_the_letter_to_the_seat(
    page, browser, adresse, anmelden, lies, praesidium, vorsitz, geschaeftsstelle, leitgremium
):
    sitzung = make_sitzung(7, beginn_at=timezone.now() + timedelta(minutes=30), status="versandt")
    papier = make_unterlage(make_traktandum(sitzung), "Beilage", person=geschaeftsstelle, vertraulich=True)
    andere = make_sitzung(8, beginn_at=timezone.now() + timedelta(days=60), status="versandt")
    fremdes = make_unterlage(make_traktandum(andere), "Anderes", person=geschaeftsstelle)
    make_versand(sitzung, now=timezone.now())
    ersatz = browser.new_context(viewport={"width": 375, "height": 800}, locale="de-CH").new_page()

    page.goto(weg(lies(praesidium.email), "Teilnahme melden"))
    page.get_by_label("Ich lasse mich vertreten").check()
    page.get_by_label("Vorname").fill("Regula")
    page.get_by_label("Name", exact=True).fill("Muster")
    page.get_by_label("Politische Funktion").select_option("gemeinderat")
    page.get_by_label("E-Mail").fill("regula.muster@gemeinde.test")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_text("vertreten durch Regula Muster; Antwort noch ausstehend")).to_be_visible()

    lies("regula.muster@gemeinde.test")  # the request and the frozen papers
    ersatz.goto(weg(lies("regula.muster@gemeinde.test"), "(?:Annehmen oder ablehnen|Anfrage beantworten)"))
    ersatz.get_by_role("button", name="Ich übernehme die Stellvertretung").click()
    expect(ersatz.get_by_text("Sie haben zugesagt.")).to_be_visible()
    page.goto(page.url.replace("?gespeichert", ""))
    expect(page.get_by_text("vertreten durch Regula Muster; hat zugesagt")).to_be_visible()

    assert ersatz.request.get(f"{adresse}{papier.get_absolute_url()}", max_redirects=0).status == 302  # not logged in
    ersatz.goto(f"{adresse}/konto/code/")
    ersatz.get_by_label("E-Mail").fill("regula.muster@gemeinde.test")
    ersatz.get_by_role("button", name="Code senden").click()
    expect(ersatz.get_by_role("heading", name="Code eingeben")).to_be_visible()
    code = re.search(r"^ {4}(\S+)$", lies("regula.muster@gemeinde.test"), re.MULTILINE)[1]
    ersatz.get_by_label("Code aus der Mail").fill(code)
    ersatz.get_by_role("button", name="Anmelden").click()
    expect(ersatz.get_by_role("heading", name="7. ordentliche Sitzung")).to_be_visible()
    assert ersatz.request.get(f"{adresse}{papier.get_absolute_url()}").status == 200
    assert ersatz.request.get(f"{adresse}{fremdes.get_absolute_url()}").status == 404
    assert ersatz.request.get(f"{adresse}{andere.get_absolute_url()}").status == 404

    start_sitzung(sitzung.pk, leitung=vorsitz.pk, actor=vorsitz, now=timezone.now())
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}{sitzung.get_absolute_url()}")
    satz = page.locator("#balken-satz")
    expect(satz).to_contain_text("Anwesend stimmberechtigt 0 von 14")
    open_saal(sitzung.pk, actor=vorsitz, now=timezone.now())
    ersatz.goto(f"{adresse}{sitzung.get_absolute_url()}")
    ersatz.get_by_role("button", name="Ich bin da").click()
    expect(ersatz.get_by_text("Sie sind angemeldet.")).to_be_visible()
    expect(satz).to_contain_text("Anwesend stimmberechtigt 1 von 14")
    ersatz.get_by_role("button", name="Ich gehe").click()
    expect(ersatz.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    expect(satz).to_contain_text("Anwesend stimmberechtigt 0 von 14")


def test_link_page_works_without_scripts(browser, adresse, praesidium, geschaeftsstelle, transactional_db):
    sitzung = make_sitzung(7, beginn_at=timezone.now() + timedelta(days=12), status="versandt")
    link = link_for(sitzung, sitz_of(), praesidium)
    page = browser.new_context(java_script_enabled=False, locale="de-CH").new_page()

    page.goto(f"{adresse}{link.path}")
    page.get_by_label("Ich bin entschuldigt").check()
    page.get_by_label("Bemerkung an die Geschäftsstelle").fill("Ferien")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_role("heading", name="Ihre Antwort ist gespeichert")).to_be_visible()
    page.get_by_role("link", name="Antwort ändern").click()
    expect(page.get_by_label("Ich bin entschuldigt")).to_be_checked()

    assert (zeile(sitzung, sitz_of()).antwort, zeile(sitzung, sitz_of()).bemerkung) == ("entschuldigt", "Ferien")
