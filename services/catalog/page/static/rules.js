// @ts-check
/** Naming rules: tried on the library's names first, then used. */
import { byId, post, toast } from "./talk.js";

const AGAIN_MS = 700;
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

/** @param {any} report */
function show(report) {
  const place = byId("rules-report");
  if (report.faults.length) {
    place.replaceChildren(made("h2", "These rules do not hold"), ...report.faults.map((/** @type {string} */ fault) => made("p", fault, "doubt")));
    return;
  }
  const part = report.looked_at < report.names ? `${report.looked_at} of ${report.names} names, chosen at random` : `all ${report.names} names`;
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
  for (;;) {
    const answer = await fetch(`/v1/rules/trials/${id}`);
    if (answer.status === 200) return answer.json();
    if (answer.status !== 202) throw new Error((await answer.json()).detail);
    await new Promise((done) => { window.setTimeout(done, AGAIN_MS); });
  }
}

export function startRules() {
  if (!document.getElementById("rules")) return;
  const text = /** @type {HTMLTextAreaElement} */ (byId("rules-text"));
  const use = /** @type {HTMLButtonElement} */ (byId("rules-use"));
  const attempt = /** @type {HTMLButtonElement} */ (byId("rules-try"));
  let tried = "";
  text.addEventListener("input", () => { use.disabled = true; });
  byId("rules").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt.disabled = true;
    byId("rules-report").replaceChildren(made("p", "They are being tried…", "dim"));
    post("/v1/rules/trials", { text: text.value })
      .then(async ({ id }) => {
        const report = await reported(id);
        show(report);
        tried = id;
        use.disabled = report.faults.length > 0;
      })
      .catch((error) => { byId("rules-report").replaceChildren(made("p", error.message, "doubt")); })
      .finally(() => { attempt.disabled = false; });
  });
  use.addEventListener("click", () => {
    use.disabled = true;
    post(`/v1/rules/trials/${tried}/apply`).then(
      () => toast("In use. What they read otherwise is linked anew within seconds."),
      (error) => { use.disabled = false; toast(`Not used: ${error.message}`); });
  });
}
