"""What the page of a report shows: the three steps, whose turn it is, what is missing in words."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from antraege.forms.bericht import BerichtForm, marken_of, texte_of
from antraege.models import Antrag, Bericht
from antraege.queries.bericht import (
    Unterschrift,
    check_beilagen,
    load_empfaenger,
    load_inhalt,
    load_unterschriften,
    load_vorsitz,
)
from antraege.rules.abgleich import merge_werte
from antraege.rules.bericht import bericht_betreff, check_freigabe, list_leere
from antraege.rules.unterschied import diff
from antraege.rules.vorstand import Ueberweisung, bericht_art, check_ueberweisung
from antraege.schritte.bericht import NEU_ABGESTIMMT, load_ueberweisung
from mitglieder.models import Person
from mitglieder.permissions import Recht, Rolle, Umfang, has_recht


def set_fremdes(form: BerichtForm, bericht: Bericht) -> None:
    """Join what was typed with what somebody else saved meanwhile; the next press is about that state.

    A field only the other changed shows his text; one both changed keeps what was typed, with the difference below it.
    """
    gespeichert = texte_of(bericht)
    abgleich = merge_werte(gespeichert=gespeichert, eigene=form.texte(), basis=form.cleaned_data["basis"])
    satz = "Der Bericht wurde inzwischen geändert. Ihr Text ist noch da und noch nicht gespeichert."
    if abgleich.konflikte:
        satz += " Unter jedem Feld, das beide geändert haben, steht der Unterschied; "
        satz += "speichern Sie nochmals, so gilt Ihr Text."
    else:
        satz += " Niemand hat dasselbe Feld geändert: Speichern Sie nochmals, so gilt beides."
    form.add_error(None, satz)
    for feld in abgleich.konflikte:
        form.fields[feld].unterschied = diff(gespeichert[feld], abgleich.werte[feld])  # type: ignore[attr-defined]
    form.data = {**abgleich.werte, **marken_of(bericht)}


def make_kontext(
    antrag: Antrag, bericht: Bericht | None, form: BerichtForm | None, *, umfang: Umfang, will_aendern: bool = False
) -> dict[str, Any]:
    """Return the page of a motion's latest report, or of none yet (constant queries).

    Either its texts can be written or the button of another deed is there, never both: it would leave what was typed behind.
    will_aendern: whether the office asked for the form of a report that waits for that other deed.
    """
    darf = {
        "schreiben": has_recht(umfang, Recht.BERICHT_SCHREIBEN),
        "freigeben": has_recht(umfang, Recht.BERICHT_FREIGEBEN),
    }
    kontext: dict[str, Any] = {"antrag": antrag, "bericht": bericht, "form": form, "darf": darf, "lage": None}
    kontext["schritte"] = make_schritte(bericht)
    kontext["art"] = bericht_art(antrag.status)
    ist_erledigt = bericht is not None and bericht.is_ueberwiesen and antrag.status in Antrag.ENTSCHIEDEN
    if bericht is None or ist_erledigt:
        return kontext | {"bericht": None, "schritte": make_schritte(None)}
    kontext["inhalt"] = inhalt = load_inhalt(bericht)
    if bericht.is_ueberwiesen:
        return kontext
    heute = timezone.localdate(umfang.now)
    lage, empfaenger = load_ueberweisung(bericht), load_empfaenger(heute)
    if form is not None:
        _tell_herkunft(form, bericht, load_unterschriften(heute))
    maengel, vorsitz = check_freigabe(texte_of(bericht)), load_vorsitz(heute)
    ist_im_schreiben = bericht.status == Bericht.Status.ENTWURF and lage.is_abgestimmt
    schreibt = darf["schreiben"] and (ist_im_schreiben or will_aendern or (form is not None and form.is_bound))
    return kontext | {
        "lage": lage,
        "schritte": make_schritte(bericht, ist_vorsitz=darf["freigeben"]),
        "schreibt": schreibt,
        "leere": list_leere(texte_of(bericht)) if schreibt else [],
        "ist_veraltet": not lage.is_abgestimmt,
        "veraltet_satz": NEU_ABGESTIMMT,
        "maengel": maengel,
        "darf_freigeben": darf["freigeben"] and bericht.status == Bericht.Status.ENTWURF and not maengel,
        "darf_vorlegen": darf["schreiben"] and not darf["freigeben"] and not maengel and vorsitz is not None,
        "zuletzt": bericht.vorgelegt_at.isoformat() if bericht.vorgelegt_at else "",
        "hindernis": check_ueberweisung(lage) or check_beilagen(inhalt.beilagen),
        "empfaenger": empfaenger,
        "vorsitz": vorsitz,
        "ist_im_vorstand": Rolle.VORSTAND in umfang.rollen,
        "punkte": make_punkte(bericht, lage, empfaenger, [m.satz for m in maengel]),
        "betreff": bericht_betreff(art=bericht.art, nummer=antrag.nummer, titel=antrag.titel),
    }


def _tell_herkunft(form: BerichtForm, bericht: Bericht, unterschriften: dict[str, Unterschrift]) -> None:
    """Say at each signature where it came from, as long as it stands as it was filled in."""
    for feld, unterschrift in unterschriften.items():
        if unterschrift.text and getattr(bericht, feld) == unterschrift.text:
            form.fields[feld].help_text = unterschrift.woher


def make_schritte(bericht: Bericht | None, *, ist_vorsitz: bool = False) -> list[dict[str, str]]:
    """Return the way of a report, for components/_schritte.html.

    ist_vorsitz: whoever may release it does so as soon as nothing is missing; for the office it is being written until it
    lies before the chair as it stands.
    """
    stand = {
        None: 0,
        Bericht.Status.ENTWURF: 1 if bericht and _is_zur_freigabe(bericht, ist_vorsitz=ist_vorsitz) else 0,
        Bericht.Status.FREIGEGEBEN: 2,
        Bericht.Status.UEBERWIESEN: 3,
    }[Bericht.Status(bericht.status) if bericht else None]
    namen = ("Schreiben", "Freigabe durch den Vorsitz", "Überweisung")
    return [
        {"name": name, "url": "", "zustand": "erledigt" if nr < stand else "jetzt" if nr == stand else "offen"}
        for nr, name in enumerate(namen)
    ]


def _is_zur_freigabe(bericht: Bericht, *, ist_vorsitz: bool) -> bool:
    return (ist_vorsitz or bericht.is_vorgelegt) and not check_freigabe(texte_of(bericht))


def make_punkte(
    bericht: Bericht, lage: Ueberweisung, empfaenger: list[Person], maengel: list[str]
) -> list[dict[str, Any]]:
    """Return what must be true before the Überweisung, for components/_pruefliste.html."""
    punkte = [
        _punkt("Der Bericht nennt die letzte Abstimmung.", NEU_ABGESTIMMT, ist=lage.is_abgestimmt),
        *(_punkt("", satz, ist=False) for satz in maengel),
        _punkt(
            "Der Vorsitz hat den Bericht freigegeben.",
            "Der Vorsitz hat den Bericht noch nicht freigegeben.",
            ist=bericht.status == Bericht.Status.FREIGEGEBEN,
        ),
        _punkt("Die Sitzung ist geschlossen.", "Die Sitzung läuft noch.", ist=lage.sitzung_geschlossen),
    ]
    if lage.is_nacherfasst:
        punkte.append(
            _punkt(
                "Der Vorsitz hat die nacherfasste Sitzung bestätigt.",
                "Die Sitzung ist nacherfasst; der Vorsitz hat sie noch nicht bestätigt.",
                ist=lage.is_bestaetigt,
            )
        )
    if lage.is_abgestimmt:
        punkte.append(
            _punkt("Stimmen, Protokoll und Journal stimmen überein.", lage.widerspruch, ist=not lage.widerspruch)
        )
    anzahl = len(empfaenger)
    wem = "1 Person" if anzahl == 1 else f"{anzahl} Personen"
    niemand = _punkt(
        f"Die Mail geht an {wem} des VSEG-Vorstands und seines Sekretariats.",
        "Im Portal ist niemand als Mitglied des VSEG-Vorstands erfasst.",
        ist=bool(empfaenger),
    )
    return [*punkte, niemand | {"url": reverse("mitglieder:person-list"), "knopf": "Personen"}]


def _punkt(gut: str, fehlt: str, *, ist: bool) -> dict[str, Any]:
    return {"text": gut if ist else fehlt, "is_erfuellt": ist, "url": "", "knopf": ""}
