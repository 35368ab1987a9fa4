// @ts-check
/** Findings of the audit: mended, given to somebody or put off, by buttons or by keys; several at once by their boxes. */
import { back } from "./bulk.js";
import { ask } from "./decide.js";
import { post, toast } from "./talk.js";
import { canUndo } from "./undo.js";

const DAYS = 30;
const many = (/** @type {number} */ n) => (n === 1 ? "1 finding" : `${n} findings`);

export function startAudit() {
  const list = /** @type {HTMLElement | null} */ (document.querySelector("[data-findings]"));
  if (!list) return;
  const all = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("li[data-subject]")]);
  const here = () => /** @type {HTMLElement | undefined} */ (document.activeElement?.closest("li[data-subject]") ?? all()[0]);
  const box = (/** @type {HTMLElement} */ item) => /** @type {HTMLInputElement | null} */ (item.querySelector("input[data-pick]"));
  const picked = () => all().filter((item) => box(item)?.checked);
  const meant = () => (picked().length ? picked() : [here()].filter((item) => item !== undefined));

  /** @param {HTMLElement[]} items */
  function gone(items) {
    const left = all().filter((item) => !items.includes(item));
    const next = left[Math.min(left.length - 1, all().indexOf(items[0]))];
    for (const item of items) item.remove();
    next?.focus();
  }

  /** What is shown is done once it was taken. @param {() => Promise<void>} act */
  async function tried(act) {
    try { await act(); } catch (error) { toast(`Not saved: ${/** @type {Error} */ (error).message}`); }
  }

  const subjects = (/** @type {HTMLElement[]} */ items) => items.map((item) => item.dataset.subject ?? "");
  const ruleOf = (/** @type {HTMLElement[]} */ items) => items[0]?.dataset.rule ?? "";
  const ofOne = (/** @type {HTMLElement[]} */ items) => items.filter((item) => item.dataset.rule === ruleOf(items));

  /** @param {HTMLElement[]} items */
  const fix = (items) => tried(async () => {
    const wanted = ofOne(items).filter((item) => item.querySelector("[data-fix]"));
    if (!wanted.length) { toast("This is not mended by a click."); return; }
    const { batch, fixed, left } = wanted.length > 1
      ? await post(`/v1/audit/${ruleOf(wanted)}/fix`, { subjects: subjects(wanted) })
      : await post(`/v1/audit/${ruleOf(wanted)}/${encodeURIComponent(subjects(wanted)[0])}/fix`);
    const stay = Object.values(left);
    if (!batch) { toast(String(stay[0])); return; }
    gone(wanted.filter((item) => fixed.includes(item.dataset.subject)));
    canUndo(`${many(fixed.length)} mended.${stay.length ? ` ${stay[0]}` : ""}`, () => back(batch));
  });

  /** @param {HTMLElement[]} items */
  async function assign(items) {
    const wanted = ofOne(items);
    if (!wanted.length) return;
    const known = (list.dataset.people ?? "").split("\n").filter(Boolean);
    const to = await ask(`Who looks after ${many(wanted.length)}?`, "Name of a person or a key; me; - for nobody", { most: 80, known });
    wanted[0].focus();
    if (!to) return;
    await tried(async () => {
      const told = await post(`/v1/audit/${ruleOf(wanted)}/assign`, { subjects: subjects(wanted), to: to === "-" ? null : to });
      for (const item of wanted) {
        const mark = item.querySelector(".assigned");
        if (mark) mark.textContent = told.to ? `looked after by ${told.to}` : "";
      }
      canUndo(told.to ? `${told.to} looks after it.` : "Nobody looks after it.", () => back(told.batch));
    });
  }

  /** @param {HTMLElement[]} items */
  async function putOff(items) {
    const wanted = ofOne(items);
    if (!wanted.length) return;
    const reason = await ask(`Put ${many(wanted.length)} off for ${DAYS} days`, "Why? It stands in the history.", { most: 500 });
    wanted[0].focus();
    if (!reason) return;
    const until = new Date(Date.now() + DAYS * 86_400_000).toISOString().slice(0, 10);
    await tried(async () => {
      const told = await post(`/v1/audit/${ruleOf(wanted)}/put-off`, { subjects: subjects(wanted), until, reason });
      gone(wanted);
      canUndo(`${many(wanted.length)} put off until ${until}.`, () => back(told.batch));
    });
  }

  /** @type {Record<string, (items: HTMLElement[]) => unknown>} */
  const acts = { fix, assign, off: putOff };
  list.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("button[data-act]"));
    const item = /** @type {HTMLElement | null | undefined} */ (button?.closest("li[data-subject]"));
    if (button && item) void acts[button.dataset.act ?? ""]?.(picked().includes(item) ? picked() : [item]);
  });

  /** @param {number} step */
  function move(step) {
    const items = all();
    items[Math.min(items.length - 1, Math.max(0, items.indexOf(here() ?? items[0]) + step))]?.focus();
  }
  /** @param {string} which */
  const go = (which) => /** @type {HTMLElement | null | undefined} */ (here()?.querySelector(which))?.click();
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowDown: () => move(1), j: () => move(1), ArrowUp: () => move(-1), k: () => move(-1),
    c: () => go("a[data-compare-pair]"),
    f: () => void fix(meant()), a: () => void assign(meant()), p: () => void putOff(meant()),
    x: () => { const item = here(); const own = item && box(item); if (own) own.checked = !own.checked; },
  };
  // Before the keys of every page: `a` is theirs too.
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], :popover-open")) return;
    if (target.matches("input:not([data-pick]), textarea, select")) return;
    const act = keys[event.key];
    const item = here();
    if (event.key === "Enter" && item && target === item) go("a[data-open]");
    else if (act) act();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}
