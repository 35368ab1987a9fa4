// @ts-check
/** Rejecting: why, and the place on the picture that is meant, if there is one. */
import { outside, rounded, WHOLE } from "./boxes.js";
import { follow, lay, placeOf, startFrame } from "./frame.js";
import { byId } from "./talk.js";

/** @typedef {import("./boxes.js").Box} Box */
/** @typedef {{reason: string, mark?: Box}} Rejection */

const MIDDLE = { left: 0.35, top: 0.35, width: 0.3, height: 0.3 };
const LEAST = 0.02;

/** What is marked, in shares of what is shown. @type {Box | null} */
let mark = null;
/** The part of the picture that is shown. @type {Box} */
let part = WHOLE;

/** @param {Box | null} box */
function set(box) {
  mark = box;
  byId("reject-mark").hidden = !box;
  byId("reject-toggle").textContent = box ? "Remove the mark" : "Mark a place";
  if (box) lay(byId("reject-mark"), box);
}

/** Its picture, to be marked; of several none. @param {string[]} ids */
async function show(ids) {
  set(null);
  byId("reject-picture").hidden = true;
  const answer = ids.length === 1 ? await fetch(`/v1/assets/${ids[0]}`) : null;
  /** @type {{preset: string, url: string, window: number[] | null}[]} */
  const made = answer?.ok ? (await answer.json()).rendition_list : [];
  const shown = made.find((one) => one.preset === "web") ?? made.find((one) => one.preset === "thumbnail");
  if (!shown) return;
  const [left, top, width, height] = shown.window ?? [0, 0, 1, 1];
  part = { left, top, width, height };
  /** @type {HTMLImageElement} */ (byId("reject-img")).src = shown.url;
  byId("reject-picture").hidden = false;
}

/** Asks; null where somebody thought better of it. @param {string[]} ids @returns {Promise<Rejection | null>} */
export async function askWhy(ids) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("reject"));
  const why = /** @type {HTMLInputElement} */ (byId("reject-why"));
  byId("reject-title").textContent = `Reject ${ids.length === 1 ? "this picture" : `${ids.length} pictures`}`;
  why.value = "";
  await show(ids);
  dialog.returnValue = "";
  dialog.showModal();
  why.focus();
  await new Promise((done) => { dialog.addEventListener("close", done, { once: true }); });
  const reason = why.value.trim();
  if (dialog.returnValue !== "ok" || !reason) return null;
  return mark ? { reason, mark: rounded(outside(mark, part)) } : { reason };
}

/** A new mark, drawn from one corner to the other. @param {PointerEvent} event */
function draw(event) {
  const img = byId("reject-img");
  const canvas = /** @type {HTMLElement} */ (img.parentElement);
  const from = placeOf(canvas, event);
  event.preventDefault(); // the picture itself is not dragged
  follow(img, event, (now) => {
    const at = placeOf(canvas, now);
    const box = { left: Math.min(from.x, at.x), top: Math.min(from.y, at.y), width: Math.abs(at.x - from.x), height: Math.abs(at.y - from.y) };
    if (Math.min(box.width, box.height) >= LEAST) set(box);
  });
}

export function startRejections() {
  startFrame(byId("reject-mark"), () => mark ?? MIDDLE, set, () => 0);
  byId("reject-img").addEventListener("pointerdown", draw);
  byId("reject-toggle").addEventListener("click", () => {
    set(mark ? null : MIDDLE);
    if (mark) byId("reject-mark").focus();
  });
}
