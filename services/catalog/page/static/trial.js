// @ts-check
/** A trial of naming rules: asked for, waited for, and shown. The linker does it. */
import { post } from "./talk.js";

const AGAIN_MS = 700;
const PATIENCE_MS = 120 * 1000;
const WORDS = /** @type {Record<string, string>} */ ({ matched: "matched", unmatched: "not matched", ambiguous: "with a doubt" });

/** @param {string} name @param {string} text @param {string} [kind] */
function made(name, text, kind = "") {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = kind;
  return element;
}

/** @param {string} title @param {[string, string][]} rows */
function listed(title, rows) {
  const list = document.createElement("ul");
  list.className = "evidence";
  list.append(...rows.map(([file, why]) => {
    const item = document.createElement("li");
    item.append(made("b", file), why ? ` ${why}` : "");
    return item;
  }));
  return [made("h3", title), list];
}

/** @param {HTMLElement} place @param {any} report */
function show(place, report) {
  if (report.faults.length) {
    place.replaceChildren(made("h2", "It does not hold"), ...report.faults.map((/** @type {string} */ fault) => made("p", fault, "doubt")));
    return;
  }
  const part = report.looked_at < report.names ? `${report.looked_at} of ${report.names} names${report.folder ? ` in ${report.folder}` : ""}, chosen at random` : `all ${report.names} names${report.folder ? ` in ${report.folder}` : ""}`;
  const parts = [made("h2", "What they would do"), made("p", `Compared: ${part}. ${report.changed} would be linked otherwise than by now.`)];
  for (const [kind, words] of Object.entries(WORDS)) {
    const examples = (report.examples[kind] ?? []).map((/** @type {any} */ one) => [one.file, one.why]);
    parts.push(...listed(`${report.counts[kind] ?? 0} ${words}`, examples));
  }
  if (report.changes.length) parts.push(...listed("Linked otherwise", report.changes.map((/** @type {string} */ one) => [one, ""])));
  place.replaceChildren(...parts);
}

/** @param {string} id @returns {Promise<any>} */
async function reported(id) {
  for (const since = Date.now(); Date.now() - since < PATIENCE_MS;) {
    const answer = await fetch(`/v1/rules/trials/${id}`);
    if (answer.status === 200) return answer.json();
    if (answer.status !== 202) throw new Error((await answer.json()).detail);
    await new Promise((done) => { window.setTimeout(done, AGAIN_MS); });
  }
  throw new Error("The linker has not answered within two minutes. See whether it runs, and try again.");
}

/** Its id where it holds, "" where it does not; the place says what. @param {HTMLElement} place @param {string} path @param {object} wanted */
export async function tried(place, path, wanted) {
  place.replaceChildren(made("p", "It is being tried…", "dim"));
  try {
    const { id } = await post(path, wanted);
    const report = await reported(id);
    show(place, report);
    return report.faults.length ? "" : /** @type {string} */ (id);
  } catch (error) {
    place.replaceChildren(made("p", /** @type {Error} */ (error).message, "doubt"));
    return "";
  }
}
