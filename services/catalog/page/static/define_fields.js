// @ts-check
/** Fields of one's own: defined and changed by the form, removed by a second press. */
import { done, lines, onPress, sure } from "./desk.js";
import { byId, send } from "./talk.js";

const EVERYWHERE = "*";

function start() {
  const form = /** @type {HTMLFormElement} */ (byId("own-field"));
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  const choosing = () => ["choice", "choices"].includes(field("type").value);
  const show = () => { byId("field-choices").hidden = !choosing(); };
  let named = false; // by hand: else the name follows the title

  field("type").addEventListener("change", show);
  field("name").addEventListener("input", () => { named = Boolean(field("name").value); });
  field("title").addEventListener("input", () => {
    if (!named) field("name").value = field("title").value.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "").slice(0, 40);
  });
  form.addEventListener("reset", () => { named = false; setTimeout(show); });
  document.getElementById("field-category")?.addEventListener("change", (event) => {
    const choice = /** @type {HTMLSelectElement} */ (event.target);
    if (choice.value) field("required_for").value = [...lines(new FormData(form), "required_for"), choice.value].join("\n");
    choice.value = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form);
    const wanted = {
      title: String(given.get("title")).trim(), type: given.get("type"), choices: choosing() ? lines(given, "choices") : [],
      required_for: given.get("everywhere") ? [EVERYWHERE] : lines(given, "required_for"),
    };
    void done(() => send("PUT", `/v1/fields/${encodeURIComponent(String(given.get("name")))}`, wanted), "Saved: it stands on every picture within seconds.", true)
      .then((taken) => { if (taken) form.reset(); });
  });
  onPress("data-field-edit", (button) => {
    const is = JSON.parse(button.dataset.is ?? "{}");
    const everywhere = is.required_for.includes(EVERYWHERE);
    named = true;
    field("name").value = button.dataset.fieldEdit ?? "";
    field("title").value = is.title;
    field("type").value = is.type;
    field("choices").value = is.choices.join("\n");
    field("everywhere").checked = everywhere;
    field("required_for").value = everywhere ? "" : is.required_for.join("\n");
    show();
    field("title").focus();
  });
  onPress("data-field-remove", (button) => {
    if (sure(button)) void done(() => send("DELETE", `/v1/fields/${button.dataset.fieldRemove}`), `${button.dataset.name} shows nowhere any more. Its values are kept: define it again, and they count.`);
  });
}

start();
