// @ts-check
/** Naming rules: tried on the library's names first, then used. */
import { byId, post, toast } from "./talk.js";
import { tried } from "./trial.js";

export function startRules() {
  if (!document.getElementById("rules")) return;
  const text = /** @type {HTMLTextAreaElement} */ (byId("rules-text"));
  const use = /** @type {HTMLButtonElement} */ (byId("rules-use"));
  const attempt = /** @type {HTMLButtonElement} */ (byId("rules-try"));
  let held = "";
  text.addEventListener("input", () => { use.disabled = true; });
  byId("rules").addEventListener("submit", async (event) => {
    event.preventDefault();
    attempt.disabled = true;
    held = await tried(byId("rules-report"), "/v1/rules/trials", { text: text.value });
    use.disabled = !held;
    attempt.disabled = false;
  });
  use.addEventListener("click", () => {
    use.disabled = true;
    post(`/v1/rules/trials/${held}/apply`).then(
      () => toast("In use. What they read otherwise is linked anew within seconds."),
      (error) => { use.disabled = false; toast(`Not used: ${error.message}`); });
  });
}
