// @ts-check
/** Every id and every rendition's URL can be copied. */
import { toast } from "./talk.js";

export function startCopy() {
  document.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement | null} */ (
      /** @type {HTMLElement} */ (event.target).closest("[data-copy]"));
    if (!button) return;
    const text = button.dataset.copy ?? "";
    const whole = "copyUrl" in button.dataset ? new URL(text, location.href).href : text;
    try {
      await navigator.clipboard.writeText(whole);
      toast("Copied.");
    } catch {
      toast(whole); // the clipboard needs https or localhost: shown, it can be copied by hand
    }
  });
}
