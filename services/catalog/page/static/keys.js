// @ts-check
/** The keyboard: what `?` shows. */
import { approve, reject } from "./approve.js";
import { collect } from "./collect.js";
import { shift } from "./collection_order.js";
import { addLink, addTag } from "./decide.js";
import { edit } from "./edit.js";
import { download } from "./pack.js";
import { share } from "./share.js";
import { byId } from "./talk.js";
import { undo } from "./undo.js";

/** Cells and rows that an arrow goes. @type {Record<string, [number, number]>} */
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** Keys that a role has no use for. @type {Record<string, string>} */
const BARRED = { viewer: "ltecsaru", editor: "sar" };
const OF_ALL = "cs"; // collections and share links are closed for who sees a part of the library

/** @param {import("./grid.js").Grid} grid */
export function startKeys(grid) {
  const keys = /** @type {HTMLDialogElement} */ (byId("keys"));
  const look = /** @type {HTMLDialogElement} */ (byId("look"));
  byId("keys-button").addEventListener("click", () => keys.showModal());
  look.addEventListener("click", () => look.close());

  function showLarge() {
    const id = grid.here();
    const cell = document.getElementById(`c-${id}`);
    const small = cell?.querySelector("img");
    if (!small) return;
    const img = /** @type {HTMLImageElement} */ (look.querySelector("img"));
    img.src = small.src;
    const large = new Image();
    large.onload = () => { if (grid.here() === id) img.src = large.src; };
    large.src = small.src.replace("/renditions/thumbnail", "/renditions/web");
    img.alt = small.alt;
    const words = look.querySelector("p");
    if (words) words.textContent = cell?.dataset.name ?? "";
    if (!look.open) look.showModal();
  }

  /** To where we came from, where that is one of our pages; else to the library. */
  function goBack() {
    if (document.referrer.startsWith(`${location.origin}/`) && history.length > 1) history.back();
    else location.href = "/";
  }

  /** @type {Record<string, () => void>} */
  const inGrid = {
    ...Object.fromEntries(Object.entries(STEPS).map(([key, [step, rows]]) => [key, () => grid.move(step, rows)])),
    " ": showLarge,
    x: () => { if (grid.here()) grid.pick(grid.here()); },
    Enter: () => { if (grid.here()) location.href = `/assets/${grid.here()}`; },
    m: () => { if (grid.here()) location.href = `/?like=asset:${grid.here()}`; },
    i: () => document.body.classList.toggle("names"),
  };
  /** @type {Record<string, () => void>} */
  const anywhere = {
    "/": () => { const box = /** @type {HTMLInputElement} */ (byId("q")); box.focus(); box.select(); },
    "?": () => keys.showModal(),
    ...(document.body.classList.contains("questions") ? {} : { l: () => void addLink(grid.subjects()) }),
    t: () => void addTag(grid.subjects()),
    e: () => void edit(grid.subjects()),
    c: () => void collect(grid),
    d: () => void download(grid),
    s: () => void share(grid),
    ...(document.body.classList.contains("questions") ? {} : { u: () => void undo() }),
    a: () => void approve(grid, grid.subjects()),
    r: () => void reject(grid, grid.subjects()),
    Escape: () => {
      if (grid.picked().length) grid.clear();
      else if (grid.panelOpen()) grid.closePanel();
      else if (document.querySelector("main[data-live-asset]")) goBack();
    },
  };

  // What only others may do is not offered: the server would refuse it.
  const { may = "", part } = document.body.dataset;
  for (const key of (BARRED[may] ?? "") + (part === undefined ? "" : OF_ALL)) delete anywhere[key];

  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const all = (event.ctrlKey || event.metaKey) && event.key === "a" && grid.inGrid() && !target.matches("input:not(.pick), textarea, select");
    if (all && !document.querySelector("dialog[open], :popover-open")) { event.preventDefault(); grid.pickAll(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (look.open) {
      if (event.key === " ") { event.preventDefault(); look.close(); }
      if (event.key.startsWith("Arrow")) { event.preventDefault(); inGrid[event.key](); showLarge(); }
      return;
    }
    if (document.querySelector("dialog[open], :popover-open")) return;
    if (target.matches("input:not(.pick), textarea, select")) {
      if (event.key === "Escape") { event.preventDefault(); target.blur(); } // a search box would empty itself
      return;
    }
    // Buttons and links keep Space and Enter to themselves, and the arrows scroll what is beside the grid.
    const own = target.closest("button, a, summary, label, .panel, .facets");
    const moves = event.shiftKey && document.querySelector("[data-ordered]") && { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (moves && !own) { event.preventDefault(); shift(grid, moves); return; }
    const range = event.shiftKey && grid.inGrid() && STEPS[event.key];
    if (range && !own) { event.preventDefault(); grid.extend(range[0], range[1]); return; }
    const act = anywhere[event.key] ?? (grid.inGrid() && !own ? inGrid[event.key] : undefined);
    if (!act) return;
    event.preventDefault();
    act();
  });
}
