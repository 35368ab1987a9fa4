// @ts-check
/** What people decide: sent, shown at once, and filled in for good when the curator has folded it. */
import { back, decideAll } from "./bulk.js";
import { EVERYWHERE, HOW_LIMITED, limitsOf } from "./limits.js";
import { byId, post, toast } from "./talk.js";
import { canUndo } from "./undo.js";

/** Sends one decision for each asset, of several together. @param {string[]} ids @param {Record<string, unknown>} set @param {string[]} [clear] */
export async function decide(ids, set, clear = [], version = 0) {
  const refused = await refusal(ids, set, clear, version);
  if (refused) toast(`Not saved: ${refused}`);
  return !refused;
}

/** The same; says why it was not taken, or nothing. @param {string[]} ids @param {Record<string, unknown>} set @param {string[]} [clear] */
async function refusal(ids, set, clear = [], version = 0) {
  const extra = version ? { on_version: version } : {};
  try {
    if (ids.length === 1) await post(`/v1/assets/${ids[0]}/decisions`, { set, clear, ...extra });
    else await post("/v1/decisions", { assets: ids, set, clear });
    return "";
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/** The same of one picture as a batch of its own, which can be taken back: what stood before it stands again. Says why it was
 *  not taken, or nothing. @param {string} id @param {Record<string, unknown>} set @param {string} words */
async function decideOne(id, set, words) {
  try {
    const { batch } = await post("/v1/decisions", { assets: [id], set });
    canUndo(words, () => back(batch));
    return "";
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/** Fills the list under the box with products that match. @param {string} text */
async function suggest(text) {
  const list = byId("ask-list");
  const answer = text ? await fetch(`/v1/skus?q=${encodeURIComponent(text)}`) : null;
  const found = /** @type {{sku: string, name: string}[]} */ (answer?.ok ? await answer.json() : []);
  if (/** @type {HTMLInputElement} */ (byId("ask-value")).value.trim() !== text) return; // typed on meanwhile
  list.replaceChildren(...found.map(({ sku, name }) => {
    const option = document.createElement("button");
    const [code, words] = [document.createElement("b"), document.createElement("small")];
    option.type = "button";
    option.dataset.sku = sku;
    [code.textContent, words.textContent] = [sku, name];
    option.append(code, words);
    return option;
  }));
}

/** Typing looks for products; arrows go through them, Enter or a click takes one. */
function startSuggestions() {
  const box = /** @type {HTMLInputElement} */ (byId("ask-value"));
  const list = byId("ask-list");
  let timer = 0;
  box.addEventListener("input", () => {
    clearTimeout(timer);
    if (!list.hidden) timer = window.setTimeout(() => void suggest(box.value.trim()), 120);
  });
  list.addEventListener("click", (event) => {
    const option = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-sku]"));
    if (!option) return;
    box.value = option.dataset.sku ?? "";
    list.replaceChildren();
    box.focus();
  });
  byId("ask").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = /** @type {HTMLElement[]} */ ([box, ...list.querySelectorAll("button")]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (!step || at < 0 || all.length < 2) return;
    event.preventDefault();
    all[(at + step + all.length) % all.length].focus();
  });
}

/** Asks for one value. @param {string} title @param {string} label known: what may be meant. @param {{products?: boolean, was?: string, problem?: string, most?: number, known?: string[]}} [more] @returns {Promise<string>} */
export function ask(title, label, { products = false, was = "", problem = "", most = 190, known = [] } = {}) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("ask"));
  const value = /** @type {HTMLInputElement} */ (byId("ask-value"));
  byId("ask-title").textContent = title;
  byId("ask-label").textContent = label;
  value.maxLength = most;
  byId("ask-known").replaceChildren(...known.map((name) => new Option(name, name)));
  if (known.length) value.setAttribute("list", "ask-known"); else value.removeAttribute("list");
  value.value = was;
  byId("ask-problem").textContent = problem;
  byId("ask-list").hidden = !products;
  byId("ask-list").replaceChildren();
  if (products) void suggest(was);
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
  const products = ["brands", undefined].includes(document.body.dataset.part); // others who see a part have no list of products
  let [sku, problem] = ["", ""];
  do {
    sku = await ask(`Link ${pictures(ids.length)} to a product`, products ? "SKU, or a part of its name; or of a category or collection" : "Its SKU", { products, was: sku, problem });
    if (!sku) return;
    const set = { [`link:${sku}`]: "linked" };
    const done = `Linked to ${sku}.`;
    problem = ids.length > 1 ? await decideAll(ids, set, `Link ${pictures(ids.length)} to ${sku}`, done) : await decideOne(ids[0], set, done);
  } while (problem);
}

