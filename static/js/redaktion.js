// The agenda builder, made lighter: drag items, drop files on them, count characters.
// Without it every deed has its button. Listeners stand on the document: htmx exchanges the parts below it.

document.documentElement.dataset.skript = "ja";

// --- Order: drag by the handle, or Alt with the arrow keys -------------------------------------------

let gezogen = null;

const punktVon = (ziel) => (ziel instanceof Element ? ziel.closest(".redaktion__punkt") : null);

document.addEventListener("pointerdown", (ereignis) => {
  const griff = ereignis.target instanceof Element && ereignis.target.closest(".redaktion__griff");
  const punkt = punktVon(ereignis.target);
  if (punkt) {
    punkt.draggable = Boolean(griff);
  }
});

document.addEventListener("dragstart", (ereignis) => {
  const punkt = punktVon(ereignis.target);
  if (!punkt?.draggable) {
    return;
  }
  gezogen = punkt;
  ereignis.dataTransfer.effectAllowed = "move";
  ereignis.dataTransfer.setData("text/plain", punkt.dataset.uuid);
  punkt.dataset.gezogen = "";
});

document.addEventListener("dragover", (ereignis) => {
  const punkt = punktVon(ereignis.target);
  if (!punkt) {
    return;
  }
  if (gezogen) {
    ereignis.preventDefault();
    if (punkt !== gezogen) {
      const rahmen = punkt.getBoundingClientRect();
      const danach = ereignis.clientY > rahmen.top + rahmen.height / 2;
      punkt.parentElement.insertBefore(gezogen, danach ? punkt.nextElementSibling : punkt);
    }
  } else if (bringtDateien(ereignis) && punkt.querySelector("[data-upload]")) {
    ereignis.preventDefault();
    ereignis.dataTransfer.dropEffect = "copy";
    markiere(punkt);
  }
});

document.addEventListener("dragend", () => {
  if (!gezogen) {
    return;
  }
  const liste = gezogen.parentElement;
  delete gezogen.dataset.gezogen;
  gezogen.draggable = false;
  gezogen = null;
  const formular = document.getElementById("ordnung");
  formular.elements.reihe.value = [...liste.querySelectorAll(":scope > [data-uuid]")].map((li) => li.dataset.uuid).join(",");
  formular.requestSubmit();
});

document.addEventListener("keydown", (ereignis) => {
  const richtung = { ArrowUp: "hoch", ArrowDown: "runter" }[ereignis.key];
  const punkt = punktVon(ereignis.target);
  if (!ereignis.altKey || !richtung || !punkt) {
    return;
  }
  ereignis.preventDefault();
  document.getElementById(`${richtung}-${punkt.dataset.uuid}`)?.click();
});

// --- Papers: the dialog sends by itself, files may be dropped on an item, progress in words -----------

const bringtDateien = (ereignis) => ereignis.dataTransfer?.types.includes("Files");

function markiere(punkt) {
  for (const anderer of document.querySelectorAll(".redaktion__punkt[data-aktiv]")) {
    delete anderer.dataset.aktiv;
  }
  if (punkt) {
    punkt.dataset.aktiv = "";
  }
}

document.addEventListener("dragleave", (ereignis) => {
  if (!punktVon(ereignis.relatedTarget)) {
    markiere(null);
  }
});

document.addEventListener("drop", (ereignis) => {
  if (gezogen) {
    ereignis.preventDefault();
    return;
  }
  const formular = punktVon(ereignis.target)?.querySelector("[data-upload]");
  if (formular && bringtDateien(ereignis)) {
    ereignis.preventDefault();
    formular.elements.dateien.files = ereignis.dataTransfer.files;
    sende(formular);
  }
  markiere(null);
});

document.addEventListener("change", (ereignis) => {
  const formular = ereignis.target instanceof Element && ereignis.target.closest("[data-upload]");
  if (formular && ereignis.target.files?.length) {
    sende(formular);
  }
});

