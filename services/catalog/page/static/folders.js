// @ts-check
/** Folder profiles: one is saved by the form, one is removed by its button. */
import { rights } from "./rights.js";
import { byId, send, toast } from "./talk.js";
import { tried } from "./trial.js";

const FIELDS = ["owner", "approval", "editions", "brand", "market", "naming", "rights"];
const at = (/** @type {string} */ folder) => `/v1/folders/${folder.split("/").filter(Boolean).map(encodeURIComponent).join("/")}`;

/** @param {HTMLFormElement} form @param {string} name */
const field = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** The same whatever order its names stand in. @param {unknown} value @returns {unknown} */
const ordered = (value) => (value && typeof value === "object" && !Array.isArray(value)
  ? Object.fromEntries(Object.entries(value).sort().map(([name, one]) => [name, ordered(one)])) : value);

/** What must still stand when a profile is written: that which the form shows; or none, where it shows none.
 *  @param {string} folder @param {Record<string, unknown> | undefined} said @returns {Promise<Record<string, string>>} */
async function shown(folder, said) {
  if (!said) return { "If-None-Match": "*" };
  const answer = await fetch(at(folder));
  const [etag, now] = [answer.headers.get("ETag"), answer.ok ? (await answer.json()).said : {}];
  const still = etag && JSON.stringify(ordered(now)) === JSON.stringify(ordered(said));
  return { "If-Match": still ? etag : '"changed while the page came"' };
}

/** @param {HTMLFormElement} form @param {Promise<Record<string, string>>} standing */
async function save(form, standing) {
  const folder = field(form, "folder").value.trim();
  const profile = Object.fromEntries(FIELDS.map((name) => [name, field(form, name).value.trim() || null]));
  try {
    await send("PUT", at(folder), { ...profile, licence: rights(form, "licence"), consent: rights(form, "consent") }, await standing);
    location.href = `/folders?${new URLSearchParams({ folder })}`;
  } catch (error) {
    byId("folder-problem").textContent = /** @type {Error} */ (error).message;
  }
}

/** What it would do to the files of the folder. @param {HTMLFormElement} form @param {HTMLButtonElement} button */
async function attempt(form, button) {
  const [folder, naming] = ["folder", "naming"].map((name) => field(form, name));
  if (!folder.reportValidity()) return;
  button.disabled = true;
  await tried(byId("naming-report"), "/v1/rules/folder-trials", { folder: folder.value.trim(), naming: naming.value.trim() });
  button.disabled = false;
}

/** Where somebody has changed it since the page came, it stays. @param {HTMLButtonElement} button @param {Record<string, Record<string, unknown>>} said */
async function remove(button, said) {
  button.disabled = true;
  const folder = button.dataset.folderRemove ?? "";
  try {
    await send("DELETE", at(folder), {}, await shown(folder, said[folder]));
    location.href = "/folders";
  } catch (error) {
    button.disabled = false;
    toast(`Not removed: ${/** @type {Error} */ (error).message}`);
  }
}

export function startFolders() {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("folder-profile"));
  if (!form) return;
  const said = /** @type {Record<string, Record<string, string>>} */ (JSON.parse(form.dataset.said ?? "{}"));
  field(form, "folder").addEventListener("change", () => { // what that folder says, not what was typed for another
    const folder = field(form, "folder").value.trim();
    if (said[folder]) location.href = `/folders?${new URLSearchParams({ folder })}`;
  });
  const folder = field(form, "folder").value.trim();
  const standing = folder ? shown(folder, said[folder]) : Promise.resolve({});
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void save(form, field(form, "folder").value.trim() === folder ? standing : Promise.resolve({ "If-None-Match": "*" }));
  });
  byId("naming-try").addEventListener("click", (event) => { void attempt(form, /** @type {HTMLButtonElement} */ (event.currentTarget)); });
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-folder-remove]"));
    if (button) void remove(button, said);
  });
}
