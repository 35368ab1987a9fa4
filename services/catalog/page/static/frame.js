// @ts-check
/** What is laid over a picture and moved there, by pointer or keys: a rectangle, or a point. */
import { between, moved, sized } from "./boxes.js";

/** @typedef {import("./boxes.js").Box} Box */
/** @typedef {import("./boxes.js").Point} Point */

const STEP = 0.02;
const SMALL = 0.004;
const ARROWS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
});

/** Where on the picture an event is, in shares. @param {HTMLElement} canvas @param {MouseEvent} event @returns {Point} */
export function placeOf(canvas, event) {
  const box = canvas.getBoundingClientRect();
  return { x: between((event.clientX - box.left) / box.width, 0, 1), y: between((event.clientY - box.top) / box.height, 0, 1) };
}

/** @param {KeyboardEvent} event @returns {[number, number] | null} */
function stepOf(event) {
  const way = ARROWS[event.key];
  if (!way || event.ctrlKey || event.metaKey) return null;
  event.preventDefault();
  event.stopPropagation();
  const step = event.altKey ? SMALL : STEP;
  return [way[0] * step, way[1] * step];
}

/** Follows the pointer from where it went down until it is let go. @param {HTMLElement} held @param {PointerEvent} event @param {(event: PointerEvent) => void} go */
export function follow(held, event, go) {
  held.setPointerCapture(event.pointerId);
  const end = () => held.removeEventListener("pointermove", go);
  held.addEventListener("pointermove", go);
  held.addEventListener("pointerup", end, { once: true });
  held.addEventListener("pointercancel", end, { once: true });
}

/** @param {HTMLElement} frame @param {Box} box */
export function lay(frame, box) {
  for (const side of /** @type {const} */ (["left", "top", "width", "height"])) frame.style[side] = `${100 * box[side]}%`;
}

/** A rectangle that is moved by itself and sized by its corners. @param {HTMLElement} frame @param {() => Box} get @param {(box: Box) => void} set @param {() => number} ratio width by height, in shares; 0: any */
export function startFrame(frame, get, set, ratio) {
  const canvas = /** @type {HTMLElement} */ (frame.parentElement);
  frame.addEventListener("pointerdown", (event) => {
    const corner = /** @type {HTMLElement} */ (event.target).dataset.corner;
    const [from, began] = [placeOf(canvas, event), get()];
    follow(frame, event, (now) => {
      const at = placeOf(canvas, now);
      set(corner ? sized(began, corner, at, ratio()) : moved(began, at.x - from.x, at.y - from.y));
    });
  });
  frame.addEventListener("keydown", (event) => {
    const step = stepOf(event);
    if (!step) return;
    const box = get();
    const end = { x: box.left + box.width + step[0], y: box.top + box.height + step[1] };
    const shrinks = step[0] + step[1] < 0 && ratio(); // of a fixed shape both sides follow the one that was meant
    const corner = shrinks ? { x: step[0] ? end.x : 0, y: step[1] ? end.y : 0 } : end;
    set(event.shiftKey ? sized(box, "se", corner, ratio()) : moved(box, ...step));
  });
}

/** A point. @param {HTMLElement} dot @param {() => Point} get @param {(point: Point) => void} set */
export function startDot(dot, get, set) {
  const canvas = /** @type {HTMLElement} */ (dot.parentElement);
  dot.addEventListener("pointerdown", (event) => follow(dot, event, (now) => set(placeOf(canvas, now))));
  dot.addEventListener("keydown", (event) => {
    const step = stepOf(event);
    if (step) set({ x: between(get().x + step[0], 0, 1), y: between(get().y + step[1], 0, 1) });
  });
}
