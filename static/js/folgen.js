// Parts that ask for themselves give way to deeds: while one is under way none asks, and what was asked before it is thrown
// away. It may be older than what the deed shows, and could take the button out of the page whose answer is yet to come:
// htmx looks for an answer's places from the element that asked, and once that is gone the answer is lost.

const FRAGT = "[hx-trigger*='every '], [hx-trigger*='from:body']";
const LAENGSTENS = 30_000; // milliseconds a deed without an answer holds the others up
const offen = new Set(); // deeds under way
const gefragt = new WeakMap(); // how many deeds there had been when something asked
const versaeumt = new Set(); // events nobody followed meanwhile
let taten = 0;

function holeNach() {
  for (const name of offen.size ? [] : versaeumt) {
    versaeumt.delete(name);
    document.body.dispatchEvent(new Event(name));
  }
}

function verschiebe(ereignis) {
  ereignis.preventDefault();
  const anlass = ereignis.detail.requestConfig.triggeringEvent; // none where «every» asks again anyway
  if (anlass) {
    versaeumt.add(anlass.type);
  }
  holeNach();
}

function pruefe(ereignis) {
  const { elt, xhr } = ereignis.detail;
  if (elt === ereignis.currentTarget && (!elt.isConnected || gefragt.get(xhr) !== taten)) {
    verschiebe(ereignis);
  }
}

document.addEventListener("htmx:beforeRequest", (ereignis) => {
  const { elt, xhr } = ereignis.detail;
  if (elt.matches(FRAGT)) {
    gefragt.set(xhr, taten);
    elt.addEventListener("htmx:beforeOnLoad", pruefe); // on itself: nothing rises from what has left the page
    if (offen.size) {
      verschiebe(ereignis);
    }
  }
});

document.addEventListener("htmx:beforeSend", ({ detail: { requestConfig, xhr } }) => {
  const ende = () => offen.delete(xhr) && holeNach();
  if (requestConfig.verb !== "get") {
    taten += 1;
    offen.add(xhr);
    xhr.addEventListener("loadend", ende); // after an answer, an error, an abort alike
    setTimeout(ende, LAENGSTENS);
  }
});
