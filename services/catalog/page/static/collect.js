// @ts-check
/** Collections: made, renamed, removed; pictures are put in and taken out. */
import { back, fewEnough, revoke } from "./bulk.js";
import { startOrdering } from "./collection_order.js";
import { ask } from "./decide.js";
import { onceKnown, post, send, toast } from "./talk.js";
import { canUndo } from "./undo.js";

/** @typedef {import("./grid.js").Grid} Grid */
/** @typedef {{id: string, name: string}} Collection */
const SHOWS_MS = 1500; // until the catalogue shows what was decided

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

/** What is selected goes into a collection, a new one where none is called so. @param {Grid} grid */
export async function collect(grid) {
  const ids = grid.subjects();
  if (!fewEnough(ids)) return;
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
  if (!fewEnough(ids)) return;
  const done = await taken(post(`/v1/collections/${id}/assets`, { remove: ids }));
  if (!done) return;
  ids.forEach((asset) => grid.gone(asset));
  if (done.batch) canUndo(`${ids.length} taken out.`, async () => {
    const told = await back(done.batch, theCollection);
    if (told) window.setTimeout(() => location.reload(), SHOWS_MS);
    return told;
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
  startOrdering(grid);
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
