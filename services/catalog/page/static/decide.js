// @ts-check
/** What people decide: sent, shown at once, and filled in for good when the curator has folded it. */
import { byId, post, toast } from "./talk.js";

/** Sends one decision for each asset. @param {string[]} ids @param {Record<string, string>} set @param {string[]} [clear] */
async function decide(ids, set, clear = [], version = 0) {
  const extra = version ? { on_version: version } : {};
  try {
    for (const id of ids) await post(`/v1/assets/${id}/decisions`, { set, clear, ...extra });
    return true;
  } catch (error) {
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
    return false;
  }
}

/** Asks for one value. @param {string} title @param {string} label @returns {Promise<string>} */
function ask(title, label) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("ask"));
  const value = /** @type {HTMLInputElement} */ (byId("ask-value"));
  byId("ask-title").textContent = title;
  byId("ask-label").textContent = label;
  value.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener("close", () => done(dialog.returnValue === "ok" ? value.value.trim() : ""), { once: true });
  });
}

const pictures = (/** @type {number} */ count) => (count === 1 ? "this picture" : `${count} pictures`);

/** @param {string[]} ids */
export async function addLink(ids) {
  if (!ids.length) { toast("Select a picture first."); return; }
  const sku = await ask(`Link ${pictures(ids.length)} to a product`, "SKU");
  if (sku && (await decide(ids, { [`link:${sku}`]: "linked" }))) toast(`Linked to ${sku}.`);
}

/** @param {string[]} ids */
export async function addTag(ids) {
  if (!ids.length) { toast("Select a picture first."); return; }
  const tag = await ask(`Tag ${pictures(ids.length)}`, "Tag");
  if (tag && (await decide(ids, { [`tag:${tag}`]: "confirmed" }))) toast(`Tagged “${tag}”.`);
}

/** @param {HTMLElement} button */
async function press(button) {
  const { decide: field = "", value = "", asset = "", version = "0" } = button.dataset;
  const was = button.getAttribute("aria-pressed") === "true";
  const both = button.parentElement?.querySelectorAll("button") ?? [];
  const before = [...both].map((one) => one.getAttribute("aria-pressed") ?? "false");
  both.forEach((one) => one.setAttribute("aria-pressed", String(one === button && !was)));
  const taken = was ? await decide([asset], {}, [field]) : await decide([asset], { [field]: value }, [], Number(version));
  if (!taken) both.forEach((one, at) => one.setAttribute("aria-pressed", before[at]));
}

/** What a replacement is: said once, for the version that is shown. @param {HTMLElement} button */
async function answer(button) {
  const { answer: field = "", value = "", asset = "", version = "0" } = button.dataset;
  const all = /** @type {NodeListOf<HTMLButtonElement>} */ (button.parentElement?.querySelectorAll("button"));
  all.forEach((one) => { one.disabled = true; });
  const taken = await decide([asset], { [field]: value }, [], Number(version));
  if (taken) toast(`Said: ${button.textContent}. It is being done.`);
  else all.forEach((one) => { one.disabled = false; });
}

/** @param {import("./grid.js").Grid} grid */
export function startDecisions(grid) {
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-decide]"));
    if (button) void press(button);
    const said = /** @type {HTMLElement | null} */ (target.closest("[data-answer]"));
    if (said) void answer(said);
    const retry = /** @type {HTMLElement | null} */ (target.closest("[data-retry]"));
    if (retry) {
      post(`/v1/assets/${retry.dataset.retry}/retry`).then(
        () => toast("It is worked on again."), (/** @type {Error} */ error) => toast(error.message));
    }
    const fold = target.closest("[data-unfold]");
    if (fold) { fold.parentElement?.classList.add("unfolded"); fold.remove(); }
    const bulk = /** @type {HTMLElement | null} */ (target.closest("[data-bulk]"));
    if (bulk?.dataset.bulk === "link") void addLink(grid.picked());
    if (bulk?.dataset.bulk === "tag") void addTag(grid.picked());
    if (bulk?.dataset.bulk === "clear") grid.clear();
    if (bulk?.dataset.bulk === "names") {
      void navigator.clipboard.writeText(grid.names().join("\n")).then(() => toast("Names copied."));
    }
    target.closest("[data-zoom]")?.classList.toggle("full");
  });
}
