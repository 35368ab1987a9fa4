// @ts-check
/** Questions about links: one key answers for all pictures that ask for the same reason. */
import { back } from "./bulk.js";
import { ask } from "./decide.js";
import { post, toast } from "./talk.js";

const FOLDED_MS = 15000; // by then the view has heard of the answer; until then the question is kept out of sight

export function startQuestions() {
  const main = /** @type {HTMLElement | null} */ (document.querySelector("body.questions main"));
  if (!main) return;
  /** @type {Set<string>} */
  const answered = new Set();
  /** @type {{cause: string, batch: string}[]} */
  const said = [];

  const open = () => /** @type {HTMLElement[]} */ ([...main.querySelectorAll("[data-question]:not([hidden])")]);
  const here = () => {
    const held = /** @type {HTMLElement | null | undefined} */ (document.activeElement?.closest("[data-question]"));
    return held && !held.hidden ? held : open()[0];
  };

  /** Keeps what was answered out of sight when the list is filled in anew, and the focus on the list. */
  function tidy() {
    const lost = document.activeElement === document.body;
    for (const item of /** @type {NodeListOf<HTMLElement>} */ (main.querySelectorAll("[data-question]"))) {
      item.hidden = answered.has(item.dataset.question ?? "");
    }
    if (lost) open()[0]?.focus({ preventScroll: true });
  }

  /** @param {number} step */
  function move(step) {
    const all = open();
    const at = all.indexOf(here());
    all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
  }

  /** @param {HTMLElement} item @param {string[]} skus @param {boolean} [edition] */
  async function answer(item, skus, edition = false) {
    const cause = item.dataset.question ?? "";
    const all = open();
    const next = all[all.indexOf(item) + 1] ?? all[all.indexOf(item) - 1];
    answered.add(cause);
    item.hidden = true;
    next?.focus();
    try {
      const seen = item.dataset.seen ? { assets: JSON.parse(item.dataset.seen) } : {};
      const { assets, batch } = await post(`/v1/questions/${cause}/answer`, { skus, edition, ...seen });
      said.push({ cause, batch });
      const count = assets.length === 1 ? "1 picture" : `${assets.length} pictures`;
      if (edition) toast(`${count}: there is a new version. u takes it back.`);
      else toast(skus.length ? `${count} linked to ${skus[0]}. u takes it back.` : `${count}: none of these. u takes it back.`);
      window.setTimeout(() => { answered.delete(cause); tidy(); }, FOLDED_MS);
    } catch (error) {
      answered.delete(cause);
      tidy();
      item.focus();
      toast(`Not saved: ${/** @type {Error} */ (error).message}`);
    }
  }

  /** @param {HTMLElement} item */
  async function other(item) {
    const sku = await ask("Link to another product", "SKU, or a part of its name", { products: true });
    // The list may have been filled in anew meanwhile.
    const again = open().find((one) => one.dataset.question === item.dataset.question);
    if (sku && again) await answer(again, [sku]);
    else (again ?? open()[0])?.focus();
  }

  /** @param {HTMLElement} item @param {HTMLElement} button */
  function press(item, button) {
    if (button.dataset.skus) void answer(item, JSON.parse(button.dataset.skus), "edition" in button.dataset);
    else void other(item);
  }

  async function undo() {
    const last = said.pop();
    if (!last) { toast("There is no answer to take back."); return; }
    try {
      const told = await back(last.batch);
      if (!told) { said.push(last); return; }
      answered.delete(last.cause);
      tidy();
      toast(told);
    } catch (error) {
      said.push(last);
      toast(`Not taken back: ${/** @type {Error} */ (error).message}`);
    }
  }

  main.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-skus], [data-other]"));
    const item = /** @type {HTMLElement | null | undefined} */ (button?.closest("[data-question]"));
    if (button && item) press(item, button);
  });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea, select")) return;
    if (document.querySelector("dialog[open]")) return;
    const item = here();
    const buttons = /** @type {HTMLElement[]} */ ([...(item?.querySelectorAll("[data-skus]") ?? [])]);
    const number = /^\d$/.test(event.key) ? Number(event.key) : -1;
    if (event.key === "u") void undo();
    else if (number >= 0 && item && number < buttons.length) press(item, buttons[number ? number - 1 : buttons.length - 1]);
    else if (event.key === "l" && item?.querySelector("[data-other]")) void other(item);
    else if (event.key === "ArrowDown" || event.key === "j") move(1);
    else if (event.key === "ArrowUp" || event.key === "k") move(-1);
    else if (event.key === "Enter" && item && target === item) location.href = `/assets/${item.dataset.first}`;
    else return;
    event.preventDefault();
  });
  new MutationObserver(tidy).observe(main, { childList: true });
  open()[0]?.focus({ preventScroll: true });
}
