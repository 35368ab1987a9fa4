// @ts-check
/** One field of what is selected: chosen, typed, shown before it is done, and taken back as one. */
import { decideAll, fewEnough, many } from "./bulk.js";
import { EMPTY, howOf, read } from "./own_fields.js";
import { EVERYWHERE, HOW_LIMITED, limitsOf } from "./limits.js";
import { byId } from "./talk.js";

/** @typedef {import("./own_fields.js").Own} Own */
/** How it is typed, what it may be, and what is decided; throws with what is wrong, undefined empties it.
 *  @typedef {{title: string, field: string, how: string, known: string[], value: (text: string) => unknown}} Kind */

const dialog = () => /** @type {HTMLDialogElement} */ (byId("edit"));
const choice = () => /** @type {HTMLSelectElement} */ (byId("edit-what"));
const box = () => /** @type {HTMLInputElement} */ (byId("edit-value"));

/** @param {string[]} roles @returns {Kind} */
const role = (roles) => ({
  title: "Role", field: "role", how: `One of: ${roles.join(", ")}; - is as its name says`, known: roles,
  value: (text) => (text === EMPTY ? undefined : text),
});

/** @type {Kind} */
const LIMITED = {
  title: "Where it may be shown", field: "limits", how: HOW_LIMITED, known: [EVERYWHERE],
  value(text) {
    const limits = limitsOf(text);
    if (!limits) throw new Error(HOW_LIMITED);
    return limits;
  },
};

/** @param {Own} own @returns {Kind} */
const ofOwn = (own) => ({
  title: own.title, field: `field:${own.name}`, how: howOf(own), known: own.type === "boolean" ? ["yes", "no"] : own.choices,
  value: (text) => (text === EMPTY ? undefined : read(own, text)),
});

async function kinds() {
  const answer = await fetch("/v1/fields");
  const own = /** @type {Own[]} */ (answer.ok ? await answer.json() : []);
  return [role((dialog().dataset.roles ?? "").split(" ")), LIMITED, ...own.map(ofOwn)];
}

/** @param {Kind} kind */
function show(kind) {
  byId("edit-label").textContent = kind.how;
  byId("edit-known").replaceChildren(...kind.known.map((name) => new Option(name, name)));
  box().value = "";
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
  try {
    const value = kind.value(text);
    const title = `${kind.title} of ${many(ids.length)}`;
    if (value === undefined) return await decideAll(ids, {}, title, `${kind.title}: emptied.`, [kind.field]);
    return await decideAll(ids, { [kind.field]: value }, title, `${kind.title}: ${text}.`);
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
  document.addEventListener("click", (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("[data-bulk=edit]")) void edit(grid.subjects());
  });
}
