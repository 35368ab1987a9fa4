// @ts-check
/** Rows of uploads: a file's name, how far it is, and what to do where it failed. */
import { byId } from "./talk.js";

/** @param {string} name */
export function line(name) {
  const row = document.createElement("div");
  const [words, state, bar] = [document.createElement("span"), document.createElement("span"), document.createElement("progress")];
  words.textContent = words.title = name;
  state.textContent = "waiting";
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  row.append(words, state, bar);
  byId("uploads").append(row);
  byId("uploads").hidden = false;
  return { row, state, bar };
}

/** A button beside a file's name. @param {HTMLElement} row @param {string} words @param {(button: HTMLButtonElement) => void} act */
export function button(row, words, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button quiet", textContent: words });
  made.addEventListener("click", () => act(made));
  row.append(made);
  return made;
}

export function shut(/** @type {HTMLElement} */ row) {
  row.remove();
  byId("uploads").hidden = !byId("uploads").children.length;
}

/** What sends each file again that failed, by its row. @type {Map<HTMLElement, () => void>} */
const lost = new Map();

/** One button for all of them, above, where several failed. */
function offerAll() {
  document.getElementById("uploads-again")?.remove();
  if (lost.size < 2) return;
  const made = document.createElement("div");
  made.id = "uploads-again";
  byId("uploads").prepend(made);
  button(made, `Try all ${lost.size} again`, () => [...lost.values()].forEach((again) => again())).className = "button";
}

/** @param {string} name @param {ReturnType<typeof line>} shown @param {string} why @param {() => void} again */
export function failed(name, { row, state, bar }, why, again) {
  [state.textContent, state.className, bar.hidden] = [`failed: ${why}`, "state-failed", true];
  const buttons = [button(row, "Try again", retry), button(row, "Leave it", () => { forget(); shut(row); })];
  buttons[0].setAttribute("aria-label", `Try ${name} again`);
  buttons[1].setAttribute("aria-label", `Leave ${name}`);

  function forget() {
    lost.delete(row);
    offerAll();
  }
  function retry() {
    buttons.forEach((one) => one.remove());
    [state.textContent, state.className, bar.hidden, bar.value] = ["waiting", "", false, 0];
    forget();
    again();
  }
  lost.set(row, retry);
  offerAll();
}
