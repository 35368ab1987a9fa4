// @ts-check
/** Results while somebody types: the library's own page for the words so far, put in the place of what is shown. */
import { fragment, say } from "./talk.js";

const REST_MS = 180; // after the last key
const PARTS = [".facets", "#main"];

/** The address of the library with these words; a new search begins at its first page. @param {string} text */
function addressOf(text) {
  const url = new URL(location.href);
  for (const name of ["cursor", "selected"]) url.searchParams.delete(name);
  if (text) url.searchParams.set("q", text); else url.searchParams.delete("q");
  return url;
}

/** @param {import("./grid.js").Grid} grid */
export function startInstant(grid) {
  const box = /** @type {HTMLInputElement | null} */ (document.getElementById("q"));
  // An ordered collection is dragged about: it is searched by Enter.
  if (!box || !document.body.classList.contains("library") || document.querySelector(".collection")) return;
  let timer = 0;
  let asked = 0;

  async function search() {
    const mine = ++asked;
    const url = addressOf(/** @type {HTMLInputElement} */ (box).value.trim());
    if (url.href === addressOf(new URL(location.href).searchParams.get("q") ?? "").href) return;
    const filled = await fragment(url.pathname + url.search).catch(() => null);
    if (!filled || mine !== asked) return; // Enter still asks in the usual way
    grid.closePanel();
    for (const part of PARTS) {
      const [was, is] = [document, filled].map((where) => where.querySelector(part));
      const shut = was?.querySelector("#facets:not([open])");
      if (shut) is?.querySelector("#facets")?.removeAttribute("open");
      if (was && is) was.replaceWith(is);
    }
    history.replaceState(null, "", url);
    grid.renewed();
    say(document.querySelector("#main h1")?.textContent ?? "");
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void search(), REST_MS);
  });
}
