"""Addresses of meetings, papers and dispatch."""

from django.urls import URLPattern, path

from .views import (
    aenderung,
    anmeldung,
    antwort,
    balken,
    diskussion,
    druck,
    freigabe,
    gast,
    herunterladen,
    jahresplan,
    kalender,
    leitung,
    lesen,
    nachfuehren,
    nachversand,
    praesenz,
    praesenzjahr,
    puls,
    raum,
    saal,
    sitzung,
    teilnahme,
    thema,
    traktandum,
    unterlage,
    versand,
    vormerkung,
    wunsch,
)

app_name = "sitzungen"

# /sitzungen/jahresplan/…: planning (before the meetings: their addresses would catch these)
planung: list[URLPattern] = [
    path("sitzungen/jahresplan/", jahresplan.jahresplan_start, name="jahresplan"),
    path("sitzungen/jahresplan/<int:jahr>/", jahresplan.jahresplan_edit, name="jahresplan-edit"),
    path("sitzungen/neu/", sitzung.sitzung_create, name="sitzung-create"),
    path("sitzungen/praesenz/", praesenzjahr.praesenz_start, name="praesenz-start"),
    path("sitzungen/praesenz/<int:jahr>/", praesenzjahr.praesenz_jahr, name="praesenz-jahr"),
    path(
        "sitzungen/praesenz/<int:jahr>/tabelle.csv", praesenzjahr.praesenz_export, {"typ": "csv"}, name="praesenz-csv"
    ),
    path(
        "sitzungen/praesenz/<int:jahr>/tabelle.xlsx",
        praesenzjahr.praesenz_export,
        {"typ": "xlsx"},
        name="praesenz-xlsx",
    ),
    path("sitzungen/praesenz/<int:jahr>/<str:kuerzel>.pdf", praesenzjahr.praesenz_nachweis, name="praesenz-nachweis"),
]

# /sitzungen/wunsch/…, /themen/: what members want, what it is about
wuensche: list[URLPattern] = [
    path("sitzungen/wunsch/", wunsch.wunsch_list, name="wunsch-list"),
    path("sitzungen/wunsch/<uuid:uuid>/unterlage/", wunsch.wunsch_unterlage, name="wunsch-unterlage"),
    path("sitzungen/wunsch/<uuid:uuid>/zurueckziehen/", wunsch.wunsch_withdraw, name="wunsch-withdraw"),
    path("themen/", thema.thema_list, name="thema-list"),
    path("themen/neu/", thema.thema_create, name="thema-create"),
]

# /sitzungen/2026-3/…: preparing
_S = "sitzungen/<str:kennung>/"
_T = "sitzungen/<str:sitzung__kennung>/traktanden/<uuid:uuid>/"
_U = "sitzungen/<str:traktandum__sitzung__kennung>/unterlagen/<uuid:uuid>/"
vorbereitung: list[URLPattern] = [
    path(f"{_S}traktanden/", traktandum.traktandum_list, name="traktandum-list"),
    path(f"{_S}traktanden/neu/", traktandum.traktandum_create, name="traktandum-create"),
    path(f"{_S}traktanden/ordnung/", traktandum.traktandum_order, name="traktandum-order"),
    path(f"{_S}traktanden/vorlage/", traktandum.traktandum_copy, name="traktandum-copy"),
    path(f"{_S}traktanden/uebernehmen/<uuid:uuid>/", traktandum.traktandum_carry, name="traktandum-carry"),
    path(_T, traktandum.traktandum_edit, name="traktandum-edit"),
    path(f"{_T}verschieben/", traktandum.traktandum_move, name="traktandum-move"),
    path(f"{_T}entfernen/", traktandum.traktandum_delete, name="traktandum-delete"),
    path(f"{_T}unterlagen/", unterlage.unterlage_create, name="unterlage-create"),
    path(_U, unterlage.unterlage_edit, name="unterlage-edit"),
    path(f"{_U}fassung/", unterlage.unterlage_replace, name="unterlage-replace"),
    path(f"{_U}verschieben/", unterlage.unterlage_move, name="unterlage-move"),
    path(f"{_U}entfernen/", unterlage.unterlage_remove, name="unterlage-remove"),
    path(f"{_U}zurueckholen/", unterlage.unterlage_restore, name="unterlage-restore"),
    path(f"{_U}loeschen/", unterlage.unterlage_delete, name="unterlage-delete"),
    path(f"{_S}einstellungen/", sitzung.sitzung_edit, name="sitzung-edit"),
    path(f"{_S}freigabe/", freigabe.freigabe_detail, name="freigabe-detail"),
    path(f"{_S}freigabe/vorlegen/", freigabe.freigabe_submit, name="freigabe-submit"),
    path(f"{_S}freigabe/geben/", freigabe.freigabe_grant, name="freigabe-grant"),
    path(f"{_S}freigabe/anhalten/", freigabe.freigabe_revoke, name="freigabe-revoke"),
    path(f"{_S}wuensche/<uuid:uuid>/uebernehmen/", wunsch.wunsch_accept, name="wunsch-accept"),
    path(f"{_S}wuensche/<uuid:uuid>/ablehnen/", wunsch.wunsch_decline, name="wunsch-decline"),
    path(f"{_S}gaeste/", gast.gast_list, name="gast-list"),
    path(f"{_S}gaeste/ausladen/", gast.gast_dismiss, name="gast-dismiss"),
]

