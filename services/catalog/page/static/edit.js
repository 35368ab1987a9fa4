// @ts-check
/** One field of what is selected: chosen, typed, shown before it is done, and taken back as one. */
import { decideAll, fewEnough, many } from "./bulk.js";
import { howOf, read } from "./own_fields.js";
import { EVERYWHERE, HOW_LIMITED, limitsOf } from "./limits.js";
import { byId } from "./talk.js";

/** @typedef {import("./own_fields.js").Own} Own */
/** How it is given (chosen of what is known, or typed), what may be suggested, whether it may be emptied, and what is
 *  decided; throws with what is wrong.
 *  @typedef {{title: string, field: string, how: string, by: string, known: string[], empties: boolean, value: (text: string) => unknown}} Kind */

const dialog = () => /** @type {HTMLDialogElement} */ (byId("edit"));
const choice = () => /** @type {HTMLSelectElement} */ (byId("edit-what"));
const box = () => /** @type {HTMLInputElement | HTMLSelectElement} */ (byId("edit-value"));
const empty = () => /** @type {HTMLInputElement} */ (byId("edit-empty"));
const CHOSEN = "choose";
const BY = { number: "number", date: "date", boolean: CHOSEN, choice: CHOSEN };

/** @param {string[]} roles @returns {Kind} */
const role = (roles) => ({
  title: "Role", field: "role", how: "What it shows; emptied, it is as its name says", by: CHOSEN, known: roles, empties: true,
  value: (text) => text,
});

/** @type {Kind} */
const LIMITED = {
  title: "Where it may be shown", field: "limits", how: HOW_LIMITED, by: "text", known: [EVERYWHERE], empties: false,
  value(text) {
    const limits = limitsOf(text);
    if (!limits) throw new Error(HOW_LIMITED);
    return limits;
  },
};

/** @param {Own} own @returns {Kind} */
const ofOwn = (own) => ({
  title: own.title, field: `field:${own.name}`, how: howOf(own), by: BY[/** @type {keyof typeof BY} */ (own.type)] ?? "text",
  known: own.type === "boolean" ? ["yes", "no"] : own.choices, empties: true, value: (text) => read(own, text),
});

async function kinds() {
  const answer = await fetch("/v1/fields");
  const own = /** @type {Own[]} */ (answer.ok ? await answer.json() : []);
  return [role((dialog().dataset.roles ?? "").split(" ")), LIMITED, ...own.map(ofOwn)];
}

/** @param {Kind} kind */
function show(kind) {
  const options = kind.known.map((name) => new Option(name, name));
  const made = document.createElement(kind.by === CHOSEN ? "select" : "input");
  if (made instanceof HTMLSelectElement) made.append(new Option("choose", ""), ...options);
  else Object.assign(made, { type: kind.by, step: "any", maxLength: 500, autocomplete: "off" });
  made.id = "edit-value";
  made.required = true;
  made.setAttribute("aria-describedby", "edit-problem");
  if (kind.by === "text") made.setAttribute("list", "edit-known");
  byId("edit-label").textContent = kind.how;
  byId("edit-known").replaceChildren(...(kind.by === "text" ? options : []));
  box().replaceWith(made);
  byId("edit-empties").hidden = !kind.empties;
  empty().checked = false;
}

/** @param {string[]} ids @param {Kind[]} all @param {string} problem @returns {Promise<Kind | null>} null where nobody wants it */
function chosen(ids, all, problem) {
  const [what, of] = [choice(), () => all[choice().selectedIndex]];
  if (!problem) {
    byId("edit-title").textContent = `Edit ${many(ids.length)}`;
    what.replaceChildren(...all.map((one) => new Option(one.title, one.field)));
    show(all[0]);
    what.onchange = () => show(of());
  }
  byId("edit-problem").textContent = problem;
  dialog().returnValue = "";
  dialog().showModal();
  return new Promise((done) => {
    dialog().addEventListener("close", () => done(dialog().returnValue === "ok" ? of() : null), { once: true });
  });
}

/** @param {string[]} ids @param {Kind} kind @param {string} text @returns {Promise<string>} what is wrong with it, or nothing */
async function change(ids, kind, text) {
  const title = `${kind.title} of ${many(ids.length)}`;
  try {
    if (empty().checked) return await decideAll(ids, {}, title, `${kind.title}: emptied.`, [kind.field]);
    return await decideAll(ids, { [kind.field]: kind.value(text) }, title, `${kind.title}: ${text}.`);
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/** @param {string[]} ids */
export async function edit(ids) {
  if (!fewEnough(ids)) return;
  const all = await kinds();
  let problem = "";
  do {
    const kind = await chosen(ids, all, problem);
    if (!kind) return;
    problem = await change(ids, kind, box().value.trim());
  } while (problem);
}

/** @param {import("./grid.js").Grid} grid */
export function startEditing(grid) {
  empty().addEventListener("change", () => { box().disabled = empty().checked; });
  document.addEventListener("click", (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("[data-bulk=edit]")) void edit(grid.subjects());
  });
}
