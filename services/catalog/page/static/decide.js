// @ts-check
/** What people decide: sent, shown at once, and filled in for good when the curator has folded it. */
import { decideAll, fewEnough } from "./bulk.js";
import { copy } from "./copy.js";
import { EVERYWHERE, HOW_LIMITED, limitsOf } from "./limits.js";
import { decide, refusal } from "./one.js";
import { byId, post, toast } from "./talk.js";
import { cannotUndo } from "./undo.js";

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
  if (!fewEnough(ids)) return;
  const products = ["brands", undefined].includes(document.body.dataset.part); // others who see a part have no list of products
  let [sku, problem] = ["", ""];
  do {
    sku = await ask(`Link ${pictures(ids.length)} to a product`, products ? "SKU, or a part of its name; or of a category or collection" : "Its SKU", { products, was: sku, problem });
    if (!sku) return;
    const set = { [`link:${sku}`]: "linked" };
    const done = `Linked to ${sku}.`;
    problem = ids.length > 1 ? await decideAll(ids, set, `Link ${pictures(ids.length)} to ${sku}`, done) : await refusal(ids[0], { set }, done);
  } while (problem);
}

/** @param {string[]} ids */
export async function addTag(ids) {
  if (!fewEnough(ids)) return;
  const tag = await ask(`Tag ${pictures(ids.length)}`, "Tag");
  if (!tag) return;
  const [set, done] = [{ [`tag:${tag}`]: "confirmed" }, `Tagged “${tag}”.`];
  const problem = ids.length > 1 ? await decideAll(ids, set, `Tag ${pictures(ids.length)} “${tag}”`, done) : await refusal(ids[0], { set }, done);
  if (problem) toast(`Not saved: ${problem}`);
}

/** @param {string} asset @param {string} role empty: as the name says */
function giveRole(asset, role) {
  if (role) return decide(asset, { set: { role } }, `It is shown as ${role}.`);
  return decide(asset, { clear: ["role"] }, "It is shown as its name says.");
}

/** Where alone a picture may be shown. @param {string} asset @param {string} was */
async function limit(asset, was) {
  let [text, problem] = [was, ""];
  do {
    text = await ask("Where may it be shown?", HOW_LIMITED, { was: text, problem });
    if (!text) return;
    const limits = limitsOf(text);
    const done = text.toLowerCase() === EVERYWHERE ? "It may be shown everywhere." : `Only: ${text}.`;
    problem = limits ? await refusal(asset, { set: { limits } }, done) : "Begin each part with markets, locales or channels; separate parts by ;";
  } while (problem);
}

/** A tag or a link: confirmed, rejected, or left to the machines again. @param {HTMLElement} button */
async function press(button) {
  const { decide: field = "", value = "", asset = "", version = "0" } = button.dataset;
  const was = button.getAttribute("aria-pressed") === "true";
  const both = button.parentElement?.querySelectorAll("button") ?? [];
  const before = [...both].map((one) => one.getAttribute("aria-pressed") ?? "false");
  both.forEach((one) => one.setAttribute("aria-pressed", String(one === button && !was)));
  const name = `${field[0].toUpperCase()}${field.slice(1).replace(":", " ")}`;
  const taken = was
    ? await decide(asset, { clear: [field] }, `${name}: left to the machines.`)
    : await decide(asset, { set: { [field]: value }, on_version: Number(version) || undefined }, `${name}: ${value}.`);
  if (!taken) both.forEach((one, at) => one.setAttribute("aria-pressed", before[at]));
}

/** What a replacement is: said once, for the version that is shown. @param {HTMLElement} button */
async function answer(button) {
  const { answer: field = "", value = "", asset = "", version = "0" } = button.dataset;
  const all = /** @type {NodeListOf<HTMLButtonElement>} */ (button.parentElement?.querySelectorAll("button"));
  all.forEach((one) => { one.disabled = true; });
  try {
    await post(`/v1/assets/${asset}/decisions`, { set: { [field]: value }, on_version: Number(version) || undefined });
    cannotUndo(`Said: ${button.textContent}. It is being done.`, "Every version is kept: restore the one that you want.");
  } catch (error) {
    all.forEach((one) => { one.disabled = false; });
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
  }
}

/** The form of their rights: of one by its address, of several by a form, for addresses are short. @param {string[]} ids */
function openRights(ids) {
  if (!fewEnough(ids)) return;
  if (ids.length === 1) { location.href = `/rights?asset=${ids[0]}`; return; }
  const form = Object.assign(document.createElement("form"), { method: "post", action: "/rights" });
  form.append(...ids.map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: "asset", value })));
  document.body.append(form);
  form.submit();
  form.remove();
}

/** @param {import("./grid.js").Grid} grid */
export function startDecisions(grid) {
  startSuggestions();
  document.addEventListener("change", (event) => {
    const choice = /** @type {HTMLSelectElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-role]"));
    if (choice) void giveRole(choice.dataset.role ?? "", choice.value);
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
      post(`/v1/assets/${back.dataset.takeBack}/decisions`, { clear: ["purge"] }).then(
        () => toast("Taken back. It shows again in a moment."),
        (/** @type {Error} */ error) => { back.disabled = false; toast(`Not saved: ${error.message}`); });
    }
    const split = /** @type {HTMLElement | null} */ (target.closest("[data-split]"));
    if (split) void decide(split.dataset.asset ?? "", { clear: [split.dataset.split ?? ""] }, "Split: it is a picture of its own again in a moment.");
    const limits = /** @type {HTMLElement | null} */ (target.closest("[data-limits]"));
    if (limits) void limit(limits.dataset.limits ?? "", limits.dataset.was ?? "");
    const free = /** @type {HTMLElement | null} */ (target.closest("[data-limits-reset]"));
    if (free) void decide(free.dataset.limitsReset ?? "", { clear: ["limits"] }, "It is shown where rules, lists and uploads say.");
    const main = /** @type {HTMLElement | null} */ (target.closest("[data-make-main]"));
    if (main) void giveRole(main.dataset.makeMain ?? "", "main");
    const given = /** @type {HTMLElement | null} */ (target.closest("[data-give-role]"));
    if (given) void giveRole(given.dataset.asset ?? "", given.dataset.giveRole ?? "");
    const fold = target.closest("[data-unfold]");
    if (fold) { fold.parentElement?.classList.add("unfolded"); fold.remove(); }
    const more = /** @type {HTMLElement | null} */ (target.closest("[data-add]"));
    if (more) void (more.dataset.add === "link" ? addLink : addTag)([more.dataset.asset ?? ""]);
    const bulk = /** @type {HTMLElement | null} */ (target.closest("[data-bulk]"));
    if (bulk?.dataset.bulk === "link") void addLink(grid.picked());
    if (bulk?.dataset.bulk === "tag") void addTag(grid.picked());
    if (bulk?.dataset.bulk === "clear") grid.clear();
    if (bulk?.dataset.bulk === "rights") openRights(grid.picked());
    if (bulk?.dataset.bulk === "names") void copy(grid.names().join("\n"), "Names copied.");
  });
}
