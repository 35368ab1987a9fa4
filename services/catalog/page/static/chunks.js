// @ts-check
/**
 * The grid's cells lie in chunks of so many each, but the last: the browser leaves out what is far away, chunk by chunk, and a
 * list of any length costs as much as what is in sight. Its columns divide that number, so that no row is left half empty.
 */

export const SIZE = 120;

const last = (/** @type {Element} */ list) => list.lastElementChild ?? add(list);
const indexOf = (/** @type {Element} */ one) => [...(one.parentElement?.children ?? [])].indexOf(one);

/** @param {Element} list */
function add(list) {
  const made = document.createElement("div");
  made.className = "chunk";
  list.append(made);
  return made;
}

/** @param {Element} list @param {Element[]} cells */
export function append(list, cells) {
  for (let from = 0; from < cells.length;) {
    const chunk = last(list).childElementCount < SIZE ? last(list) : add(list);
    const room = SIZE - chunk.childElementCount;
    chunk.append(...cells.slice(from, from + room));
    from += room;
  }
}

/** Puts each chunk right again, after cells came, went or moved. @param {Element} list */
export function balance(list) {
  for (let chunk = list.firstElementChild; chunk; chunk = chunk.nextElementSibling) {
    const over = [...chunk.children].slice(SIZE);
    if (over.length) (chunk.nextElementSibling ?? add(list)).prepend(...over);
    while (chunk.childElementCount < SIZE && chunk.nextElementSibling) {
      const next = chunk.nextElementSibling;
      chunk.append(...[...next.children].slice(0, SIZE - chunk.childElementCount));
      if (!next.childElementCount) next.remove();
    }
  }
}

/** @param {Element} list @param {Element} cell */
export function prepend(list, cell) {
  (list.firstElementChild ?? add(list)).prepend(cell);
  balance(list);
}

/** The cells from one to the other, both with them, in whatever order they are given. @param {Element} list @param {Element} one @param {Element} other */
export function between(list, one, other) {
  const cells = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(".cell")]);
  const ends = [one, other].map((cell) => cells.indexOf(/** @type {HTMLElement} */ (cell))).sort((a, b) => a - b);
  return cells.slice(ends[0], ends[1] + 1);
}

/** How many there are. @param {Element} list */
export const count = (list) => SIZE * Math.max(0, list.childElementCount - 1) + (list.lastElementChild?.childElementCount ?? 0);

/** From 1. @param {Element} cell */
export const placeOf = (cell) => (cell.parentElement ? SIZE * indexOf(cell.parentElement) + indexOf(cell) + 1 : 0);

/** The cell so many on, or the first or last one there is; null where there is none. @param {Element} list @param {Element | null} cell @param {number} steps */
export function onward(list, cell, steps) {
  const at = cell?.parentElement ? placeOf(cell) - 1 + steps : 0;
  const found = Math.max(0, Math.min(count(list) - 1, at));
  return /** @type {HTMLElement | null} */ (list.children[Math.floor(found / SIZE)]?.children[found % SIZE] ?? null);
}

/** How many stand in a row. @param {Element} list */
export const columns = (list) => Number(getComputedStyle(last(list)).getPropertyValue("--columns")) || 1;
