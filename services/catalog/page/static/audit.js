// @ts-check
/** Puts a finding of the audit off for a month, with a reason. */
import { ask } from "./decide.js";
import { post, toast } from "./talk.js";

const DAYS = 30;

/** Buttons beside the findings. */
export function startAudit() {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-put-off]"));
    if (button) void putOff(button);
  });
}

/** @param {HTMLElement} button */
async function putOff(button) {
  const { putOff: rule = "", subject = "" } = button.dataset;
  const reason = await ask(`Put off for ${DAYS} days`, "Why? It stands in the history.", { most: 500 });
  if (!reason) return;
  const until = new Date(Date.now() + DAYS * 86_400_000).toISOString().slice(0, 10);
  try {
    await post(`/v1/audit/${rule}/${encodeURIComponent(subject)}/put-off`, { until, reason });
    button.closest("li")?.remove();
    toast(`Put off until ${until}.`);
  } catch (error) {
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
  }
}
