#!/usr/bin/env python3
"""Zählt ein Abstimmungsprotokoll nach: python3 nachzaehlen.py protokoll.json [erwarteter SHA-256]  (docs/abstimmungen.md)."""

import json
import sys
from hashlib import sha256


def verlange(gilt, grund):
    if not gilt:
        raise ValueError(grund)


def lies(text):
    daten = json.loads(text)
    form = json.dumps(daten, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    verlange(isinstance(daten, dict) and form == text, "Der Text hat nicht die vorgeschriebene Form.")
    return daten, sha256(text.encode()).hexdigest()


def nachzaehlen(text, erwartet=""):
    datei, summe = lies(text)
    if "protokoll" not in datei:  # the bare record: only a hash from elsewhere can vouch for its words
        datei = {"format": 1, "journal": None, "protokoll": text, "sha256": erwartet or summe}
    p, summe = lies(datei["protokoll"])
    verlange(datei["format"] == p["format"] == 1, "Dieses Format kennt das Programm nicht.")
    verlange(summe == datei["sha256"] and erwartet in {"", summe}, "Der SHA-256 des Protokolls stimmt nicht.")
    stimmen, anwesend = [s for s in p["stimmen"] if s["wahl"]], p["anwesend"]
    for s in stimmen:
        quittung = sha256((s["nonce"] + s["wahl"]).encode()).hexdigest()
        verlange(s["quittung"] == quittung, f"Die Quittung {s['quittung']} stimmt nicht.")
    verlange(len({s["quittung"] for s in stimmen}) == len(stimmen), "Eine Quittung kommt zweimal vor.")
    verlange(len(stimmen) + p["ohne_stimme"] == anwesend, "Stimmen und Anwesende stimmen nicht überein.")
    ja, nein, enthaltung = (sum(s["wahl"] == wahl for s in stimmen) for wahl in ("ja", "nein", "enthaltung"))
    verlange((ja, nein, enthaltung) == (p["ja"], p["nein"], p["enthaltung"]), f"Gezählt: {ja}, {nein}, {enthaltung}.")
    regel = {"zweidrittel": 3 * ja >= 2 * anwesend, "einfach": ja > nein, "konsultativ": None}
    verlange(p["angenommen"] is regel[p["mehrheit"]], "Das Ergebnis folgt nicht aus der Regel.")
    if p["fassung"] == "voll":
        verlange(
            len({s["sitz"] for s in p["stimmen"]}) == anwesend, "Die Sitze stimmen nicht mit den Anwesenden überein."
        )
    if j := datei["journal"]:
        eintrag, kopf = lies(j["text"])
        verlange((kopf, eintrag["seq"], eintrag["prev"]) == (j["hash"], j["seq"], j["prev"]), "Journal verändert.")
        verlange(eintrag["nutzlast"]["protokoll_sha256"] == summe, "Das Journal nennt ein anderes Protokoll.")
    wort = {True: "angenommen", False: "nicht angenommen", None: "unverbindlich"}[p["angenommen"]]
    print(f"{p['frage']}\n{wort}: {ja} Ja, {nein} Nein, {enthaltung} Enthaltungen bei {anwesend} Sitzen ({p['regel']})")
    print(f"Quittungen: {len(stimmen)} geprüft\nProtokoll: {summe}\nVolles Protokoll: {p.get('voll_sha256', summe)}")
    print(f"Journal: Eintrag {j['seq']}, {j['hash']}" if j else "Journal: nicht enthalten")


if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8", newline="") as datei:  # noqa: PTH123 - one module less to know
            nachzaehlen(datei.read(), *sys.argv[2:3])
    except (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError) as fehler:
        sys.exit(f"NICHT IN ORDNUNG: {fehler}")
