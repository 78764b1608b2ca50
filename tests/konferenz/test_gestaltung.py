"""The style file is on the state of its sources; the page of components exists in the demo only."""

import gzip
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import server_error

from konferenz.management.commands import build_css
from konferenz.templatetags.schweiz import adresse, ohne_waise

KOMPONENTEN = sorted((Path(settings.BASE_DIR) / "templates" / "components").glob("*.html"))


def test_portal_css_is_on_the_state_of_its_sources():
    call_command("build_css", "--check")


def test_build_css_check_fails_when_a_source_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(build_css, "ZIEL", tmp_path / "portal.css")

    with pytest.raises(CommandError, match="veraltet"):
        call_command("build_css", "--check")


def test_every_token_that_is_used_is_defined():
    css = build_css.build()

    assert set(re.findall(r"var\((--[\w-]+)", css)) - set(re.findall(r"(--[\w-]+):", css)) == set()


def test_style_sheets_use_no_ids_and_no_important():
    css = build_css.build()

    assert re.findall(r"!important", css) == []
    assert re.findall(r"(?m)^#[\w-]+", css) == []


def test_colours_stand_in_variables_only():
    for datei in sorted((build_css.WURZEL / "komponenten").glob("*.css")):
        assert re.findall(r"#[0-9a-f]{3,8}\b", datei.read_text(encoding="utf-8")) == [], datei.name


@pytest.mark.parametrize("datei", KOMPONENTEN, ids=lambda datei: datei.name)
def test_component_begins_with_its_parameters(datei):
    assert datei.read_text(encoding="utf-8").startswith("{% comment %}")


@pytest.mark.parametrize("datei", KOMPONENTEN, ids=lambda datei: datei.name)
def test_component_includes_others_with_only(datei):
    for include in re.findall(r"{% include (.*?) %}", datei.read_text(encoding="utf-8")):
        assert include.endswith(" only"), include


def test_a_block_has_its_place_in_one_file():
    """Two files that style one class meet on a page neither has seen."""
    orte: dict[str, set[str]] = {}
    for datei in (Path(settings.BASE_DIR) / "static" / "css" / "komponenten").glob("*.css"):
        stil = re.sub(r"/\*.*?\*/", "", datei.read_text(), flags=re.DOTALL)
        for block in re.findall(r"(?:^|[{};])\s*\.([a-z]+)\s*\{", stil):
            orte.setdefault(block, set()).add(datei.name)
    assert {block: dateien for block, dateien in orte.items() if len(dateien) > 1} == {}


def test_titles_and_addresses_break_where_a_reader_would():
    assert ohne_waise("4. ordentliche Sitzung 2026") == "4. ordentliche Sitzung\u00a02026"
    assert ohne_waise("Sitzung") == "Sitzung"
    assert adresse("eva.muster@x.example") == "eva<wbr>.muster<wbr>@x<wbr>.example"
    assert adresse("<b>@x") == "&lt;b&gt;<wbr>@x"


@pytest.mark.django_db
def test_gestaltung_exists_in_the_demo_only(client, settings):
    assert client.get(reverse("gestaltung")).status_code == 404

    settings.DEMO_MODE = True

    assert client.get(reverse("gestaltung")).status_code == 200


@pytest.mark.django_db
def test_page_has_two_style_files_at_most_and_is_small(client, settings):
    settings.DEMO_MODE = True

    html = client.get(reverse("gestaltung")).content

    stile = re.findall(rb'<link rel="stylesheet" href="/static/([^"]+)"', html)
    bytes_ = len(gzip.compress(html)) + sum(
        len(gzip.compress(Path(finders.find(s.decode())).read_bytes())) for s in stile
    )
    assert 1 <= len(stile) <= 2
    assert bytes_ < 20_000  # every component at once; the limit of a page is 40 kB


@pytest.mark.parametrize(
    "datei",
    sorted(
        p
        for p in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        if not {"mails", "pdf", "email"} & set(p.parts)
    ),
    ids=lambda datei: str(datei.relative_to(settings.BASE_DIR)),
)
def test_template_has_no_inline_style_or_script(datei):
    text = datei.read_text(encoding="utf-8")

    assert re.findall(r"\sstyle=|<style|\son[a-z]+=\"", text) == []
    assert [
        tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "application/json" not in tag
    ] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "datei",
    sorted(
        p
        for p in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        if not {"mails", "pdf", "email"} & set(p.parts)
    ),
    ids=lambda datei: str(datei.relative_to(settings.BASE_DIR)),
)
def test_template_believes_no_text_to_be_html(datei):
    """A name with a mark in it would be part of the page, with the rights of who reads it."""
    assert not re.search(r"\|\s*safe\b|autoescape\s+off", datei.read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", [400, 403, 404, 413, 429, 500])
def test_error_page_says_what_to_do(code):
    seite = BeautifulSoup(render_to_string(f"{code}.html"), "html.parser")

    assert seite.find(class_="seite__kontext").get_text(strip=True) == f"Fehler {code}"
    assert len(seite.find_all("h1")) == 1
    assert seite.main.find("a", class_="knopf")["href"] in {"/", reverse("account_login")}


def test_page_of_a_server_error_needs_no_database():
    """No django_db mark: any query fails here."""
    response = server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "Hier ist uns ein Fehler unterlaufen" in response.content.decode()


@pytest.mark.django_db
def test_unknown_address_and_stale_form_answer_in_our_frame(client):
    streng = Client(enforce_csrf_checks=True)

    assert "Diese Seite gibt es nicht" in client.get("/gibt-es-nicht/").content.decode()
    abgelehnt = streng.post(reverse("account_login"), {"login": "a@portal.test"})
    assert (abgelehnt.status_code, "Diese Seite war zu lange offen" in abgelehnt.content.decode()) == (403, True)
