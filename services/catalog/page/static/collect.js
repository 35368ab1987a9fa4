// @ts-check
/** Collections: put pictures in, take them out, order them by dragging or by Shift and the arrows. */
import { back, revoke } from "./bulk.js";
import { balance, onward } from "./chunks.js";
import { ask } from "./decide.js";
import { onceKnown, post, send, toast } from "./talk.js";
import { canUndo } from "./undo.js";

/** @typedef {import("./grid.js").Grid} Grid */
/** @typedef {{id: string, name: string}} Collection */
const REST_MS = 600; // several moves in a row are one decision
const SHOWS_MS = 1500; // until the catalogue shows what was decided
const AT_ONCE = 500;

/** The answer; where there is none, says what went wrong, in words. @param {Promise<any>} asked @returns {Promise<any>} null: it was not taken */
async function taken(asked) {
  try { return (await asked) ?? {}; } catch (error) { toast(`Not saved: ${/** @type {Error} */ (error).message}`); return null; }
}

/** @returns {Promise<Collection[]>} */
async function known() {
  const answer = await fetch("/v1/collections");
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  return told;
}

const theCollection = () => "the collection";
const own = () => /** @type {HTMLElement | null} */ (document.querySelector(".collection[data-collection]"));
const list = () => /** @type {HTMLElement | null} */ (document.querySelector("[data-ordered]"));

/** What is selected goes into a collection, a new one where none is called so. @param {Grid} grid */
export async function collect(grid) {
  const ids = grid.subjects();
  if (!ids.length) { toast("Select a picture first."); return; }
  if (ids.length > AT_ONCE) { toast(`${AT_ONCE} pictures at once: select fewer.`); return; }
  const all = /** @type {Collection[] | null} */ (await taken(known()));
  if (!all) return;
  const what = ids.length === 1 ? "this picture" : `${ids.length} pictures`;
  const name = await ask(`Put ${what} into a collection`, "Its name; a new one is made where none is called so", { known: all.map((one) => one.name), most: 100 });
  if (!name) return;
  const there = all.find((one) => one.name.toLowerCase() === name.toLowerCase());
  const done = there
    ? await taken(post(`/v1/collections/${there.id}/assets`, { add: ids }))
    : await taken(post("/v1/collections", { name, assets: ids }));
  if (done && !there) canUndo(`Made “${name}”.`, () => unmake(done.id, name));
  else if (done?.batch) canUndo(`Put into “${name}”.`, () => back(done.batch, theCollection));
  else if (done) toast(`“${name}” has ${ids.length === 1 ? "it" : "them"} already.`);
}

/** A new one is removed again. @param {string} id @param {string} name */
async function unmake(id, name) {
  return (await revoke(`/v1/collections/${id}`, "DELETE")) && `Taken back: “${name}” is removed, its pictures stay.`;
}

/** @param {Grid} grid @param {string} id */
async function takeOut(grid, id) {
  const ids = grid.picked();
  const done = await taken(post(`/v1/collections/${id}/assets`, { remove: ids }));
  if (!done) return;
  ids.forEach((asset) => grid.gone(asset));
  if (done.batch) canUndo(`${ids.length} taken out.`, async () => {
    const told = await back(done.batch, theCollection);
    if (told) window.setTimeout(() => location.reload(), SHOWS_MS);
    return told;
  });
}

let timer = 0;
/** The order that is shown is what is meant; saved when nobody moves any more. */
function saveSoon() {
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    const assets = [...(list()?.querySelectorAll(".cell") ?? [])].map((cell) => /** @type {HTMLElement} */ (cell).dataset.id);
    void taken(send("PUT", `/v1/collections/${list()?.dataset.ordered}/order`, { assets })).then((done) => {
      if (done) toast("The order is saved.");
    });
  }, REST_MS);
}

/** Cells of what moves: those that are selected, else the one we are on. @param {Grid} grid @param {string} [dragged] */
function moving(grid, dragged = grid.here()) {
  const ids = new Set(grid.picked().includes(dragged) || !dragged ? grid.picked() : [dragged]);
  return [...(list()?.querySelectorAll(".cell") ?? [])].filter((cell) => ids.has(/** @type {HTMLElement} */ (cell).dataset.id ?? ""));
}

/** One place on. @param {Grid} grid @param {number} step */
export function shift(grid, step) {
  const [place, cells] = [list(), moving(grid)];
  const outer = cells.at(step < 0 ? 0 : -1);
  const beside = place && outer && onward(place, outer, step);
  if (!beside || beside === outer) return;
  if (step < 0) beside.before(...cells); else beside.after(...cells);
  balance(place);
  cells[0].scrollIntoView({ block: "nearest" });
  saveSoon();
}

/** @param {Grid} grid */
function startDragging(grid) {
  let dragged = "";
  const cellAt = (/** @type {DragEvent} */ event) => /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest(".cell"));
  const isBefore = (/** @type {DragEvent} */ event, /** @type {HTMLElement} */ cell) => {
    const box = cell.getBoundingClientRect();
    return event.clientX < box.left + box.width / 2;
  };
  const unmark = () => document.querySelectorAll(".drop-before, .drop-after").forEach((cell) => cell.classList.remove("drop-before", "drop-after"));
  const place = list();
  place?.addEventListener("dragstart", (event) => {
    dragged = cellAt(event)?.dataset.id ?? "";
    document.body.classList.toggle("ordering", Boolean(dragged)); // no file for the inbox
  });
  place?.addEventListener("dragend", () => { dragged = ""; document.body.classList.remove("ordering"); unmark(); });
  place?.addEventListener("dragover", (event) => {
    const cell = cellAt(event);
    if (!dragged || !cell) return;
    event.preventDefault();
    unmark();
    cell.classList.add(isBefore(event, cell) ? "drop-before" : "drop-after");
  });
  place?.addEventListener("drop", (event) => {
    const cell = cellAt(event);
    if (!dragged || !cell) return;
    event.preventDefault();
    const cells = moving(grid, dragged);
    if (cells.includes(cell)) return;
    if (isBefore(event, cell)) cell.before(...cells); else cell.after(...cells);
    balance(place);
    saveSoon();
  });
}

async function make() {
  const name = await ask("New collection", "Its name", { most: 100 });
  if (!name) return;
  try {
    const { id } = await post("/v1/collections", { name });
    toast("Made. It opens in a moment.");
    if ((await onceKnown(`/v1/collections/${id}`)).ok) location.href = `/?collection=${id}`;
    else location.reload(); // it shows among the others later
  } catch (error) {
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
  }
}

/** Changes the one that is shown, and shows it again. @param {object} fields */
async function change(fields) {
  if (!(await taken(send("PATCH", `/v1/collections/${own()?.dataset.collection}`, fields)))) return;
  toast("Saved.");
  window.setTimeout(() => location.reload(), SHOWS_MS);
}

/** @param {Grid} grid */
export function startCollections(grid) {
  startDragging(grid);
  document.addEventListener("click", async (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const bulk = /** @type {HTMLElement | null} */ (target.closest("[data-bulk]"));
    if (bulk?.dataset.bulk === "collect") void collect(grid);
    if (bulk?.dataset.bulk === "uncollect") void takeOut(grid, bulk.dataset.collection ?? "");
    if (target.closest("[data-collection-new]")) void make();
    if (target.closest("[data-collection-restore]")) void change({ removed: false });
    if (target.closest("[data-collection-remove]")) void change({ removed: true });
    if (target.closest("[data-collection-rename]")) {
      const name = await ask("Rename the collection", "Its name", { was: own()?.dataset.name, most: 100 });
      if (name) void change({ name });
    }
  });
}
