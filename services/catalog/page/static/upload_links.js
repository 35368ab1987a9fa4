// @ts-check
/** Upload links: made by a form, shown once, closed by a second press. */
import { done, onPress, showOnce, sure } from "./desk.js";
import { byId, post, send } from "./talk.js";

/** Where the API's words begin with the name of a field, that field is meant. */
const FIELD = /^(\w+): /;

function start() {
  const form = /** @type {HTMLFormElement} */ (byId("upload-link"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form);
    const text = (/** @type {string} */ name) => String(given.get(name) ?? "").trim();
    const wanted = {
      name: text("name"), folder: text("folder"), skus: text("skus").split(/[\s,;]+/).filter(Boolean), types: given.getAll("types"),
      days: Number(text("days")), files: Number(text("files")), megabytes: Number(text("megabytes")),
    };
    form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    void done(async () => {
      const { url, name } = await post("/v1/upload-links", wanted).catch((error) => { throw meant(form, /** @type {Error} */ (error)); });
      form.reset();
      void showOnce(`The link for ${name}`, "Send it to them now: it is not shown again. It opens within seconds.", "Address", url);
    }, "", true);
  });
  onPress("data-close-link", (button) => {
    if (sure(button)) void done(() => send("DELETE", `/v1/upload-links/${button.dataset.closeLink}`), "Closed. What came by it stays.");
  });
}

/** The same in the words of the form; the field is marked. @param {HTMLFormElement} form @param {Error} error */
function meant(form, error) {
  const field = form.elements.namedItem(FIELD.exec(error.message)?.[1] ?? "");
  if (!(field instanceof HTMLElement)) return error;
  field.setAttribute("aria-invalid", "true");
  field.focus();
  const said = error.message.replace(FIELD, "");
  return new Error(said.charAt(0).toUpperCase() + said.slice(1));
}

start();
