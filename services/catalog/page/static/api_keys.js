// @ts-check
/** Keys for programs: made by a form, shown once, revoked by a second press. */
import { done, lines, onPress, showOnce, sure } from "./desk.js";
import { byId, post, send } from "./talk.js";

function start() {
  const form = /** @type {HTMLFormElement} */ (byId("api-key"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form);
    const wanted = {
      name: String(given.get("name")).trim(), role: given.get("role"), days: Number(given.get("days")),
      folders: lines(given, "folders"), brands: lines(given, "brands"), collections: given.getAll("collections"),
    };
    void done(async () => {
      const { key, name } = await post("/v1/keys", wanted);
      form.reset();
      void showOnce(`The key of ${name}`, "Keep it now: it is not shown again. It opens within seconds.", "Key", key);
    }, "", true);
  });
  onPress("data-revoke-key", (button) => {
    if (!sure(button)) return;
    const { revokeKey = "", name = "" } = button.dataset;
    void done(() => send("DELETE", `/v1/keys/${revokeKey}`), `The key of ${name} opens nothing any more.`);
  });
}

start();
