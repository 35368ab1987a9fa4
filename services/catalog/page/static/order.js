// @ts-check
/** The order of a product's pictures: moved by dragging, arrows or buttons, saved when nobody moves any more. */
import { startDragging } from "./drag.js";
import { post, say, toast } from "./talk.js";
import { canUndo, saveFirst } from "./undo.js";

const REST_MS = 600; // several moves in a row are one decision
const LOOK_MS = 500;
const LOOKS = 20; // after ten seconds the page shows whatever the product shows
const BY_ROLE = 6; // without an order nobody can tell when the product shows what it will

export function startOrder() {
  /** @type {Map<HTMLElement, number>} */
  const timers = new Map();

  const listOf = (/** @type {Element | null | undefined} */ one) => /** @type {HTMLElement | null | undefined} */ (one?.closest("[data-order]"));
  const shown = (/** @type {HTMLElement} */ list) =>
    [...list.children].map((item) => /** @type {HTMLElement} */ (item).dataset.asset ?? "");

  /** @param {string[]} skus @param {string[]} order */
  async function send(skus, order) {
    try {
      await post("/v1/products/order", { skus, order });
      return true;
    } catch (error) {
      toast(`Not saved: ${/** @type {Error} */ (error).message}`);
      return false;
    }
  }

  /** Back to the order that stood before; empty: by role. @param {string[]} skus @param {string[]} order */
  async function back(skus, order) {
    if (!(await send(skus, order))) return false;
    void follow(skus, order);
    say("The pictures stand as they did before.");
    return "Taken back: the pictures stand as they did before.";
  }

  /** Waits until the product shows what was decided, then has the page filled in again. @param {string[]} skus @param {string[]} order */
  async function follow(skus, order) {
    for (let look = 0; look < LOOKS; look += 1) {
      await new Promise((done) => { window.setTimeout(done, LOOK_MS); });
      if (!order.length && look < BY_ROLE) continue;
      const answer = await fetch(`/v1/products/${encodeURIComponent(skus[0])}`);
      const variants = /** @type {{sku: string, order: string[], media: {asset_id: string}[]}[]} */ (answer.ok ? (await answer.json()).variants : []);
      const all = variants.filter((one) => skus.includes(one.sku));
      if (all.every((one) => one.order.join() === order.join() && order.every((asset, at) => one.media[at]?.asset_id === asset))) break;
    }
    for (const list of document.querySelectorAll("[data-pending]")) {
      if (!timers.has(/** @type {HTMLElement} */ (list))) list.removeAttribute("data-pending"); // moved on meanwhile
    }
    document.dispatchEvent(new Event("refill"));
  }

  /** @param {HTMLElement} list */
  async function save(list) {
    timers.delete(list);
    const skus = JSON.parse(list.dataset.order ?? "[]");
    const was = JSON.parse(list.dataset.was ?? "[]");
    const order = shown(list);
    if (!(await send(skus, order))) { void follow(skus, was); return; }
    list.dataset.was = JSON.stringify(order);
    canUndo("The order is saved.", () => back(skus, was));
    void follow(skus, order);
  }

  /** Says where it is now. @param {HTMLElement} item */
  function tell(item) {
    const all = [...(item.parentElement?.children ?? [])];
    const place = all.indexOf(item) + 1;
    say(`${item.getAttribute("aria-label")}: ${place === 1 ? "the main picture, " : ""}place ${place} of ${all.length}.`);
  }

  /** @param {HTMLElement} list */
  function saveSoon(list) {
    list.dataset.pending = "";
    clearTimeout(timers.get(list));
    timers.set(list, window.setTimeout(() => void save(list), REST_MS));
  }

  /** @param {HTMLElement} item @param {number} step */
  function move(item, step) {
    const list = listOf(item);
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!list) return;
    if (!other) { tell(item); return; }
    const focus = /** @type {HTMLElement} */ (document.activeElement);
    if (step < 0) other.before(item); else other.after(item);
    focus.focus(); // what is moved in the document loses it
    tell(item);
    saveSoon(list);
  }

  /** @param {HTMLElement} item @param {boolean} changed */
  function dropped(item, changed) {
    const list = listOf(item);
    item.focus({ preventScroll: true });
    tell(item);
    if (list && changed) saveSoon(list);
    else if (list && !timers.has(list)) list.removeAttribute("data-pending");
  }

  startDragging("[data-order]", {
    moved: (item) => { const list = listOf(item); if (list) list.dataset.pending = ""; tell(item); },
    dropped,
  });

  saveFirst(async () => {
    for (const [list, timer] of [...timers]) {
      clearTimeout(timer);
      await save(list);
    }
  });

  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-move]"));
    const item = /** @type {HTMLElement | null | undefined} */ (button?.closest("[data-asset]"));
    if (button && item) move(item, Number(button.dataset.move));
    const reset = /** @type {HTMLElement | null} */ (target.closest("[data-by-role]"));
    if (!reset) return;
    const list = /** @type {HTMLElement | null} */ (document.querySelector(`[data-order="${CSS.escape(reset.dataset.byRole ?? "")}"]`));
    const skus = JSON.parse(reset.dataset.byRole ?? "[]");
    void send(skus, []).then((taken) => {
      if (!taken) return;
      const was = JSON.parse(list?.dataset.was ?? "[]");
      canUndo("Shown as by role again.", () => back(skus, was));
      void follow(skus, []);
    });
  });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea, select")) return;
    if (document.querySelector("dialog[open]") || !document.querySelector("[data-order]")) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !target.matches("[data-order] [data-asset]")) return;
    move(target, step);
    event.preventDefault();
  });
}
