"""The style file is on the state of its sources; the page of components exists in the demo only."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from konferenz.management.commands import build_css

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


@pytest.mark.django_db
def test_gestaltung_exists_in_the_demo_only(client, settings):
    assert client.get(reverse("gestaltung")).status_code == 404

    settings.DEMO_MODE = True

    assert client.get(reverse("gestaltung")).status_code == 200
