// @ts-check
/** Versions on an asset's page: two are compared, and an older one comes back. */
import { compare, startComparing } from "./compare.js";
import { ask } from "./decide.js";
import { post, toast } from "./talk.js";
import { cannotUndo } from "./undo.js";

/** @param {HTMLButtonElement} button */
async function restore(button) {
  const { restore: version = "", asset = "" } = button.dataset;
  const why = await ask(`Restore version ${version}`, "Why? Whoever looks at its history reads it.", { most: 500 });
  if (!why) return;
  button.disabled = true;
  try {
    await post(`/v1/assets/${asset}/restore`, { version: Number(version), why });
    cannotUndo(`Version ${version} becomes the newest again. What is live stays until it is ready.`, "Restore the one before it, if you want that.");
  } catch (error) {
    button.disabled = false;
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
  }
}

export function startVersions() {
  startComparing();
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const two = /** @type {HTMLElement | null} */ (target.closest("[data-compare]"));
    if (two) compare(two.dataset.compare ?? "");
    const back = /** @type {HTMLButtonElement | null} */ (target.closest("[data-restore]"));
    if (back) void restore(back);
  });
}
