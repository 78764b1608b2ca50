"""What Django and allauth say here: «ss», « » and Sie, everywhere."""

import ast
import gettext as gettext_module
import re
from pathlib import Path

import pytest
from allauth.account.forms import ChangePasswordForm, LoginForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from django.utils.translation.trans_real import DjangoTranslation

ORDNER = Path(settings.BASE_DIR) / "konferenz" / "locale" / "de_CH" / "LC_MESSAGES"
DEUTSCHLAND = re.compile(r"[ß„“‚]|\b(?:[Dd]u|[Dd]ein\w*|[Dd]ir|[Dd]ich|[Ee]uch|[Ee]uer\w*)\b")


def read_po():
    """Return {(context and msgid, plural index or None): msgstr} of the source, as gettext itself keys them."""
    texte, feld, eintrag = {}, "", {}

    def take():
        schluessel = eintrag.get("msgid", "")
        if "msgctxt" in eintrag:
            schluessel = f"{eintrag['msgctxt']}\x04{schluessel}"
        for name, text in eintrag.items():
            if schluessel and name == "msgstr":
                texte[schluessel] = text
            elif schluessel and name.startswith("msgstr["):
                texte[schluessel, int(name[7:-1])] = text

    for zeile in (ORDNER / "django.po").read_text(encoding="utf-8").splitlines():
        if not zeile.strip() or zeile.startswith("#"):
            if not zeile.strip():
                take()
                eintrag = {}
        elif zeile.startswith('"'):
            eintrag[feld] += ast.literal_eval(zeile)
        else:
            feld, text = zeile.split(" ", 1)
            eintrag[feld] = ast.literal_eval(text)
    take()
    return texte


def catalogue():
    """Return every German text of the installed apps as the portal says it (Django's catalogues, ours on top)."""
    uebersetzung = DjangoTranslation("de-ch")._catalog
    return {
        schluessel: uebersetzung.get(schluessel)
        for katalog in uebersetzung._catalogs
        for schluessel in katalog
        if schluessel
    }


def test_catalogue_says_ss_and_sie():
    texte = catalogue()

    assert len(texte) > 800
    assert {schluessel: text for schluessel, text in texte.items() if DEUTSCHLAND.search(text)} == {}


def test_catalogue_finds_what_it_looks_for():
    assert DEUTSCHLAND.search("Schließen")
    assert DEUTSCHLAND.search("Bitte gib dein aktuelles Passwort ein.")
    assert not DEUTSCHLAND.search("Die Dauer ist durch dieses Feld gegeben.")


def test_compiled_catalogue_is_on_the_state_of_its_source():
    with (ORDNER / "django.mo").open("rb") as datei:
        kompiliert = {
            schluessel: text
            for schluessel, text in gettext_module.GNUTranslations(datei)._catalog.items()
            if schluessel
        }

    assert kompiliert == read_po()


def test_each_of_our_texts_replaces_one_of_django_or_allauth():
    with override(None):
        fremde = set()
        for wurzel in (Path(forms.__file__).parents[1], Path(__import__("allauth").__file__).parent):
            for pfad in wurzel.glob("**/locale/de/LC_MESSAGES/django.mo"):
                with pfad.open("rb") as datei:
                    fremde |= set(gettext_module.GNUTranslations(datei)._catalog)
    unbekannt = {schluessel for schluessel in read_po() if schluessel not in fremde}

    assert unbekannt <= {"Code"}  # the same in both languages, so allauth's German lacks it


class AllesForm(forms.Form):
    text = forms.CharField(min_length=3, max_length=5)
    email = forms.EmailField()
    tag = forms.DateField()
    zahl = forms.IntegerField(min_value=5, max_value=10)
    wahl = forms.ChoiceField(choices=[("a", "A")])
    datei = forms.FileField()


def test_forms_say_what_to_do_when_nothing_is_given():
    assert AllesForm({}).errors == {
        "text": ["Bitte füllen Sie dieses Feld aus."],
        "email": ["Bitte füllen Sie dieses Feld aus."],
        "tag": ["Bitte füllen Sie dieses Feld aus."],
        "zahl": ["Bitte füllen Sie dieses Feld aus."],
        "wahl": ["Bitte füllen Sie dieses Feld aus."],
        "datei": ["Bitte füllen Sie dieses Feld aus."],
    }


def test_forms_say_what_to_do_when_it_is_wrong():
    form = AllesForm(
        {"text": "ab", "email": "a@", "tag": "31.2.2026", "zahl": "3", "wahl": "b"},
        {"datei": SimpleUploadedFile("leer.pdf", b"")},
    )

    assert form.errors == {
        "text": ["Bitte geben Sie mindestens 3 Zeichen ein (es sind 2)."],
        "email": ["Bitte geben Sie eine gültige E-Mail-Adresse ein, zum Beispiel «name@gemeinde.ch»."],
        "tag": ["Bitte geben Sie ein gültiges Datum ein, zum Beispiel «10.12.2026»."],
        "zahl": ["Bitte geben Sie mindestens 5 ein."],
        "wahl": ["Bitte wählen Sie aus der Liste; «b» gehört nicht dazu."],
        "datei": ["Diese Datei ist leer. Bitte wählen Sie eine andere."],
    }
    assert AllesForm({"text": "abcdef", "zahl": "11"}).errors["text"] == [
        "Bitte kürzen Sie auf höchstens 5 Zeichen (es sind 6)."
    ]


def test_password_rules_are_polite():
    assert password_validators_help_texts() == [
        "Nicht ähnlich wie Ihr Name oder Ihre Adresse.",
        "Mindestens 12 Zeichen, am besten mehrere Wörter.",
        "Keines, das viele verwenden.",
    ]
    with pytest.raises(ValidationError) as fehler:
        validate_password("password")
    assert fehler.value.messages == [
        "Dieses Passwort ist zu kurz. Bitte nehmen Sie mindestens 12 Zeichen.",
        "Dieses Passwort ist zu bekannt. Bitte nehmen Sie ein anderes.",
    ]


def test_account_forms_have_swiss_labels():
    assert {name: str(feld.label) for name, feld in LoginForm().fields.items()} == {
        "login": "E-Mail-Adresse",
        "password": "Passwort",
    }
    assert {name: str(feld.label) for name, feld in ChangePasswordForm().fields.items()} == {
        "oldpassword": "Bisheriges Passwort",
        "password1": "Neues Passwort",
        "password2": "Neues Passwort, noch einmal",
    }