# /sitzungen/2026-3/…: the meeting itself
leiten: list[URLPattern] = [
    path(f"{_S}leitung/", leitung.leitung_detail, name="leitung"),
    path(f"{_S}leitung/eroeffnen/", leitung.sitzung_start, name="sitzung-start"),
    path(f"{_S}leitung/schliessen/", leitung.sitzung_end, name="sitzung-end"),
    path(f"{_S}leitung/wer/", leitung.leitung_edit, name="leitung-edit"),
    path(f"{_S}leitung/nachtrag/", leitung.nachtrag_create, name="nachtrag-create"),
    path(f"{_S}nachfuehren/", nachfuehren.sitzung_nachfuehren, name="sitzung-nachfuehren"),
    path(f"{_S}nachfuehren/bestaetigen/", nachfuehren.nachfuehrung_confirm, name="nachfuehrung-confirm"),
    path(f"{_S}praesenzliste.pdf", druck.sitzung_praesenzliste, name="praesenzliste"),
    path(f"{_S}zaehlblatt.pdf", druck.sitzung_zaehlblatt, name="zaehlblatt"),
    path(f"{_S}saal/", saal.saal_detail, name="saal"),
    path(f"{_S}balken/", balken.balken, name="balken"),
    path("sitzungen/puls/<str:marke>/", puls.puls, name="puls"),
    path(f"{_S}raum/", raum.raum_detail, name="raum"),
    path(f"{_S}raum/zugang/", raum.raum_zugang, name="raum-zugang"),
    path(f"{_T}aufrufen/", leitung.traktandum_call, name="traktandum-call"),
    path(f"{_T}ergebnis/", leitung.traktandum_ausgang, name="traktandum-ausgang"),
    path(f"{_T}entscheid/", leitung.traktandum_entscheid, name="traktandum-entscheid"),
    path(f"{_T}information/", leitung.traktandum_information, name="traktandum-information"),
    path(f"{_T}diskussion/", diskussion.diskussion_create, name="diskussion-create"),
    path(f"{_T}diskussion/festhalten/", leitung.diskussion_record, name="diskussion-record"),
    path(f"{_T}diskussion/streichen/", leitung.diskussion_drop, name="diskussion-drop"),
    path(f"{_T}diskussion/zurueckziehen/", diskussion.diskussion_withdraw, name="diskussion-withdraw"),
]

