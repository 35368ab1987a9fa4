// @ts-check
/** From when and until when shops and PIMs are given a picture: by this computer's clock, said with its zone. */
import { decide } from "./one.js";
import { byId } from "./talk.js";

const FIELDS = ["from", "until"];
const box = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (byId(`available-${name}`));

/** @param {string} time with its zone @returns {string} by this computer's clock, as the box has it */
function local(time) {
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/** Whether it was saved, or nothing is wanted. @param {HTMLElement} button */
async function limit(button) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("available"));
  FIELDS.forEach((name) => { box(name).value = button.dataset[name] ? local(button.dataset[name] ?? "") : ""; });
  byId("available-problem").textContent = "";
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  if (dialog.returnValue !== "ok") return;
  const given = FIELDS.filter((name) => box(name).value);
  const set = Object.fromEntries(given.map((name) => [`available_${name}`, new Date(box(name).value).toISOString()]));
  const clear = FIELDS.filter((name) => !given.includes(name)).map((name) => `available_${name}`);
  const words = given.length ? given.map((name) => `${name} ${box(name).value.replace("T", " ")}`).join(" ") : "whenever";
  await decide(button.dataset.available ?? "", { set, clear }, `It is given ${words}. That counts at once.`);
}

export function startAvailable() {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-available]"));
    if (button) void limit(button);
  });
  byId("available").querySelector("form")?.addEventListener("submit", (event) => {
    const [from, until] = FIELDS.map((name) => box(name).value);
    const wrong = event.submitter?.getAttribute("value") === "ok" && from && until && from >= until;
    if (wrong) event.preventDefault();
    byId("available-problem").textContent = wrong ? "It ends before it begins." : "";
  });
}
