// A draft is saved while it is typed, so that a dead telephone loses nothing. Without this the form has its button.

const formular = document.getElementById("entwurf");
const satz = formular.querySelector("[data-stand-satz]");
const hinweis = formular.querySelector("[data-hinweis]");
const FELDER = ["titel", "thema", "text", "ausgangslage", "erwaegungen", "finanzielles"];
const PAUSE = 1500; // after the last key
const LAENGSTENS = 10_000; // who types without a pause
const KEEPALIVE_BYTES = 60_000; // browsers carry no more past the end of a page

let uhr = null;
let seit = 0; // since when something waits to be saved; 0: nothing does
let laeuft = false;
let haelt = false; // somebody has to decide first: no more saving by itself
let abgelehnt = false; // what stands there is refused: the next key tries again
let versuch = 0;
let gesichert = werte();

function werte() {
  return Object.fromEntries(FELDER.map((feld) => [feld, formular.elements[feld].value]));
}

const istOffen = () => FELDER.some((feld) => formular.elements[feld].value !== gesichert[feld]);

// Read aloud only where the sentence changes: once a minute at most.
function zeige(text, lage = "") {
  if (satz.textContent !== text) {
    satz.textContent = text;
  }
  satz.dataset.lage = lage;
}

function melde(text, { art = "warnung", knopf = "", weg = "" } = {}) {
  hinweis.replaceChildren();
  if (!text) {
    return;
  }
  const meldung = document.createElement("div");
  meldung.className = "meldung";
  meldung.dataset.art = art;
  const zeile = document.createElement("p");
  zeile.textContent = text;
  meldung.append(zeile);
  if (knopf) {
    const absatz = document.createElement("p");
    const taste = document.createElement("button");
    taste.className = "knopf";
    taste.textContent = knopf;
    absatz.append(taste);
    meldung.append(absatz);
  }
  if (weg) {
    const absatz = document.createElement("p");
    const link = document.createElement("a");
    link.href = weg;
    link.target = "_blank";
    link.rel = "opener";
    link.textContent = "In einem neuen Fenster anmelden";
    absatz.append(link);
    meldung.append(absatz);
  }
  hinweis.append(meldung);
}

function plane(warte = PAUSE) {
  if (haelt) {
    return;
  }
  seit ||= Date.now();
  clearTimeout(uhr);
  uhr = setTimeout(sichere, Math.max(0, Math.min(warte, seit + LAENGSTENS - Date.now())));
}

async function sichere({ amEnde = false } = {}) {
  clearTimeout(uhr);
  uhr = null;
  if (laeuft || haelt || !istOffen()) {
    return;
  }
  laeuft = true;
  const gesandt = werte();
  const daten = new URLSearchParams(new FormData(formular));
  daten.delete("dateien");
  const kurz = amEnde && new Blob([daten.toString()]).size < KEEPALIVE_BYTES;
  try {
    const antwort = await fetch(formular.dataset.sichern, {
      method: "POST",
      body: daten,
      headers: { Accept: "application/json" },
      keepalive: kurz,
    });
    await nimm(antwort, gesandt);
  } catch {
    spaeter("Keine Verbindung. Ihr Text steht noch hier und wird gespeichert, sobald es wieder geht.");
  } finally {
    laeuft = false;
  }
  if (!abgelehnt && !uhr && istOffen()) {
    plane();
  }
}

function spaeter(text) {
  zeige(text, "offen");
  versuch += 1;
  seit = 0;
  clearTimeout(uhr);
  uhr = setTimeout(sichere, Math.min(60_000, 2000 * 2 ** versuch));
}

async function nimm(antwort, gesandt) {
  if (antwort.ok && antwort.headers.get("Content-Type")?.startsWith("application/json")) {
    uebernimm(await antwort.json(), gesandt);
    return;
  }
  if (antwort.status === 403) {
    // after a log-in elsewhere the mark against forged forms is another one: take it from a fresh page, once
    if (versuch < 2 && (await erneuere())) {
      spaeter("Wird nochmals gespeichert …");
      return;
    }
    haelt = true;
    zeige("Noch nicht gespeichert", "offen");
    melde("Das Speichern wurde abgelehnt. Ihr Text steht noch hier: Kopieren Sie ihn, und laden Sie die Seite neu.", { art: "fehler" });
    return;
  }
  const text = antwort.headers.get("Content-Type")?.startsWith("application/json") ? (await antwort.json()).satz : "";
  if (antwort.status === 401) {
    zeige("Noch nicht gespeichert", "offen");
    melde(text, { weg: formular.dataset.seite });
    haelt = true;
  } else if (antwort.status === 409) {
    zeige("Noch nicht gespeichert", "offen");
    melde(text, { knopf: "Beide Fassungen vergleichen" });
    haelt = true;
  } else if (antwort.status === 400) {
    zeige(text || "Noch nicht gespeichert", "offen");
    abgelehnt = true;
  } else {
    spaeter("Noch nicht gespeichert; es wird gleich nochmals versucht.");
  }
}

function uebernimm(stand, gesandt) {
  versuch = 0;
  gesichert = gesandt;
  const basis = JSON.parse(formular.elements.basis.value || "{}");
  for (const feld of FELDER) {
    if (!(feld in stand.felder)) {
      basis[feld] = stand.basis[feld];
    } else if (formular.elements[feld].value === gesandt[feld]) {
      formular.elements[feld].value = stand.felder[feld];
      gesichert[feld] = stand.felder[feld];
      basis[feld] = stand.basis[feld];
    } // else: typed into meanwhile; with the old mark the next save shows both
  }
  formular.elements.basis.value = JSON.stringify(basis);
  formular.elements.stand.value = stand.stand;
  seit = 0;
  zeige(stand.satz);
  melde(stand.hinweis, { art: "info" });
}

async function erneuere() {
  versuch += 1;
  const seite = await fetch(formular.dataset.seite, { headers: { Accept: "text/html" } });
  if (!seite.ok || seite.redirected) {
    return false;
  }
  const neu = new DOMParser().parseFromString(await seite.text(), "text/html");
  const marke = neu.querySelector("#entwurf [name=csrfmiddlewaretoken]");
  if (!marke) {
    return false;
  }
  formular.elements.csrfmiddlewaretoken.value = marke.value;
  return true;
}

formular.addEventListener("input", (ereignis) => {
  if (FELDER.includes(ereignis.target.name)) {
    abgelehnt = false;
    zeige("Noch nicht gespeichert", "offen");
    plane();
  }
});

// A button stores the text itself; nothing runs beside it.
formular.addEventListener("submit", () => {
  clearTimeout(uhr);
  haelt = true;
  gesichert = werte();
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    sichere({ amEnde: true });
  }
});
window.addEventListener("online", () => sichere());
// Back from the other window, logged in again: go on by itself.
window.addEventListener("focus", async () => {
  if (haelt && hinweis.querySelector("a[target]") && (await erneuere())) {
    haelt = false;
    versuch = 0;
    melde("");
    sichere();
  }
});
window.addEventListener("pageshow", (ereignis) => {
  if (ereignis.persisted) {
    haelt = false;
  }
});
window.addEventListener("beforeunload", (ereignis) => {
  if (istOffen()) {
    ereignis.preventDefault();
  }
});

if ("ungespeichert" in formular.dataset) {
  gesichert = Object.fromEntries(FELDER.map((feld) => [feld, null]));
  plane();
}
