// @ts-check
/** Folder profiles: one is saved by the form, one is removed by its button. */
import { rights } from "./rights.js";
import { byId, send, toast } from "./talk.js";

const FIELDS = ["owner", "approval", "editions", "brand", "market", "rights"];
const at = (/** @type {string} */ folder) => `/v1/folders/${folder.split("/").filter(Boolean).map(encodeURIComponent).join("/")}`;

/** @param {HTMLFormElement} form @param {string} name */
const field = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** @param {HTMLFormElement} form */
async function save(form) {
  const folder = field(form, "folder").value.trim();
  const profile = Object.fromEntries(FIELDS.map((name) => [name, field(form, name).value.trim() || null]));
  try {
    await send("PUT", at(folder), { ...profile, licence: rights(form, "licence"), consent: rights(form, "consent") });
    location.href = `/folders?${new URLSearchParams({ folder })}`;
  } catch (error) {
    byId("folder-problem").textContent = /** @type {Error} */ (error).message;
  }
}

/** @param {HTMLButtonElement} button */
async function remove(button) {
  button.disabled = true;
  const answer = await fetch(at(button.dataset.folderRemove ?? ""), { method: "DELETE" });
  if (answer.ok) { location.href = "/folders"; return; }
  button.disabled = false;
  toast(`Not removed: ${(await answer.json()).detail}`);
}

export function startFolders() {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("folder-profile"));
  if (!form) return;
  const said = /** @type {Record<string, Record<string, string>>} */ (JSON.parse(form.dataset.said ?? "{}"));
  field(form, "folder").addEventListener("change", () => { // what that folder says, not what was typed for another
    const folder = field(form, "folder").value.trim();
    if (said[folder]) location.href = `/folders?${new URLSearchParams({ folder })}`;
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); void save(form); });
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-folder-remove]"));
    if (button) void remove(button);
  });
}
