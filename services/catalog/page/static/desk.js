// @ts-check
/** What the pages of settings share: a second press where something cannot be taken back, secrets that show once, and
 * the list that follows what was decided. */
import { byId, fragment, toast } from "./talk.js";

const SURE_MS = 5000;
const TRIES = 20;
const PAUSE_MS = 500;

/** Whether it was pressed a second time within seconds: the first press asks. @param {HTMLElement} button */
export function sure(button) {
  if (button.dataset.sure) return true;
  const words = button.textContent ?? "";
  button.dataset.sure = "yes";
  button.textContent = `Really ${words.trim().toLowerCase()}?`;
  toast("Press it again to do so.");
  window.setTimeout(() => { delete button.dataset.sure; button.textContent = words; }, SURE_MS);
  return false;
}

/** Shows a secret in a dialog; resolves once it is closed. @param {string} title @param {string} words @param {string} label @param {string} secret */
export function showOnce(title, words, label, secret) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("once"));
  const box = /** @type {HTMLInputElement} */ (byId("once-secret"));
  byId("once-title").textContent = title;
  byId("once-words").textContent = words;
  byId("once-label").textContent = label;
  box.value = secret;
  byId("once-copy").dataset.copy = secret;
  dialog.showModal();
  box.select();
  return new Promise((done) => dialog.addEventListener("close", () => { box.value = ""; delete byId("once-copy").dataset.copy; done(undefined); }, { once: true }));
}

/** Fills the list in anew once the view shows something else: within seconds of a decision. */
export async function refreshed() {
  for (let tries = 0; tries < TRIES; tries += 1) {
    await new Promise((done) => setTimeout(done, PAUSE_MS));
    const fresh = (await fragment(location.pathname + location.search))?.querySelector("#list");
    const list = byId("list");
    if (!fresh || fresh.getAttribute("data-mark") === list.dataset.mark) continue;
    list.replaceWith(fresh);
    return;
  }
}

/** Does it, says so, and fills the list in; where it is refused, says why beside the form or in a line. @param {() => Promise<unknown>} act @param {string} words @param {boolean} [inForm] */
export async function done(act, words, inForm = false) {
  const problem = document.getElementById("desk-problem");
  if (problem) problem.textContent = "";
  try {
    await act();
    if (words) toast(words);
    void refreshed();
    return true;
  } catch (error) {
    const why = /** @type {Error} */ (error).message;
    if (inForm && problem) problem.textContent = why;
    else toast(`Not done: ${why}`);
    return false;
  }
}

/** @param {FormData} given @param {string} name one a line */
export const lines = (given, name) => String(given.get(name) ?? "").split("\n").map((one) => one.trim()).filter(Boolean);

/** Runs an act for presses of buttons that bear the attribute. @param {string} attribute @param {(button: HTMLButtonElement) => void} act */
export function onPress(attribute, act) {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (/** @type {HTMLElement} */ (event.target).closest(`[${attribute}]`));
    if (button) act(button);
  });
}