# /sitzungen/2026-3/praesenz/…, …/platz/<uuid>/…: who is there
praesent: list[URLPattern] = [
    path(f"{_S}praesenz/", praesenz.praesenz_list, name="praesenz"),
    path(f"{_S}praesenz/alle/", praesenz.praesenz_all, name="praesenz-all"),
    path(f"{_S}praesenz/tuere/", praesenz.tuere_create, name="tuere-create"),
    path(f"{_S}praesenz/tuere/<uuid:uuid>/", praesenz.tuere_liste, name="tuere-liste"),
    path(f"{_S}praesenz/saal/oeffnen/", praesenz.saal_open, name="saal-open"),
    path(f"{_S}praesenz/saal/schliessen/", praesenz.saal_close, name="saal-close"),
    path(f"{_S}praesenz/gaeste/<uuid:uuid>/anmelden/", praesenz.gast_check_in, name="gast-check-in"),
    path(f"{_S}praesenz/gaeste/<uuid:uuid>/abmelden/", praesenz.gast_check_out, name="gast-check-out"),
    path(f"{_S}praesenz/zeiten/<uuid:uuid>/", praesenz.anwesenheit_edit, name="anwesenheit-edit"),
    path(f"{_S}praesenz/zeiten/<uuid:uuid>/entfernen/", praesenz.anwesenheit_remove, name="anwesenheit-remove"),
    path(f"{_S}praesenz/<uuid:uuid>/vormerken/", vormerkung.vormerkung_create, name="vormerkung-create"),
    path(f"{_S}praesenz/vormerkungen/<uuid:uuid>/verwerfen/", vormerkung.vormerkung_drop, name="vormerkung-drop"),
    path(f"{_S}praesenz/<uuid:uuid>/anmelden/", praesenz.platz_check_in, name="platz-check-in"),
    path(f"{_S}praesenz/<uuid:uuid>/abmelden/", praesenz.platz_check_out, name="platz-check-out"),
    path(f"{_S}praesenz/<uuid:uuid>/wechsel/", praesenz.platz_hand_over, name="platz-hand-over"),
    path(f"{_S}platz/", anmeldung.platz_detail, name="platz"),
    path(f"{_S}platz/<uuid:uuid>/da/", anmeldung.platz_take, name="platz-take"),
    path(f"{_S}platz/<uuid:uuid>/weg/", anmeldung.platz_leave, name="platz-leave"),
    path(f"{_S}platz/<uuid:uuid>/uebernehmen/", anmeldung.platz_takeover, name="platz-takeover"),
    path(f"{_S}ausstand/", anmeldung.ausstand_declare, name="ausstand-declare"),
    path(f"{_S}ausstand/zurueckziehen/", anmeldung.ausstand_withdraw, name="ausstand-withdraw"),
]

# /sitzungen/2026-3/versand/…: the dispatch
versenden: list[URLPattern] = [
    path(f"{_S}versand/", versand.versand_detail, name="versand-detail"),
    path(f"{_S}versand/vorschau/<str:brief>/", versand.versand_vorschau, name="versand-vorschau"),
    path(f"{_S}versand/mappe.pdf", versand.versand_mappe, name="versand-mappe"),
    path(f"{_S}versand/probe/", versand.versand_probe, name="versand-probe"),
    path(f"{_S}versand/jetzt/", versand.versand_forward, name="versand-forward"),
    path(f"{_S}versand/nachversand/", nachversand.nachversand_create, name="nachversand-create"),
    path(f"{_S}versand/nachversand/unterlage/", nachversand.papier_note, name="nachversand-unterlage"),
    path(f"{_S}versand/nachversand/ersatz/", nachversand.ersatz_note, name="nachversand-ersatz"),
    path(f"{_S}versand/nachversand/rueckzug/", nachversand.rueckzug_note, name="nachversand-rueckzug"),
    path(f"{_S}versand/nachversand/traktandum/", nachversand.traktandum_note, name="nachversand-traktandum"),
    path(f"{_S}versand/nachversand/reihenfolge/", nachversand.umstellung_note, name="nachversand-reihenfolge"),
    path(f"{_S}versand/nachversand/streichung/", nachversand.streichung_note, name="nachversand-streichung"),
    path(f"{_S}versand/verschiebung/", aenderung.verschiebung_create, name="verschiebung-create"),
    path(f"{_S}versand/absage/", aenderung.absage_create, name="absage-create"),
    path(f"{_S}versand/<str:was>/vorschau/<str:brief>/", aenderung.aenderung_vorschau, name="aenderung-vorschau"),
    path("aenderungen/<uuid:uuid>/verwerfen/", nachversand.aenderung_drop, name="aenderung-drop"),
    path("versand/<uuid:uuid>/stand/", versand.versand_stand, name="versand-stand"),
    path("versand/<uuid:uuid>/anhalten/", versand.versand_stop, name="versand-stop"),
    path("versand/<uuid:uuid>/fortsetzen/", versand.versand_resume, name="versand-resume"),
    path("versand/<uuid:uuid>/ergaenzen/", versand.versand_extend, name="versand-extend"),
    path("zustellungen/<uuid:uuid>/nochmals/", versand.zustellung_resend, name="zustellung-resend"),
    path("zustellungen/<uuid:uuid>/vermerken/", versand.zustellung_mark, name="zustellung-mark"),
]

