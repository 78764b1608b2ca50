// The desk's clock: how long the current item has been running. Without it the page says since when.
// The bar comes along with each answer; its sentence is replaced, and thereby read aloud, only where it changed.

const zeige = () => {
  for (const stelle of document.querySelectorAll("[data-minuten-seit]")) {
    const minuten = Math.max(0, Math.floor((Date.now() - Date.parse(stelle.dataset.minutenSeit)) / 60000));
    const text = ` (${minuten} Minute${minuten === 1 ? "" : "n"})`;
    if (stelle.textContent !== text) {
      stelle.textContent = text;
    }
  }
};

zeige();
setInterval(zeige, 5000);
document.addEventListener("htmx:afterSettle", zeige);
document.addEventListener("htmx:oobBeforeSwap", (ereignis) => {
  const { target, fragment } = ereignis.detail;
  if (target.id === "balken-satz" && target.textContent.trim() === fragment.textContent.trim()) {
    ereignis.detail.shouldSwap = false;
  }
});