// The server refuses these too, but only after megabytes have travelled.
function sende(formular) {
  const dateien = [...formular.elements.dateien.files];
  const { maxBytes, maxZusammen, maxAnzahl } = formular.dataset;
  const zuGross = dateien.find((datei) => datei.size > Number(maxBytes));
  const zusammen = dateien.reduce((summe, datei) => summe + datei.size, 0);
  let satz = "";
  if (zuGross) {
    satz = `«${zuGross.name}» ist grösser als ${Math.round(Number(maxBytes) / 1048576)} MB.`;
  } else if (zusammen > Number(maxZusammen) || dateien.length > Number(maxAnzahl)) {
    satz = `Bitte höchstens ${maxAnzahl} Dateien und ${Math.round(Number(maxZusammen) / 1048576)} MB auf einmal.`;
  }
  if (satz) {
    formular.querySelector("[role=status]").textContent = satz;
    formular.reset();
    return;
  }
  formular.requestSubmit();
}

function zeigeStand(formular, prozent, text) {
  const balken = formular.querySelector("progress");
  balken.hidden = false;
  balken.value = prozent;
  formular.querySelector("[role=status]").textContent = text;
}

document.addEventListener("htmx:xhr:progress", (ereignis) => {
  const formular = ereignis.target instanceof Element && ereignis.target.closest("[data-upload]");
  if (!formular || !ereignis.detail.lengthComputable || !ereignis.detail.total) {
    return;
  }
  const prozent = Math.round((100 * ereignis.detail.loaded) / ereignis.detail.total);
  zeigeStand(formular, prozent, prozent < 100 ? `${prozent} %` : "wird geprüft");
});

// A refused upload is answered with one bare sentence.
const satzVon = (xhr) => (xhr?.getResponseHeader("Content-Type")?.startsWith("text/plain") ? xhr.responseText : null);

for (const [name, satz] of [
  ["htmx:sendError", "Keine Verbindung. Bitte versuchen Sie es nochmals."],
  ["htmx:responseError", "Das hat nicht geklappt. Bitte laden Sie die Seite neu und versuchen Sie es nochmals."],
]) {
  document.addEventListener(name, (ereignis) => {
    const formular = ereignis.target instanceof Element && ereignis.target.closest("[data-upload]");
    if (formular) {
      zeigeStand(formular, 0, satzVon(ereignis.detail.xhr) ?? satz);
      formular.reset();
      return;
    }
    const meldung = document.createElement("div");
    meldung.className = "meldung";
    meldung.dataset.art = "fehler";
    meldung.setAttribute("role", "alert");
    meldung.textContent = satz;
    document.getElementById("meldungen")?.replaceChildren(meldung);
  });
}

// An answer that is another page (after the session has ended: the log-in) is opened instead of swapped in.
document.addEventListener("htmx:beforeSwap", (ereignis) => {
  if (ereignis.detail.target?.id === "redaktion" && !ereignis.detail.xhr.responseText.includes('id="redaktion"')) {
    ereignis.detail.shouldSwap = false;
    window.location.assign(ereignis.detail.xhr.responseURL);
  }
});

// --- Writing: characters are counted, the next item can be typed at once -----------------------------

document.addEventListener("input", (ereignis) => {
  const feld = ereignis.target;
  const grenze = feld instanceof HTMLTextAreaElement ? feld.dataset.zaehlen : undefined;
  if (!grenze) {
    return;
  }
  const zaehler = document.querySelector(`[data-zaehler="${feld.id}"]`);
  if (zaehler) {
    zaehler.textContent = `${feld.value.trim().length} von ${grenze} Zeichen`;
    zaehler.toggleAttribute("data-zu-viel", feld.value.trim().length > Number(grenze));
  }
});

let neuErfasst = false;

document.addEventListener("htmx:beforeRequest", (ereignis) => {
  neuErfasst = ereignis.target instanceof Element && ereignis.target.id === "neu";
});

document.addEventListener("htmx:afterSettle", () => {
  const feld = document.querySelector(".redaktion__formular [name=titel]");
  if (feld && !feld.closest("form").contains(document.activeElement)) {
    feld.focus();
  } else if (neuErfasst) {
    neuErfasst = false;
    document.getElementById("id_neu_titel")?.focus();
  }
});
