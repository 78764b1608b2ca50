"""Addresses of motions and votes."""

from django.urls import URLPattern, path

from .views import karte as ballot
from .views import protokoll as record
from .views import stand

app_name = "antraege"

_A = "abstimmungen/<uuid:uuid>/"

# /abstimmungen/<uuid>/: the ballot and the way there
karte: list[URLPattern] = [
    path(_A, ballot.abstimmung_detail, name="abstimmung-detail"),
    path(f"{_A}karte/", ballot.abstimmung_karte, name="abstimmung-karte"),
    path(f"{_A}stimme/", ballot.stimme_cast, name="stimme-cast"),
]

# /abstimmungen/<uuid>/…: prepared, opened, closed, recorded by the desk
pult: list[URLPattern] = [
    path(f"{_A}stand/", stand.abstimmung_stand, name="abstimmung-stand"),
]

# /abstimmungen/<uuid>/protokoll…: the record
protokoll: list[URLPattern] = [
    path(f"{_A}protokoll.pdf", record.protokoll_pdf, name="protokoll-pdf"),
    path(f"{_A}protokoll.json", record.protokoll_json, name="protokoll-json"),
    path(f"{_A}protokoll-oeffentlich.pdf", record.protokoll_oeffentlich_pdf, name="protokoll-oeffentlich-pdf"),
    path(f"{_A}protokoll-oeffentlich.json", record.protokoll_oeffentlich_json, name="protokoll-oeffentlich-json"),
]

urlpatterns: list[URLPattern] = [*karte, *pult, *protokoll]
