// @ts-check
/** The focal point on an asset's page: a click or the arrow keys say what must stay in view. */
import { post, toast } from "./talk.js";

const STEP = 0.02;

/** @typedef {{x: number, y: number}} Point */

/** The part of the original that the shown picture is, as shares. @param {HTMLElement} stage */
function shown(stage) {
  const crop = JSON.parse(stage.dataset.crop || "null");
  return crop ?? { left: 0, top: 0, width: 1, height: 1 };
}

/** Where it is on the shown picture, if it is set. @param {HTMLElement} stage @returns {Point | null} */
function kept(stage) {
  const focal = /** @type {Point | null} */ (JSON.parse(stage.dataset.focal || "null"));
  const part = shown(stage);
  return focal && { x: (focal.x - part.left) / part.width, y: (focal.y - part.top) / part.height };
}

const within = (/** @type {number} */ share) => Math.min(1, Math.max(0, share));

/** Lays the mark over the picture. @param {HTMLElement} stage @param {Point | null} point */
function mark(stage, point) {
  const dot = /** @type {HTMLElement} */ (stage.querySelector(".focal"));
  const img = /** @type {HTMLImageElement} */ (stage.querySelector("img"));
  dot.hidden = !point;
  if (!point) return;
  const [box, around] = [img.getBoundingClientRect(), stage.getBoundingClientRect()];
  dot.style.left = `${box.left - around.left + stage.scrollLeft + point.x * box.width}px`;
  dot.style.top = `${box.top - around.top + stage.scrollTop + point.y * box.height}px`;
}

/** @param {HTMLElement} stage @param {object} decision @param {string} said */
async function save(stage, decision, said) {
  const { asset = "", version = "1" } = stage.dataset;
  try {
    await post(`/v1/assets/${asset}/decisions`, { ...decision, on_version: Number(version) });
    toast(said);
    return true;
  } catch (error) {
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
    mark(stage, kept(stage));
    return false;
  }
}

/** @param {HTMLElement} stage @param {Point} point */
async function set(stage, point) {
  const part = shown(stage);
  const focal = { x: part.left + point.x * part.width, y: part.top + point.y * part.height };
  choose(stage, false);
  mark(stage, point);
  const words = `${Math.round(focal.x * 100)} % from the left, ${Math.round(focal.y * 100)} % from the top`;
  if (await save(stage, { set: { focal } }, `Focal point set: ${words}. What is cropped is made again.`)) {
    stage.dataset.focal = JSON.stringify(focal);
    offerReset(stage);
  }
}

/** @param {HTMLElement} stage */
function offerReset(stage) {
  const reset = /** @type {HTMLElement} */ (stage.querySelector("[data-focal-reset]"));
  reset.hidden = !stage.dataset.focal || stage.dataset.focal === "null";
}

/** Whether a click on the picture sets the point. @param {HTMLElement} stage @param {boolean} on */
function choose(stage, on) {
  stage.classList.toggle("choosing", on);
  stage.querySelector("[data-focal-choose]")?.setAttribute("aria-pressed", String(on));
  const point = kept(stage);
  mark(stage, on ? (point ?? { x: 0.5, y: 0.5 }) : point);
}

/** @param {HTMLElement} stage @param {KeyboardEvent} event */
function steer(stage, event) {
  const dot = /** @type {HTMLElement} */ (stage.querySelector(".focal"));
  const [dx, dy] = /** @type {Record<string, [number, number]>} */ ({
    ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP],
  })[event.key] ?? [0, 0];
  const img = /** @type {HTMLImageElement} */ (stage.querySelector("img")).getBoundingClientRect();
  const at = dot.getBoundingClientRect();
  const point = {
    x: within((at.left + at.width / 2 - img.left) / img.width + dx),
    y: within((at.top + at.height / 2 - img.top) / img.height + dy),
  };
  if (event.key === "Enter") void set(stage, point);
  else if (event.key === "Escape") choose(stage, false);
  else if (dx || dy) mark(stage, point);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function startFocal() {
  const stageOf = (/** @type {EventTarget | null} */ target) =>
    /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (target).closest?.(".stage[data-asset]"));

  document.addEventListener("click", (event) => {
    const stage = stageOf(event.target);
    const target = /** @type {HTMLElement} */ (event.target);
    if (!stage) return;
    if (target.closest("[data-focal-choose]")) choose(stage, !stage.classList.contains("choosing"));
    if (target.closest("[data-focal-reset]")) {
      void save(stage, { clear: ["focal"] }, "No focal point any more: what is cropped is made again.").then((taken) => {
        if (!taken) return;
        stage.dataset.focal = "";
        offerReset(stage);
        mark(stage, null);
      });
    }
    const img = target.closest(".picture")?.querySelector("img");
    if (!img || !stage.classList.contains("choosing") || !event.detail) return; // detail 0: pressed by a key
    event.preventDefault();
    event.stopImmediatePropagation(); // and is not shown at full size
    const box = img.getBoundingClientRect();
    void set(stage, { x: within((event.clientX - box.left) / box.width), y: within((event.clientY - box.top) / box.height) });
  }, true);
  document.addEventListener("keydown", (event) => {
    const stage = stageOf(event.target);
    if (stage?.classList.contains("choosing")) steer(stage, event);
  }, true);
  const all = () => document.querySelectorAll(".stage[data-asset]").forEach((one) => {
    const stage = /** @type {HTMLElement} */ (one);
    mark(stage, kept(stage));
    offerReset(stage);
  });
  document.addEventListener("load", all, true); // pictures, those that were filled in later too
  window.addEventListener("resize", all);
  all();
}
