// @ts-check
/** Upload links: made by a form, shown once, closed by a button. */
import { byId, post, toast } from "./talk.js";

export function startUploadLinks() {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("upload-link"));
  if (!form) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form);
    const text = (/** @type {string} */ name) => String(given.get(name) ?? "").trim();
    const wanted = {
      name: text("name"), folder: text("folder"), skus: text("skus").split(/[\s,;]+/).filter(Boolean), types: given.getAll("types"),
      days: Number(text("days")), files: Number(text("files")), megabytes: Number(text("megabytes")),
    };
    post("/v1/upload-links", wanted).then(({ url }) => {
      const line = document.createElement("p");
      line.className = "why";
      const [address, copy] = [document.createElement("code"), document.createElement("button")];
      address.textContent = url;
      Object.assign(copy, { type: "button", className: "button", textContent: "Copy" });
      copy.dataset.copy = url;
      line.append("Shown this once; it opens within seconds: ", address, copy);
      byId("upload-link-made").replaceChildren(line);
      copy.focus();
      form.reset();
    }, (error) => toast(`Not made: ${error.message}`));
  });
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-close-link]"));
    if (!button) return;
    button.disabled = true;
    fetch(`/v1/upload-links/${button.dataset.closeLink}`, { method: "DELETE" }).then(async (answer) => {
      if (!answer.ok) throw new Error((await answer.json()).detail);
      button.replaceWith("closed");
      toast("Closed. What came by it stays.");
    }).catch((error) => { button.disabled = false; toast(`Not closed: ${error.message}`); });
  });
}
