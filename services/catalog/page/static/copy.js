// @ts-check
/** Every id, every rendition's URL and the names of what is selected can be copied. */
import { toast } from "./talk.js";

/** By the selection, as it goes over plain http too: the clipboard itself needs https or localhost. @param {string} text */
function bySelection(text) {
  const box = Object.assign(document.createElement("textarea"), { value: text, className: "sr", readOnly: true });
  const held = /** @type {HTMLElement | null} */ (document.activeElement);
  (document.querySelector("dialog[open]") ?? document.body).append(box); // beside a dialog nothing takes the focus
  box.select();
  const taken = document.execCommand("copy");
  box.remove();
  held?.focus({ preventScroll: true });
  return taken;
}

/** Copies it and says so; what cannot be copied is shown. @param {string} text @param {string} said */
export async function copy(text, said = "Copied.") {
  const taken = navigator.clipboard ? await navigator.clipboard.writeText(text).then(() => true, () => bySelection(text)) : bySelection(text);
  toast(taken ? said : text);
}

export function startCopy() {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (
      /** @type {HTMLElement} */ (event.target).closest("[data-copy]"));
    if (!button) return;
    const text = button.dataset.copy ?? "";
    void copy("copyUrl" in button.dataset ? new URL(text, location.href).href : text);
  });
}
