// @ts-check
/** From when and until when shops and PIMs are given a picture: typed by this computer's clock, said with its zone. */
import { ask } from "./decide.js";
import { decide } from "./one.js";

const HOW = "Such as: from 2026-12-01 09:00; until 2027-12-01 (to the end of that day). By this computer's clock. Or: always";
const PART = /^(from|until) (\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?$/i;

/** @param {string} time with its zone @returns {string} by this computer's clock: `2026-12-01 09:00` */
function local(time) {
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16).replace("T", " ");
}

/** What is typed as fields of a decision; nothing where it is not understood. @param {string} text */
function read(text) {
  /** @type {Record<string, string>} */
  const set = {};
  for (const part of text.split(";").map((one) => one.trim()).filter((one) => one && one.toLowerCase() !== "always")) {
    const [, word = "", day = "", time = word.toLowerCase() === "until" ? "24:00" : "00:00"] = PART.exec(part) ?? [];
    const at = new Date(`${day}T${time}`);
    if (!word || Number.isNaN(at.getTime())) return null;
    set[`available_${word.toLowerCase()}`] = at.toISOString();
  }
  return set;
}

/** @param {HTMLElement} button */
async function limit(button) {
  const { available: id = "", from = "", until = "" } = button.dataset;
  let text = [from && `from ${local(from)}`, until && `until ${local(until)}`].filter(Boolean).join("; ");
  let problem = "";
  do {
    text = await ask("When is it given to shops and PIMs?", HOW, { was: text, problem });
    if (!text) return;
    const set = read(text);
    problem = set ? "" : "Begin each part with from or until, then a day such as 2026-12-01, and a time if need be.";
    const clear = ["available_from", "available_until"].filter((name) => !set?.[name]);
    if (set) await decide(id, { set, clear }, `Given ${text}. It counts at once.`);
  } while (problem);
}

export function startAvailable() {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-available]"));
    if (button) void limit(button);
  });
}
