// @ts-check
/** The command palette: Ctrl+K, some letters, Enter. A combobox with a list below it, as screen readers know one. */
import { byId, fragment } from "./talk.js";
import { ask as askForFiles } from "./upload_folder.js";

const PAUSE_MS = 120;

export function startPalette() {
  const dialog = /** @type {HTMLDialogElement} */ (byId("palette"));
  const box = /** @type {HTMLInputElement} */ (byId("palette-box"));
  const list = byId("palette-list");
  let timer = 0;
  let asked = 0;
  let filling = Promise.resolve();

  const options = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=option]")]);
  const at = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

  /** @param {number} place */
  function choose(place) {
    const all = options();
    all.forEach((one, own) => one.setAttribute("aria-selected", String(own === place)));
    if (all[place]) box.setAttribute("aria-activedescendant", all[place].id);
    else box.removeAttribute("aria-activedescendant");
    all[place]?.scrollIntoView({ block: "nearest" });
  }

  /** What may be meant; of a slow answer to letters before these nothing is shown. */
  const fill = () => (filling = filled());
  async function filled() {
    const mine = ++asked;
    const fresh = await fragment(`/go?${new URLSearchParams({ q: box.value.trim() })}`).catch(() => null);
    if (mine !== asked || !dialog.open) return;
    if (fresh) list.replaceChildren(fresh);
    if (!document.querySelector(".cell.picked, .cell.here, [data-asset-view]")) list.querySelectorAll("[data-needs]").forEach((one) => one.remove());
    list.querySelectorAll("[role=group]").forEach((one) => { if (!one.querySelector("[role=option]")) one.parentElement?.remove(); });
    choose(0);
    const count = options().length;
    byId("palette-said").textContent = fresh ? `${count} to choose from` : "Packshot does not answer.";
  }

  /** @param {HTMLElement | undefined} option */
  function take(option) {
    if (!option) return;
    dialog.close();
    const { to, press } = option.dataset;
    if (to) location.href = to;
    else if (press === "upload") askForFiles();
    else document.body.dispatchEvent(new KeyboardEvent("keydown", { key: press, bubbles: true }));
  }

  function open() {
    if (document.querySelector("dialog[open]")) return;
    /** @type {HTMLElement & {hidePopover?: () => void}} */ (byId("menu")).hidePopover?.();
    box.value = "";
    dialog.showModal();
    void fill();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest("[data-palette]")) open();
    if (target === dialog) dialog.close();
    const option = /** @type {HTMLElement | null} */ (target.closest("#palette-list [role=option]"));
    if (option) take(option);
  });
  box.addEventListener("input", () => { clearTimeout(timer); timer = window.setTimeout(() => { timer = 0; void fill(); }, PAUSE_MS); });
  box.addEventListener("keydown", async (event) => {
    const count = options().length;
    const to = { ArrowDown: (at() + 1) % count, ArrowUp: (at() - 1 + count) % count, PageDown: Math.min(count - 1, at() + 8), PageUp: Math.max(0, at() - 8) }[event.key];
    if (to !== undefined && count) { event.preventDefault(); choose(to); }
    if (event.key === "Enter") {
      event.preventDefault();
      if (timer) { clearTimeout(timer); timer = 0; void fill(); }
      await filling; // what was typed last counts
      take(options()[Math.max(0, at())]);
    }
  });
}
