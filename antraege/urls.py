"""Addresses of motions and votes."""

from django.urls import URLPattern, path

from .views import agenda as on_agenda
from .views import antrag, beilage, erfassen, fassung, leiten, stand, vorbereiten
from .views import bericht as report
from .views import bericht_datei as report_files
from .views import entscheid as decision
from .views import entwurf as draft
from .views import karte as ballot
from .views import konsultativ as opinion
from .views import liste as motions
from .views import nacherfassung as paper
from .views import protokoll as record
from .views import vorstand as board

app_name = "antraege"

_A = "abstimmungen/<uuid:uuid>/"
_B = "antraege/<str:kennung>/bericht"
_BA = "antraege/<str:antrag__kennung>/bericht"
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

# /antraege/entwurf/<uuid>/ …: written, attached, submitted, reworded, withdrawn
entwurf: list[URLPattern] = [
    path("antraege/neu/", draft.antrag_new, name="antrag-new"),
    path("antraege/entwurf/<uuid:uuid>/", draft.entwurf_edit, name="entwurf-edit"),
    path("antraege/entwurf/<uuid:uuid>/sichern/", draft.entwurf_save, name="entwurf-save"),
    path("antraege/entwurf/<uuid:uuid>/beilagen/", beilage.entwurf_beilagen, name="entwurf-beilagen"),
    path("antraege/entwurf/<uuid:uuid>/einreichen/", draft.entwurf_submit, name="entwurf-submit"),
    path("antraege/entwurf/<uuid:uuid>/verwerfen/", draft.entwurf_discard, name="entwurf-discard"),
    path("antraege/beilagen/<uuid:uuid>/", beilage.beilage_download, name="beilage-download"),
    path("antraege/<str:kennung>/fassung/", fassung.antrag_revise, name="antrag-revise"),
    path("antraege/<str:kennung>/fassungen/<int:nr>/", fassung.fassung_detail, name="fassung-detail"),
    path("antraege/<str:kennung>/zurueckziehen/", fassung.antrag_withdraw, name="antrag-withdraw"),
]

# /antraege/, /antraege/antraege.csv …: the list
liste: list[URLPattern] = [
    path("antraege/", motions.antrag_list, name="antrag-list"),
    path("antraege/antraege.csv", motions.antrag_export, {"typ": "csv"}, name="antrag-export-csv"),
    path("antraege/antraege.xlsx", motions.antrag_export, {"typ": "xlsx"}, name="antrag-export-xlsx"),
]

# /antraege/2026-4/traktandieren/ …: on an agenda, and back from the board
agenda: list[URLPattern] = [
    path("antraege/<str:kennung>/antrag.pdf", on_agenda.antrag_pdf, name="antrag-pdf"),
    path("antraege/<str:kennung>/traktandieren/", on_agenda.antrag_traktandieren, name="antrag-traktandieren"),
    path("antraege/<str:kennung>/unterlage/", on_agenda.antrag_papier, name="antrag-papier"),
    path("antraege/<str:kennung>/nachversand/", on_agenda.antrag_nachversand, name="antrag-nachversand"),
    path("antraege/<str:kennung>/rueckmeldung/", on_agenda.rueckmeldung_create, name="rueckmeldung-create"),
    path("antraege/<str:kennung>/aufnehmen/", on_agenda.antrag_reopen, name="antrag-reopen"),
]

# /antraege/2026-4/bericht/ …: the report to the board
bericht: list[URLPattern] = [
    path(f"{_B}/", report.bericht_edit, name="bericht-edit"),
    path(f"{_B}/anlegen/", report.bericht_create, name="bericht-create"),
    path(f"{_BA}/sichern/", report.bericht_save, name="bericht-save"),
    path(f"{_BA}/umstellen/", report.bericht_renew, name="bericht-renew"),
    path(f"{_BA}/vorlegen/", report.bericht_submit, name="bericht-submit"),
    path(f"{_BA}/freigeben/", report.bericht_release, name="bericht-release"),
    path(f"{_BA}/freigabe-zuruecknehmen/", report.bericht_unrelease, name="bericht-unrelease"),
    path(f"{_BA}/ueberweisen/", report.bericht_transmit, name="bericht-transmit"),
    path(f"{_BA}/mail/", report_files.bericht_mail, name="bericht-mail"),
    path(f"{_BA}.pdf", report_files.bericht_pdf, name="bericht-pdf"),
    path("vorstand/<uuid:uuid>/bericht.pdf", report_files.bericht_datei, name="bericht-datei"),
]

# /vorstand/ …: what the board has, what it decided
vorstand: list[URLPattern] = [
    path("vorstand/", board.vorstand_list, name="vorstand-list"),
    path("vorstand/wahlen/<uuid:uuid>/", board.wahl_record, name="wahl-record"),
    path("vorstand/<uuid:uuid>/", board.bericht_detail, name="bericht-detail"),
    path("vorstand/<uuid:uuid>/entscheid/", decision.entscheid_edit, name="entscheid-edit"),
    path("vorstand/<uuid:uuid>/entscheid/mitteilen/", decision.entscheid_tell, name="entscheid-tell"),
    path("vorstand/<uuid:uuid>/entscheid/mail/", decision.entscheid_mail, name="entscheid-mail"),
    path("vorstand/<uuid:uuid>/entscheid/verwerfen/", decision.entscheid_discard, name="entscheid-discard"),
    path("vorstand/<uuid:bericht__uuid>/entscheid/datei/", decision.entscheid_datei, name="entscheid-datei"),
]

# /antraege/2026-4/: one motion
antraege: list[URLPattern] = [
    path("antraege/<str:kennung>/", antrag.antrag_detail, name="antrag-detail"),
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

urlpatterns: list[URLPattern] = [
    *karte,
    *pult,
    *entwurf,
    *liste,
    *agenda,
    *bericht,
    *vorstand,
    *antraege,
    *protokoll,
]
