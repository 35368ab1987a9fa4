// @ts-check
/** What is decided for several pictures at once: shown before it is done, and taken back as one. */
import { byId, onceKnown, post, toast } from "./talk.js";
import { canUndo } from "./undo.js";

/** @typedef {Record<string, unknown>} Fields */
/** @typedef {{changes: number, same: number, refused: {asset: string, cause: string}[], sample: {asset: string, name: string, before: Fields, after: Fields}[]}} Preview */

/** So many are decided about at once, as the API takes them (api/bulk.py). */
export const AT_ONCE = 500;

/** Whether some are selected, and no more than that; what is wrong is told. @param {string[]} ids @param {string} [or] what else may be done */
export function fewEnough(ids, or = "") {
  if (!ids.length) toast("Select a picture first.");
  else if (ids.length > AT_ONCE) toast(`${ids.length} pictures are selected, and ${AT_ONCE} go at once: select fewer${or}.`);
  return ids.length > 0 && ids.length <= AT_ONCE;
}

export const many = (/** @type {number} */ count) => (count === 1 ? "1 picture" : `${count} pictures`);

/** `{markets: [de, at], valid_until: 2027-12-31}` → `markets de, at; valid until 2027-12-31`. @param {unknown} value @returns {string} */
function said(value) {
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.join(", ");
  return Object.entries(value).map(([name, one]) => `${name.replaceAll("_", " ")} ${said(one)}`).join("; ") || "no limit";
}

/** `tag:boot` → `tag boot: confirmed`; a dash where nobody has decided. @param {Fields} fields */
function words(fields) {
  return Object.entries(fields).map(([name, value]) => `${name.replace(":", " ")}: ${said(value)}`).join(", ") || "–";
}

/** @param {...string} texts */
function row(...texts) {
  const made = document.createElement("tr");
  made.append(...texts.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
  return made;
}

/** What is asked before it is done; rows: picture, now, then; go: words of the button, empty where nothing can be done.
 *  @typedef {{title: string, said: string, problem?: string, rows: string[][], more: number, go: string}} Shown */

/** Shows it; whether somebody wants it so. @param {Shown} shown @returns {Promise<boolean>} */
export function wanted({ title, said, problem = "", rows, more, go }) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("preview"));
  const button = /** @type {HTMLButtonElement} */ (byId("preview-go"));
  byId("preview-title").textContent = title;
  byId("preview-words").textContent = said;
  byId("preview-problem").textContent = problem;
  byId("preview-list").replaceChildren(...rows.map((one) => row(...one)));
  byId("preview-more").textContent = more > 0 ? `And ${more} more.` : "";
  byId("preview-table").hidden = !rows.length;
  button.disabled = !go;
  button.textContent = go || "Nothing to change";
  dialog.returnValue = "";
  dialog.showModal();
  if (go) button.focus(); // Enter does it; the table, which scrolls, would have come first
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "ok"), { once: true }));
}

/** @param {string} title @param {Preview} seen @returns {Shown} */
function shown(title, seen) {
  const same = seen.same ? `; ${many(seen.same)} ${seen.same === 1 ? "has" : "have"} it already` : "";
  const barred = seen.refused.length > 0;
  return {
    title,
    said: `${many(seen.changes)} would change${same}.`,
    problem: barred ? `${many(seen.refused.length)} cannot be decided about, so nothing is: ${seen.refused[0].cause}` : "",
    rows: seen.sample.map((one) => [one.name || one.asset, words(one.before), words(one.after)]),
    more: seen.changes - seen.sample.length,
    go: seen.changes && !barred ? `Change ${many(seen.changes)}` : "",
  };
}

/** Takes back what was just said; the answer, or false where it is not taken back, which is told. @param {string} url @param {string} method @returns {Promise<any>} */
export async function revoke(url, method) {
  const answer = await onceKnown(url, method);
  const told = await answer.json();
  if (answer.ok) return told ?? {};
  toast(`Not taken back: ${answer.status === 404 ? "it is not known yet. Try again in a moment." : told.detail}`);
  return false;
}

/** Puts back what stood before, wherever nobody decided anew since.
 *  @param {string} batch @param {(count: number) => string} [of] what was decided about, in words */
export async function back(batch, of = many) {
  const told = await revoke(`/v1/batches/${batch}/undo`, "POST");
  if (!told) return false;
  const count = told.kept.length;
  const stays = count ? `${count} ${count === 1 ? "stays" : "stay"}: ${told.kept[0].cause}` : "";
  if (!told.undone) return `Nothing is taken back. ${stays}`.trim();
  return `Taken back for ${of(told.undone)}. ${stays}`.trim();
}

/** Shows what would change, and does it if somebody wants that. Says what is wrong with it, or nothing. @param {string[]} ids @param {Fields} set @param {string} title @param {string} done @param {string[]} [clear] @param {() => void} [then] when it was taken */
export async function decideAll(ids, set, title, done, clear = [], then = () => {}) {
  const body = { assets: ids, set, clear };
  try {
    if (!(await wanted(shown(title, await post("/v1/decisions/preview", body))))) return "";
    const { batch } = await post("/v1/decisions", body);
    then();
    canUndo(done, () => back(batch));
    return "";
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}
