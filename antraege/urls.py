"""Addresses of motions and votes."""

from django.urls import URLPattern, path

from .views import antrag, erfassen, leiten, stand, vorbereiten
from .views import karte as ballot
from .views import konsultativ as opinion
from .views import nacherfassung as paper
from .views import protokoll as record

app_name = "antraege"

_A = "abstimmungen/<uuid:uuid>/"
_T = "sitzungen/<str:sitzung__kennung>/traktanden/<uuid:uuid>/"

# /abstimmungen/<uuid>/: the ballot and the way there
karte: list[URLPattern] = [
    path(_A, ballot.abstimmung_detail, name="abstimmung-detail"),
    path(f"{_A}karte/", ballot.abstimmung_karte, name="abstimmung-karte"),
    path(f"{_A}stimme/", ballot.stimme_cast, name="stimme-cast"),
    path("sitzungen/<str:kennung>/raum/abstimmungen/", ballot.raum_karten, name="raum-karten"),
]

# /abstimmungen/<uuid>/…: prepared, opened, closed, recorded by the desk
pult: list[URLPattern] = [
    path("sitzungen/<str:kennung>/abstimmungen/neu/", vorbereiten.abstimmung_create, name="abstimmung-create"),
    path(f"{_T}antrag/", vorbereiten.antrag_create, name="antrag-create"),
    path(f"{_A}bearbeiten/", vorbereiten.abstimmung_edit, name="abstimmung-edit"),
    path(f"{_A}entfernen/", vorbereiten.abstimmung_remove, name="abstimmung-remove"),
    path(f"{_A}eroeffnen/", leiten.abstimmung_open, name="abstimmung-open"),
    path(f"{_A}schliessen/", leiten.abstimmung_close, name="abstimmung-close"),
    path(f"{_A}abbrechen/", leiten.abstimmung_abort, name="abstimmung-abort"),
    path(f"{_A}erfassen/", erfassen.abstimmung_erfassen, name="abstimmung-erfassen"),
    path(f"{_A}stand/", stand.abstimmung_stand, name="abstimmung-stand"),
]

# /antraege/2026-4/: one motion
antraege: list[URLPattern] = [
    path("antraege/<str:kennung>/", antrag.antrag_detail, name="antrag-detail"),
    path("antraege/<str:kennung>/fassung/", antrag.antrag_revise, name="antrag-revise"),
]

# /abstimmungen/<uuid>/protokoll…: the record; …/nacherfassen/: votes held on paper
protokoll: list[URLPattern] = [
    path("sitzungen/<str:kennung>/abstimmungen/meinung/", opinion.konsultativ_create, name="konsultativ-create"),
    path("sitzungen/<str:kennung>/abstimmungen/nacherfassen/", paper.nacherfassung_list, name="nacherfassung-list"),
    path(f"{_A}nacherfassen/", paper.abstimmung_nacherfassen, name="abstimmung-nacherfassen"),
    path(f"{_A}protokoll.pdf", record.protokoll_pdf, name="protokoll-pdf"),
    path(f"{_A}protokoll.json", record.protokoll_json, name="protokoll-json"),
    path(f"{_A}protokoll-oeffentlich.pdf", record.protokoll_oeffentlich_pdf, name="protokoll-oeffentlich-pdf"),
    path(f"{_A}protokoll-oeffentlich.json", record.protokoll_oeffentlich_json, name="protokoll-oeffentlich-json"),
]

urlpatterns: list[URLPattern] = [*karte, *pult, *antraege, *protokoll]
