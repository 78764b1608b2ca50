"""Every address: which right it asks for, why it is public, or which package answers it."""

import inspect
import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from mitglieder.permissions import Recht

APPS = ("konferenz", "mitglieder", "sitzungen", "antraege")
# Addresses without a login: this list is the whole of it.
OEFFENTLICH = {
    "/abstimmungen/<uuid>/stimme/": "a telephone that lost its session keeps its answer; for a stranger nothing is stored",
    "/antraege/entwurf/<uuid>/sichern/": "a long text that lost its session is kept over the log-in; a stranger's is kept nowhere",
    "/antraege/entwurf/<uuid>/beilagen/": "as above",
    "/antraege/entwurf/<uuid>/einreichen/": "as above",
    "/antraege/<kennung>/fassung/": "as above; a stranger's GET leads to the log-in",
    "/healthz": "says only whether the portal works",
    "/gestaltung/": "shows the components; 404 outside the demo",
    "/kalender/<token>.ics": "calendar programs cannot log in: the token is the key",
    "/postausgang/": "the demo's caught mails; 404 outside the demo",
    "/postausgang/<name>/": "as above",
    "/postausgang/<name>/html/": "as above",
    "/postausgang/<name>/beilage/<nr>/": "as above",
    "/sitzungen/<kennung>/raum/zugang/": "who stands before the screen is not signed in yet; the same for every address",
    "/sitzungen/puls/<marke>/": "a signed mark asks whether anything changed in the room, and hears no more than that",
    "/zugang/<token>/": "the token in the address is the key",
}
# Addresses that another package answers: this list is the whole of it. No registration, no change of one's address.
FREMD = {
    "allauth": {
        "/konto/anmelden/",
        "/konto/abmelden/",
        "/konto/code/",
        "/konto/code/eingeben/",
        "/konto/gesperrt/",
        "/konto/pruefen/",
        "/konto/passwort/aendern/",
        "/konto/passwort/setzen/",
        "/konto/passwort/vergessen/",
        "/konto/passwort/vergessen/gesandt/",
        "/konto/passwort/neu/gesetzt/",
        "/konto/passwort/neu/<uidb36>-<key>/",
        "/konto/adresse/",
    },
}


def adressen(muster=None, davor="/"):
    """Yield (address, view) of the whole URLconf."""
    for eintrag in get_resolver().url_patterns if muster is None else muster:
        adresse = davor + lesbar(str(eintrag.pattern))
        if adresse == "/admin/":  # Django's own; tests/mitglieder/test_admin.py sees who gets in
            continue
        if isinstance(eintrag, URLResolver):
            yield from adressen(eintrag.url_patterns, adresse)
        elif isinstance(eintrag, URLPattern):
            yield adresse, eintrag.callback


def lesbar(muster):
    """Return a pattern as in a path(): regular expressions and converters as <name>."""
    muster = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", muster)
    muster = re.sub(r"<\w+:(\w+)>", r"<\1>", muster)
    return (
        muster.replace("^", "").replace("\\", "").removesuffix("$").removesuffix("Z").replace("(", "").replace(")", "")
    )


def paket(view):
    return getattr(view, "view_class", inspect.unwrap(view)).__module__.split(".")[0]


EIGENE = [(adresse, view) for adresse, view in adressen() if paket(view) in APPS]


@pytest.mark.parametrize(("adresse", "view"), EIGENE, ids=[adresse for adresse, _view in EIGENE])
def test_own_view_asks_for_a_right_or_is_public(adresse, view):
    recht = getattr(view, "recht", None)
    ist_oeffentlich = not getattr(view, "login_required", True)

    braucht_nur_anmeldung = paket(view) == "konferenz" and not ist_oeffentlich  # the ground knows no more

    assert isinstance(recht, Recht) or str(recht).startswith("zugang:") or braucht_nur_anmeldung or ist_oeffentlich
    assert not (isinstance(recht, Recht) and ist_oeffentlich)


def test_public_addresses_are_these():
    assert {adresse for adresse, view in EIGENE if not getattr(view, "login_required", True)} == set(OEFFENTLICH)


def test_each_public_view_says_why():
    """Beside @login_not_required stands a comment."""
    ohne_grund = []
    for adresse, view in EIGENE:
        if getattr(view, "login_required", True):
            continue
        innen = inspect.unwrap(view)
        quelle = inspect.getsource(inspect.getmodule(innen))
        kopf = quelle.split(f"def {innen.__name__}(")[0].split("\n\n")[-1]
        if not re.search(r"@login_not_required\s+#\s*\S+", kopf):
            ohne_grund.append(adresse)

    assert ohne_grund == []


def test_addresses_of_other_packages_are_these():
    fremde = {}
    for adresse, view in adressen():
        if paket(view) not in APPS:
            fremde.setdefault(paket(view), set()).add(adresse)

    assert fremde == FREMD


def test_no_address_stands_twice():
    alle = [adresse for adresse, _view in adressen()]

    assert [adresse for adresse in alle if alle.count(adresse) > 1] == []


def test_addresses_are_ascii_german_and_without_numbers_of_rows():
    """Readable addresses or uuids, never a primary key; a slash at the end unless it is a file."""
    schlechte = [
        adresse
        for adresse, _view in EIGENE
        if not re.fullmatch(r"[\x21-\x7e]+", adresse)
        or re.search(r"<(?:int:)?(?:pk|id)>", adresse)
        or not (adresse.endswith("/") or re.search(r"\.\w+$", adresse) or adresse == "/healthz")
    ]

    assert schlechte == []
