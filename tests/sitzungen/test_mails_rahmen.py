"""The two letters of the preparation stand in the frame of all mails and say what their plain text says."""

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string

from sitzungen.mails.termin import Termin
from sitzungen.queries import vorbereitung
from tests.conftest import make_sitzung, make_traktandum, make_unterlage

pytestmark = pytest.mark.django_db
ABSENDER = {"name": "VSEG", "adresse": "Bolacker 9\n4564 Obergerlafingen", "telefon": "", "email": "buero@portal.test"}


def words(html):
    return BeautifulSoup(html, "html.parser").body.get_text(" ", strip=True)


def test_request_for_release_lists_the_agenda(sitzung, geschaeftsstelle):
    make_unterlage(make_traktandum(sitzung, "Budgetwerte", art="entscheid"), person=geschaeftsstelle)
    make_traktandum(sitzung, "Begrüssung", art="formelles")
    kontext = {
        "name": "Andrea Vorsitz",
        "sitzung": sitzung,
        "agenda": vorbereitung.agenda(sitzung),
        "absender": ABSENDER,
        "url": "https://portal.test/sitzungen/2026-4/freigabe/",
    }

    html = render_to_string("mails/freigabe_bitte.body.html", kontext)

    assert "1 Budgetwerte Entscheid, 1 Unterlage 2 Begrüssung Formelles" in words(html)
    knopf = BeautifulSoup(html, "html.parser").find("td", class_="knopf").a
    assert (knopf.get_text(strip=True), knopf["href"]) == ("Ansehen und freigeben", kontext["url"])


def test_announcement_lists_each_date_with_its_place():
    sitzungen = [
        make_sitzung(1),
        make_sitzung(2, ort="", form="digital", form_entscheid_on="2026-11-01"),
        make_sitzung(1, art="ausserordentlich", grund="Notlage", einberufen_on="2026-11-20"),
    ]
    kontext = {
        "name": "Andrea Muster",
        "termine": [
            Termin(sitzungen[0], (("Teilnahme melden", "https://portal.test/zugang/x/"),)),
            *map(Termin, sitzungen[1:]),
        ],
        "absender": ABSENDER,
        "betreff": "Sitzungstermine 2026",
        "site_url": "https://portal.test",
    }

    html = render_to_string("mails/terminankuendigung.body.html", kontext)
    text = words(html)

    zeit = "Donnerstag, 10. Dezember 2026, 14.00–16.30 Uhr"
    assert f"1. ordentliche Sitzung 2026 {zeit} Landhaus Solothurn Teilnahme melden" in text
    assert "https://portal.test/zugang/x/" in html
    assert f"2. ordentliche Sitzung 2026 {zeit} digital" in text
    assert f"{sitzungen[2].titel} {zeit} Landhaus Solothurn Grund der Einberufung: Notlage" in text
    assert "Bolacker 9 4564 Obergerlafingen" in text
