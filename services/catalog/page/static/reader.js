// @ts-check
/** Turns the pages of a document in place: by arrows, its number, or a word that is found. The address follows. */
import { fragment, say } from "./talk.js";

const reader = () => /** @type {HTMLElement | null} */ (document.querySelector("[data-reader]"));
let asked = 0;

/** @param {URLSearchParams} wanted @param {string} focus what has the focus then, as a selector */
async function turn(wanted, focus) {
  const shown = reader();
  if (!shown) return;
  const mine = (asked += 1);
  const filled = await fragment(`/assets/${shown.dataset.reader}/pages?${wanted}`);
  const fresh = filled?.querySelector("[data-reader]");
  if (!(fresh instanceof HTMLElement) || mine !== asked) return; // who turns fast sees the last only
  const before = reader()?.querySelector("details.page-text");
  const text = fresh.querySelector("details");
  if (before instanceof HTMLDetailsElement && text && before.open) text.open = true;
  reader()?.replaceWith(fresh);
  history.replaceState(null, "", `?${wanted}`);
  /** @type {HTMLElement | null} */ (document.querySelector(focus) ?? fresh.querySelector("[data-lens]"))?.focus({ preventScroll: true });
  fresh.querySelector(".hits [aria-current]")?.scrollIntoView({ block: "nearest" });
  const found = wanted.get("find") ? ` ${fresh.querySelector(".hits p")?.textContent ?? ""}.` : "";
  say(`Page ${fresh.dataset.page} of ${fresh.dataset.pages}.${found}`);
  document.dispatchEvent(new Event("filled"));
}

/** @param {HTMLElement} shown @param {number} page */
function go(shown, page) {
  const number = Math.min(Math.max(page, 1), Number(shown.dataset.pages));
  if (number === Number(shown.dataset.page)) return;
  const find = shown.dataset.find ? { find: shown.dataset.find } : {};
  void turn(new URLSearchParams({ page: String(number), ...find }), "[data-reader] [data-lens]");
}

/** @param {KeyboardEvent} event @param {HTMLElement} shown @returns {number | undefined} */
function pageOf(event, shown) {
  const [page, pages] = [Number(shown.dataset.page), Number(shown.dataset.pages)];
  return { ArrowLeft: page - 1, ArrowRight: page + 1, PageUp: page - 1, PageDown: page + 1, Home: 1, End: pages }[event.key];
}

export function startReader() {
  if (!reader()) return;
  document.addEventListener("click", (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("a[data-turn]"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void turn(new URL(link.href).searchParams, `[data-turn="${CSS.escape(link.dataset.turn ?? "")}"]`);
  });
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.closest("[data-reader]")) return;
    event.preventDefault();
    const said = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
    const held = document.activeElement?.id;
    void turn(new URLSearchParams(said), held ? `#${CSS.escape(held)}` : "[data-reader] [data-lens]");
  });
  document.addEventListener("keydown", (event) => {
    const [target, shown] = [/** @type {HTMLElement} */ (event.target), reader()];
    if (!shown || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (target !== document.body && !shown.contains(target)) return;
    if (target.matches("input, textarea, select, .page-text p") || document.querySelector("dialog[open]")) return;
    const page = pageOf(event, shown);
    if (page === undefined) return;
    event.preventDefault();
    go(shown, page);
  });
}
