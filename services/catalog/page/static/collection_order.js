// @ts-check
/** The order of a collection: pictures are dragged, or moved by Shift and the arrows; saved when nobody moves any more. */
import { balance, onward } from "./chunks.js";
import { send, toast } from "./talk.js";
import { canUndo, saveFirst } from "./undo.js";

/** @typedef {import("./grid.js").Grid} Grid */
const REST_MS = 600; // several moves in a row are one decision

const list = () => /** @type {HTMLElement | null} */ (document.querySelector("[data-ordered]"));
const cells = () => /** @type {HTMLElement[]} */ ([...(list()?.querySelectorAll(".cell") ?? [])]);
const idOf = (/** @type {HTMLElement} */ cell) => cell.dataset.id ?? "";

let timer = 0;
/** As it stood before the moves that are not saved yet. @type {string[]} */
let was = [];

function begin() {
  if (!timer) was = cells().map(idOf);
}

/** @param {string[]} assets */
async function save(assets) {
  try {
    await send("PUT", `/v1/collections/${list()?.dataset.ordered}/order`, { assets });
    return true;
  } catch (error) {
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
    return false;
  }
}

/** The order that is shown is what is meant. */
async function saveNow() {
  if (!timer) return;
  clearTimeout(timer);
  timer = 0;
  const before = was;
  if (await save(cells().map(idOf))) canUndo("The order is saved.", () => back(before));
}

/** When nobody moves any more. */
function saveSoon() {
  clearTimeout(timer);
  timer = window.setTimeout(() => void saveNow(), REST_MS);
}

/** What is shown since then stays behind the others. @param {string[]} before */
async function back(before) {
  const place = list();
  if (!place?.firstElementChild || !(await save(before))) return false;
  const placeOf = new Map(before.map((id, at) => [id, at]));
  const at = (/** @type {HTMLElement} */ cell) => placeOf.get(idOf(cell)) ?? before.length;
  place.firstElementChild.prepend(...cells().sort((one, other) => at(one) - at(other)));
  balance(place);
  return "Taken back: they stand as before.";
}

/** Cells of what moves: those that are selected, else the one we are on. @param {Grid} grid @param {string} [dragged] */
function moving(grid, dragged = grid.here()) {
  const ids = new Set(grid.picked().includes(dragged) || !dragged ? grid.picked() : [dragged]);
  return cells().filter((cell) => ids.has(idOf(cell)));
}

/** One place on. @param {Grid} grid @param {number} step */
export function shift(grid, step) {
  const [place, moved] = [list(), moving(grid)];
  const outer = moved.at(step < 0 ? 0 : -1);
  const beside = place && outer && onward(place, outer, step);
  if (!beside || beside === outer) return;
  begin();
  if (step < 0) beside.before(...moved); else beside.after(...moved);
  balance(place);
  moved[0].scrollIntoView({ block: "nearest" });
  grid.tell();
  saveSoon();
}

/** @param {Grid} grid */
export function startOrdering(grid) {
  let dragged = "";
  const cellAt = (/** @type {DragEvent} */ event) => /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest(".cell"));
  const isBefore = (/** @type {DragEvent} */ event, /** @type {HTMLElement} */ cell) => {
    const box = cell.getBoundingClientRect();
    return event.clientX < box.left + box.width / 2;
  };
  const unmark = () => document.querySelectorAll(".drop-before, .drop-after").forEach((cell) => cell.classList.remove("drop-before", "drop-after"));
  const place = list();
  saveFirst(saveNow);
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
    const moved = moving(grid, dragged);
    if (moved.includes(cell)) return;
    begin();
    if (isBefore(event, cell)) cell.before(...moved); else cell.after(...moved);
    balance(place);
    saveSoon();
  });
}
