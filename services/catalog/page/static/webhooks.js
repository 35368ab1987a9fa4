// @ts-check
/** Webhooks: added by a form, tried, sent again to, paused, given another secret, and removed. */
import { done, onPress, showOnce, sure } from "./desk.js";
import { byId, post, send } from "./talk.js";

const KEEP = "Keep it now, where your receiver looks: it is not shown again.";
const at = (/** @type {string} */ own) => `/v1/webhooks/${own}`;

/** Asks what to send again. @returns {Promise<{since?: string, entity?: string} | null>} */
function asked() {
  const dialog = /** @type {HTMLDialogElement} */ (byId("replay"));
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  form.reset();
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((told) => dialog.addEventListener("close", () => {
    const given = new FormData(form);
    const [since, entity] = [String(given.get("since") ?? ""), String(given.get("entity") ?? "").trim()];
    told(dialog.returnValue === "ok" ? { ...(since && { since: new Date(since).toISOString() }), ...(entity && { entity }) } : null);
  }, { once: true }));
}

function start() {
  const form = /** @type {HTMLFormElement} */ (byId("webhook"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form);
    void done(async () => {
      const { secret } = await post("/v1/webhooks", { url: String(given.get("url")).trim(), events: given.getAll("events") });
      form.reset();
      void showOnce("The endpoint's secret", `Its messages are signed by it. ${KEEP}`, "Secret", secret);
    }, "", true);
  });
  onPress("data-hook-try", (button) => {
    const { hookTry = "", entity = "" } = button.dataset;
    void done(() => post(`${at(hookTry)}/replays`, { entity }), `${entity} is sent. Whether it was taken shows here within seconds.`);
  });
  onPress("data-hook-replay", async (button) => {
    const wanted = await asked();
    if (wanted) void done(() => post(`${at(button.dataset.hookReplay ?? "")}/replays`, wanted), "It is sent again.");
  });
  onPress("data-hook-enable", (button) => {
    const { hookEnable = "", to = "" } = button.dataset;
    void done(() => send("PATCH", at(hookEnable), { enabled: to === "true" }), to === "true" ? "It is told again, and of what it missed." : "It is told nothing until you let it go on.");
  });
  onPress("data-hook-rotate", (button) => {
    if (!sure(button)) return;
    void done(async () => {
      const { secret } = await post(`${at(button.dataset.hookRotate ?? "")}/rotations`);
      void showOnce("The endpoint's new secret", `For a day its messages are signed by the old one, too. ${KEEP}`, "Secret", secret);
    }, "");
  });
  onPress("data-hook-remove", (button) => {
    if (sure(button)) void done(() => send("DELETE", at(button.dataset.hookRemove ?? "")), "It is told nothing more.");
  });
}

start();