# /sitzungen/2026-3/teilnahme/…: who comes, who came
teilnahmen: list[URLPattern] = [
    path(f"{_S}teilnahme/", teilnahme.teilnahme_list, name="teilnahme-list"),
]

# /sitzungen/2026-3/antwort/, …/teilnahme/<uuid>/: what a seat answers, who comes instead
antworten: list[URLPattern] = [
    path(f"{_S}antwort/", antwort.antwort_edit, name="antwort-edit"),
    path(f"{_S}vertretung/", antwort.vertretung_reply, name="vertretung-reply"),
    path(f"{_S}teilnahme/<uuid:sitz>/", antwort.teilnahme_edit, name="teilnahme-edit"),
    path(f"{_S}teilnahme/<uuid:sitz>/erinnern/", antwort.teilnahme_remind, name="teilnahme-remind"),
]

# /sitzungen/…: the members' area
sitzung_lesen: list[URLPattern] = [
    path("sitzungen/", lesen.sitzung_list, name="sitzung-list"),
    path("sitzungen/<str:kennung>/", lesen.sitzung_detail, name="sitzung-detail"),
    path("sitzungen/<str:kennung>/termin.ics", kalender.sitzung_termin, name="sitzung-termin"),
    path("sitzungen/<str:kennung>/unterlagen.zip", herunterladen.sitzung_zip, name="sitzung-zip"),
    path(
        "sitzungen/<str:kennung>/traktandenliste.pdf",
        herunterladen.sitzung_traktandenliste,
        name="sitzung-traktandenliste",
    ),
    path("sitzungen/<str:kennung>/mappe.pdf", herunterladen.sitzung_mappe, name="sitzung-mappe"),
]

# /unterlagen/<uuid>/
unterlage_lesen: list[URLPattern] = [
    path("unterlagen/<uuid:uuid>/", herunterladen.unterlage_detail, name="unterlage-detail"),
    path("unterlagen/<uuid:uuid>/v<int:nr>/", herunterladen.unterlage_fassung, name="unterlage-fassung"),
]

# /kalender/
kalender_abo: list[URLPattern] = [
    path("kalender/", kalender.kalenderabo_detail, name="kalenderabo"),
    path("kalender/neu/", kalender.kalenderabo_start, name="kalenderabo-start"),
    path("kalender/beenden/", kalender.kalenderabo_end, name="kalenderabo-end"),
    path("kalender/<str:token>.ics", kalender.kalender_feed, name="kalender-feed"),
]

urlpatterns: list[URLPattern] = [
    *planung,
    *wuensche,
    *vorbereitung,
    *leiten,
    *praesent,
    *versenden,
    *teilnahmen,
    *antworten,
    *sitzung_lesen,
    *unterlage_lesen,
    *kalender_abo,
]
