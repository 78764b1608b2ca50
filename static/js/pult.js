// The desk's clock: how long the current item has been running. Without it the page says since when.

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
