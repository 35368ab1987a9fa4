// @ts-check
/** The large picture: closer by wheel, keys, buttons or two fingers, moved by dragging or arrows; sharper when it must be. */
import { fitted, held, mostScale, ownPixels, scaled, sharpEnough, WHOLE } from "./near.js";

const STEP = 1.4;
const SHIFT = 80; // pixels that an arrow moves it by
const WHEEL = 0.0015;
const LINE = 16; // pixels of a wheel's line
const STILL = 4; // pixels: less is a click and no drag
const SETTLED_MS = 400; // who has just scrolled the page goes on doing so

/** @typedef {import("./near.js").Place} Place */
/** @type {WeakMap<HTMLElement, Lens>} */
const known = new WeakMap();
let scrolled = 0;

class Lens {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.image = /** @type {HTMLImageElement} */ (box.querySelector("img"));
    this.marks = /** @type {SVGElement[]} */ ([...box.querySelectorAll("[data-lens-marks]")]);
    /** @type {[string, number][]} */
    this.ladder = JSON.parse(box.dataset.lens ?? "[]");
    this.rung = this.ladder[0];
    /** @type {Place} */
    this.place = { ...WHOLE };
    /** @type {Map<number, PointerEvent>} */
    this.held = new Map();
    this.moved = 0;
    this.listen();
    new ResizeObserver(() => this.lay()).observe(box);
    if (this.image.complete) this.lay(); else this.image.addEventListener("load", () => this.lay(), { once: true });
    const tools = box.closest(".stage")?.querySelector("[data-lens-tools]");
    if (tools instanceof HTMLElement) tools.hidden = false;
  }

  get window() { return { width: this.box.clientWidth, height: this.box.clientHeight }; }

  /** The picture's own size; where nobody says it, that of what is loaded. */
  get own() {
    const [width, height] = [Number(this.box.dataset.width), Number(this.box.dataset.height)];
    return width && height ? { width, height } : { width: this.image.naturalWidth, height: this.image.naturalHeight };
  }

  get fit() { return fitted(this.own, this.window); }

  get ownScale() { return ownPixels(this.own.width, this.fit, window.devicePixelRatio); }

  get whole() { return this.place.scale <= 1.001; }

  /** Puts it where it is meant to be. */
  lay() {
    if (!this.own.width || !this.window.width) return;
    const { fit } = this;
    this.place = held(this.place, fit, this.window);
    for (const one of [this.image, ...this.marks]) {
      Object.assign(one.style, { width: `${fit.width}px`, height: `${fit.height}px`, transform: `translate(${this.place.x}px, ${this.place.y}px) scale(${this.place.scale})` });
    }
    this.box.classList.add("laid");
    this.box.classList.toggle("near", !this.whole);
    const told = this.box.closest(".stage")?.querySelector("[data-lens-told]");
    if (told) told.textContent = `${Math.round((100 * this.place.scale) / this.ownScale)} %`;
    this.sharpen();
  }

  /** Takes a larger file where this one would be blurred, and shows it when it is there. */
  sharpen() {
    const rung = sharpEnough(this.ladder, Math.floor(this.fit.width * this.place.scale * window.devicePixelRatio));
    if (rung[1] <= this.rung[1]) return;
    this.rung = rung;
    this.box.setAttribute("aria-busy", "true");
    const next = new Image();
    next.onload = () => { if (this.rung === rung) { this.image.src = rung[0]; this.box.removeAttribute("aria-busy"); } };
    next.onerror = () => this.box.removeAttribute("aria-busy"); // what is shown stays
    next.src = rung[0];
  }

  /** @param {number} scale @param {{x: number, y: number}} [point] in the window; its middle by default */
  zoom(scale, point = { x: this.window.width / 2, y: this.window.height / 2 }) {
    this.place = scaled(this.place, Math.min(Math.max(scale, 1), mostScale(this.ownScale)), point);
    this.lay();
  }

  /** Between all of it and its own pixels. @param {{x: number, y: number}} [point] */
  toggle(point) { this.zoom(this.whole ? Math.max(this.ownScale, 2) : 1, point); }

  /** @param {number} dx @param {number} dy */
  move(dx, dy) {
    this.place = { ...this.place, x: this.place.x + dx, y: this.place.y + dy };
    this.lay();
  }

  /** @param {MouseEvent} event */
  at(event) {
    const box = this.box.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  listen() {
    this.box.addEventListener("wheel", (event) => this.turn(event), { passive: false });
    this.box.addEventListener("keydown", (event) => this.press(event));
    this.box.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      this.box.setPointerCapture(event.pointerId);
      this.held.set(event.pointerId, event);
      this.moved = this.held.size > 1 ? STILL : 0;
    });
    this.box.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      this.box.addEventListener(end, (event) => {
        if (this.held.delete(event.pointerId) && end === "pointerup" && this.moved < STILL && !this.held.size) this.toggle(this.at(event));
      });
    }
  }

  /** @param {WheelEvent} event */
  turn(event) {
    // The wheel is the page's where it has been scrolled, or there is nothing to come back from.
    const pages = !event.ctrlKey && this.whole && (event.deltaY > 0 || scrollY > 0 || Date.now() - scrolled < SETTLED_MS);
    if (pages) return;
    event.preventDefault();
    const turned = event.deltaY * (event.deltaMode ? LINE : 1) * (event.ctrlKey ? 4 : 1);
    this.zoom(this.place.scale * Math.exp(-turned * WHEEL), this.at(event));
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const before = this.held.get(event.pointerId);
    if (!before) return;
    const [was, is] = [this.at(before), this.at(event)];
    const other = [...this.held.values()].find((one) => one.pointerId !== event.pointerId);
    this.held.set(event.pointerId, event);
    this.moved += Math.hypot(is.x - was.x, is.y - was.y);
    if (other) {
      const still = this.at(other);
      const apart = (/** @type {{x: number, y: number}} */ one) => Math.hypot(one.x - still.x, one.y - still.y) || 1;
      this.zoom(this.place.scale * (apart(is) / apart(was)), { x: (is.x + still.x) / 2, y: (is.y + still.y) / 2 });
    } else if (!this.whole) this.move(is.x - was.x, is.y - was.y);
  }

  /** @param {string} what */
  do(what) {
    if (what === "in") this.zoom(this.place.scale * STEP);
    else if (what === "out") this.zoom(this.place.scale / STEP);
    else if (what === "own") this.zoom(this.ownScale);
    else if (what === "fit" && this.whole) this.toggle();
    else if (what === "fit") this.zoom(1);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const what = { "+": "in", "=": "in", "-": "out", 1: "own", Enter: "fit" }[event.key];
    const way = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [SHIFT, 0], ArrowRight: [-SHIFT, 0], ArrowUp: [0, SHIFT], ArrowDown: [0, -SHIFT] })[event.key];
    if (what) this.do(what);
    else if (!this.whole && (event.key === "0" || event.key === "Escape")) this.zoom(1);
    else if (!this.whole && way) this.move(...way);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function look() {
  for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-lens]"))) {
    if (!known.has(box)) known.set(box, new Lens(box));
  }
}

export function startLenses() {
  look();
  document.addEventListener("filled", look);
  window.addEventListener("scroll", () => { scrolled = Date.now(); }, { passive: true });
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-lens-do]"));
    const box = /** @type {HTMLElement | null | undefined} */ (button?.closest(".stage")?.querySelector("[data-lens]"));
    if (button && box) known.get(box)?.do(button.dataset.lensDo ?? "");
  });
}