/** @param {string[]} ids */
export async function addTag(ids) {
  if (!ids.length) { toast("Select a picture first."); return; }
  const tag = await ask(`Tag ${pictures(ids.length)}`, "Tag");
  if (!tag) return;
  const [set, done] = [{ [`tag:${tag}`]: "confirmed" }, `Tagged “${tag}”.`];
  const problem = ids.length > 1 ? await decideAll(ids, set, `Tag ${pictures(ids.length)} “${tag}”`, done) : await decideOne(ids[0], set, done);
  if (problem) toast(`Not saved: ${problem}`);
}

/** @param {string[]} ids @param {string} role empty: as the name says */
async function giveRole(ids, role) {
  const taken = role ? await decide(ids, { role }) : await decide(ids, {}, ["role"]);
  if (taken) toast(role ? `It is shown as ${role}.` : "It is shown as its name says.");
}

/** Where alone pictures may be shown. @param {string[]} ids @param {string} was */
async function limit(ids, was) {
  let [text, problem] = [was, ""];
  do {
    text = await ask("Where may it be shown?", HOW_LIMITED, { was: text, problem });
    if (!text) return;
    const limits = limitsOf(text);
    problem = limits ? await refusal(ids, { limits }) : "Begin each part with markets, locales or channels; separate parts by ;";
  } while (problem);
  toast(text.toLowerCase() === EVERYWHERE ? "It may be shown everywhere." : `Only: ${text}.`);
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
  startSuggestions();
  document.addEventListener("change", (event) => {
    const choice = /** @type {HTMLSelectElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-role]"));
    if (choice) void giveRole([choice.dataset.role ?? ""], choice.value);
  });
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
    const back = /** @type {HTMLButtonElement | null} */ (target.closest("[data-take-back]"));
    if (back) {
      back.disabled = true;
      void decide([back.dataset.takeBack ?? ""], {}, ["purge"]).then((taken) => {
        if (taken) toast("Taken back. It shows again in a moment.");
        else back.disabled = false;
      });
    }
    const split = /** @type {HTMLElement | null} */ (target.closest("[data-split]"));
    if (split) {
      void decide([split.dataset.asset ?? ""], {}, [split.dataset.split ?? ""]).then((taken) => {
        if (taken) toast("Split: it is a picture of its own again in a moment.");
      });
    }
    const limits = /** @type {HTMLElement | null} */ (target.closest("[data-limits]"));
    if (limits) void limit([limits.dataset.limits ?? ""], limits.dataset.was ?? "");
    const free = /** @type {HTMLElement | null} */ (target.closest("[data-limits-reset]"));
    if (free) void decide([free.dataset.limitsReset ?? ""], {}, ["limits"]);
    const main = /** @type {HTMLElement | null} */ (target.closest("[data-make-main]"));
    if (main) void giveRole([main.dataset.makeMain ?? ""], "main");
    const given = /** @type {HTMLElement | null} */ (target.closest("[data-give-role]"));
    if (given) void giveRole([given.dataset.asset ?? ""], given.dataset.giveRole ?? "");
    const fold = target.closest("[data-unfold]");
    if (fold) { fold.parentElement?.classList.add("unfolded"); fold.remove(); }
    const more = /** @type {HTMLElement | null} */ (target.closest("[data-add]"));
    if (more) void (more.dataset.add === "link" ? addLink : addTag)([more.dataset.asset ?? ""]);
    const bulk = /** @type {HTMLElement | null} */ (target.closest("[data-bulk]"));
    if (bulk?.dataset.bulk === "link") void addLink(grid.picked());
    if (bulk?.dataset.bulk === "tag") void addTag(grid.picked());
    if (bulk?.dataset.bulk === "clear") grid.clear();
    if (bulk?.dataset.bulk === "rights") location.href = `/rights?${grid.picked().slice(0, 100).map((id) => `asset=${id}`).join("&")}`;
    if (bulk?.dataset.bulk === "names") {
      void navigator.clipboard.writeText(grid.names().join("\n")).then(() => toast("Names copied."));
    }
  });
}
