// @ts-check
/** Fields that people defined: typed in the dialog, read by the field's type, and taken back by a dash. */
import { ask } from "./decide.js";
import { decide } from "./one.js";

/** @typedef {{name: string, title: string, type: string, choices: string[], value: unknown}} Own */
const MOST = 500;
const EMPTY = "-";
const HOW = {
  text: "A text",
  number: "A number, such as 12.5",
  date: "A day, such as 2026-11-29",
  boolean: "yes or no",
  choice: "One of: ",
  choices: "Some of these, with ; between: ",
};

/** @param {Own} own @returns {string} as it is typed */
function typed(own) {
  if (own.value === null || own.value === undefined) return "";
  if (typeof own.value === "boolean") return own.value ? "yes" : "no";
  return Array.isArray(own.value) ? own.value.join("; ") : String(own.value);
}

/** How it is typed. @param {Own} own */
export const howOf = (own) => HOW[/** @type {keyof typeof HOW} */ (own.type)] + own.choices.join(", ");

/** What was typed as a value; the server says what does not fit. @param {Own} own @param {string} text */
export function read(own, text) {
  if (own.type === "number" && text !== "" && Number.isFinite(Number(text))) return Number(text);
  if (own.type === "boolean" && /^(yes|no)$/i.test(text)) return text.toLowerCase() === "yes";
  return own.type === "choices" ? text.split(";").map((one) => one.trim()).filter(Boolean) : text;
}

/** @param {HTMLElement} button */
async function write(button) {
  const own = /** @type {Own} */ (JSON.parse(button.dataset.own ?? "{}"));
  const known = own.type === "choice" ? own.choices : [];
  const text = await ask(own.title, `${howOf(own)}; ${EMPTY} empties it`, { was: typed(own), most: MOST, known });
  if (!text || text === typed(own)) return;
  const field = `field:${own.name}`;
  const said = text === EMPTY ? { clear: [field] } : { set: { [field]: read(own, text) } };
  await decide(button.dataset.asset ?? "", said, `${own.title}: ${text === EMPTY ? "emptied" : text}.`);
}

export function startOwnFields() {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-own]"));
    if (button) void write(button);
  });
}
