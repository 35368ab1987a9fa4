// @ts-check
/** Versions on an asset's page: two side by side or one over the other; and an older one back. */
import { ask } from "./decide.js";
import { byId, post, toast } from "./talk.js";

const pane = (/** @type {string} */ side) => /** @type {HTMLImageElement} */ (document.querySelector(`[data-pane="${side}"]`));
const choice = (/** @type {string} */ side) => /** @type {HTMLSelectElement} */ (document.querySelector(`[data-side="${side}"]`));
const slider = () => /** @type {HTMLInputElement} */ (byId("compare-slide").querySelector("input"));

/** Shows what is chosen. */
function show() {
  for (const side of ["old", "new"]) {
    const option = choice(side).selectedOptions[0];
    if (pane(side).getAttribute("src") !== option.dataset.src) pane(side).src = option.dataset.src ?? "";
    pane(side).alt = option.text;
  }
  const over = /** @type {HTMLInputElement} */ (byId("compare-over")).checked;
  byId("compare-sides").classList.toggle("over", over);
  byId("compare-slide").hidden = !over;
  byId("compare-sides").style.setProperty("--seen", over ? `${100 - Number(slider().value)}%` : "0%");
}

/** @param {string} version */
function compare(version) {
  choice("old").value = version;
  const others = [...choice("new").options].map((option) => option.value).filter((value) => value !== version);
  if (choice("new").value === version) choice("new").value = others[0];
  show();
  /** @type {HTMLDialogElement} */ (byId("compare")).showModal();
}

/** @param {HTMLButtonElement} button */
async function restore(button) {
  const { restore: version = "", asset = "" } = button.dataset;
  const why = await ask(`Restore version ${version}`, "Why? Whoever looks at its history reads it.", { most: 500 });
  if (!why) return;
  button.disabled = true;
  try {
    await post(`/v1/assets/${asset}/restore`, { version: Number(version), why });
    toast(`Version ${version} becomes the newest again. What is live stays until it is ready.`);
  } catch (error) {
    button.disabled = false;
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
  }
}

export function startVersions() {
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const two = /** @type {HTMLElement | null} */ (target.closest("[data-compare]"));
    if (two) compare(two.dataset.compare ?? "");
    const back = /** @type {HTMLButtonElement | null} */ (target.closest("[data-restore]"));
    if (back) void restore(back);
  });
  document.addEventListener("input", (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("#compare")) show();
  });
}
