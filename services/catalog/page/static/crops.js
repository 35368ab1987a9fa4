// @ts-check
/** The crop view: all shapes of a picture at once, one focal point, and each crop; saved together as one decision. */
import { alike, centre, inside, largest, outside, rounded, WHOLE } from "./boxes.js";
import { how } from "./crop_words.js";
import { lay, placeOf, startDot, startFrame } from "./frame.js";
import { decided, heard } from "./one.js";
import { byId, toast } from "./talk.js";

/** @typedef {import("./boxes.js").Box} Box */
/** @typedef {import("./boxes.js").Point} Point */
/** @typedef {{preset: string, width: number, height: number, mode: "fit" | "fill" | "pad", sheet: boolean, window: number[], crop: Box | null}} Shape */
/** @typedef {{id: string, version: number, width: number, height: number, part: number[], focal: Point | null, crop: Box | null, shapes: Shape[]}} Told */

const SIDE = 150;

const boxOf = (/** @type {number[]} */ [left, top, width, height]) => ({ left, top, width, height });
const fieldOf = (/** @type {string} */ name) => (name === "focal" ? "focal" : name === "all" ? "crop" : `crop:${name}`);
const percent = (/** @type {number} */ share) => `${Math.round(100 * share)} %`;

/** What is set and shown on one page, until it is filled in anew. @param {HTMLElement} root @param {string} chosen */
function view(root, chosen) {
  const told = /** @type {Told} */ (JSON.parse(root.dataset.crops ?? "{}"));
  const part = boxOf(told.part);
  const [dot, frame] = [byId("crop-dot"), byId("crop-frame")];
  const canvas = /** @type {HTMLElement} */ (dot.parentElement);
  const base = /** @type {HTMLImageElement} */ (canvas.querySelector("img"));
  /** Field → what holds now, and what is saved. @type {Record<string, any>} */
  const now = { focal: told.focal, crop: told.crop, ...Object.fromEntries(told.shapes.map((one) => [fieldOf(one.preset), one.crop])) };
  let kept = { ...now };

  /** Width by height in shares of the picture. @param {Shape} shape */
  const ratioOf = (shape) => (shape.width / shape.height) * (told.height / told.width);
  const shapeOf = (/** @type {string} */ name) => told.shapes.find((one) => one.preset === name);

  /** What people want to be shown, where they have said anything. @param {Shape} shape @returns {Box | null} */
  function wanted(shape) {
    const used = /** @type {Box | null} */ (now[fieldOf(shape.preset)] ?? now.crop);
    if (shape.mode !== "fill" || !(used || now.focal)) return used;
    return largest(used ?? WHOLE, ratioOf(shape), now.focal ?? centre(used ?? WHOLE));
  }

  /** The frame that is laid over the picture. @returns {Box} */
  function framed() {
    const shape = shapeOf(chosen);
    if (!shape) return now.crop ?? WHOLE;
    return wanted(shape) ?? boxOf(shape.window);
  }

  const ratio = () => {
    const shape = shapeOf(chosen);
    return shape?.mode === "fill" ? (ratioOf(shape) * part.height) / part.width : 0;
  };

  /** A card as it will be, while it is not made. @param {HTMLElement} sheet @param {Box} box @param {number} wide width by height of the sheet */
  function preview(sheet, box, wide) {
    const cut = sheet.querySelector("span") ?? sheet.appendChild(document.createElement("span"));
    const img = /** @type {HTMLImageElement} */ (cut.querySelector("img") ?? cut.appendChild(new Image()));
    if (img.getAttribute("src") !== base.getAttribute("src")) img.src = base.getAttribute("src") ?? "";
    img.alt = "";
    sheet.style.width = `${SIDE * Math.min(1, wide)}px`;
    sheet.style.aspectRatio = String(wide);
    const own = (box.width * told.width) / (box.height * told.height);
    cut.style.width = `${100 * Math.min(1, own / wide)}%`;
    cut.style.aspectRatio = String(own);
    const shown = inside(box, part);
    lay(img, { left: -shown.left / shown.width, top: -shown.top / shown.height, width: 1 / shown.width, height: 1 / shown.height });
  }

  function drawCards() {
    for (const card of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-shape]"))) {
      const name = card.dataset.shape ?? "";
      /** @type {HTMLElement} */ (card.querySelector("[data-shape-reset]")).hidden = !now[fieldOf(name)];
      const sheet = /** @type {HTMLElement | null} */ (card.querySelector(".sheet"));
      if (!sheet) continue;
      const shape = shapeOf(name);
      const box = shape ? wanted(shape) : now.crop;
      const was = shape ? boxOf(shape.window) : part;
      const other = box && ((shape?.mode === "fill" && shape.sheet) || !alike(box, was));
      sheet.classList.toggle("seen", Boolean(other));
      const own = box ? (box.width * told.width) / (box.height * told.height) : 0;
      if (box && other) preview(sheet, box, shape && shape.mode !== "fit" ? shape.width / shape.height : own);
      else sheet.removeAttribute("style");
      if (shape) /** @type {HTMLElement} */ (card.querySelector("[data-how]")).textContent = how({ ...shape, crop: now[fieldOf(name)] }, box ?? boxOf(shape.window), now);
    }
  }

  const changed = () => Object.keys(now).filter((field) => JSON.stringify(now[field]) !== JSON.stringify(kept[field]));

  function draw() {
    const at = inside({ left: now.focal?.x ?? 0.5, top: now.focal?.y ?? 0.5, width: 0, height: 0 }, part);
    dot.hidden = chosen !== "focal" && !now.focal;
    dot.classList.toggle("unset", !now.focal);
    [dot.style.left, dot.style.top] = [`${100 * at.left}%`, `${100 * at.top}%`];
    frame.hidden = chosen === "focal";
    frame.setAttribute("aria-label", chosen === "all" ? "Crop of all sizes" : `Crop of ${chosen}`);
    lay(frame, inside(framed(), part));
    drawCards();
    const some = changed().length > 0;
    root.toggleAttribute("data-pending", some); // what is being set is not filled in anew
    for (const id of ["crop-save", "crop-undo"]) /** @type {HTMLButtonElement} */ (byId(id)).disabled = !some;
  }

  /** @param {string} field @param {Box | Point | null} value @param {string} words */
  function set(field, value, words) {
    now[field] = value;
    byId("crop-said").textContent = words;
    draw();
  }

  /** @param {Box} shown in shares of what is shown */
  function setCrop(shown) {
    const box = rounded(outside(shown, part));
    set(fieldOf(chosen), box, `From ${percent(box.left)} to ${percent(box.left + box.width)} across, ${percent(box.top)} to ${percent(box.top + box.height)} down`);
  }

  /** @param {Point} shown */
  function setFocal(shown) {
    const { left: x, top: y } = rounded(outside({ left: shown.x, top: shown.y, width: 0, height: 0 }, part));
    set("focal", { x, y }, `${percent(x)} from the left, ${percent(y)} from the top`);
  }

  async function save() {
    const fields = changed();
    const said = Object.fromEntries(fields.filter((field) => now[field]).map((field) => [field, now[field]]));
    const clear = fields.filter((field) => !now[field]);
    const expects = Object.fromEntries(fields.map((field) => [field, kept[field] ?? null]));
    let id = "";
    try {
      id = await decided(told.id, { set: said, clear, expects, on_version: told.version }, "Saved. What it changes of this picture is made again.");
    } catch (error) {
      toast(`Not saved: ${/** @type {Error} */ (error).message}`);
      return;
    }
    kept = { ...now };
    draw();
    if (await heard(told.id, id)) toast("Not taken: somebody set it otherwise meanwhile. Load this page again to see that.");
  }

  startFrame(frame, () => inside(framed(), part), setCrop, ratio);
  startDot(dot, () => {
    const at = inside({ left: now.focal?.x ?? 0.5, top: now.focal?.y ?? 0.5, width: 0, height: 0 }, part);
    return { x: at.left, y: at.top };
  }, setFocal);
  canvas.addEventListener("click", (event) => {
    if (event.detail && event.target === base && chosen === "focal") setFocal(placeOf(canvas, event));
  });
  root.addEventListener("change", (event) => {
    chosen = /** @type {HTMLInputElement} */ (event.target).value;
    draw();
  });
  root.addEventListener("click", (event) => {
    const reset = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-shape-reset]"));
    if (reset) set(fieldOf(reset.dataset.shapeReset ?? ""), null, "Back to what we do by ourselves");
  });
  byId("crop-save").addEventListener("click", () => void save());
  byId("crop-undo").addEventListener("click", () => { Object.assign(now, kept); draw(); });
  /** @type {HTMLInputElement} */ (root.querySelector(`[name=shape][value="${CSS.escape(chosen)}"]`) ?? root.querySelector("[name=shape]")).checked = true;
  draw();
  return { chosen: () => chosen, pending: () => changed().length > 0 };
}

export function startCrops() {
  /** @type {ReturnType<typeof view> | null} */
  let shown = null;
  function start() {
    const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-crops]"));
    shown = root && view(root, shown?.chosen() ?? "focal");
  }
  document.addEventListener("filled", start);
  window.addEventListener("beforeunload", (event) => { if (shown?.pending()) event.preventDefault(); });
  start();
}
