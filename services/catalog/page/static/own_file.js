// @ts-check
/** An own file for a preset: a picture of the library, or one that is uploaded now, in the place of what is made. */
import { decide, decided } from "./one.js";
import { byId, post } from "./talk.js";
import { put } from "./upload.js";

const AGAIN_MS = 1000, TYPED_MS = 200;
/** So long a file that was uploaded may take until it can be used. */
const PATIENCE_MS = 5 * 60 * 1000;

/** @typedef {{preset: string, asset: string, version: number, folder: string}} Place what the dialog is open for */
/** @type {Place} */
let place = { preset: "", asset: "", version: 0, folder: "" };
const dialog = () => /** @type {HTMLDialogElement} */ (byId("own-file"));
const problem = (/** @type {unknown} */ why) => { byId("own-file-problem").textContent = why instanceof Error ? why.message : ""; };

/** @param {Place} where @param {string} other the asset whose picture it is */
async function use({ preset, asset, version }, other) {
  await decided(asset, { set: { [`file:${preset}`]: { asset: other } }, on_version: version }, `${preset} is made of your own file now.`);
  dialog().close();
}

/** @param {any} item */
function option(item) {
  const [made, name, about] = [document.createElement("button"), document.createElement("b"), document.createElement("small")];
  made.type = "button";
  name.textContent = item.name;
  about.textContent = `${item.width} × ${item.height}${item.folder && !item.serves ? `, ${item.folder}` : ""}`;
  if (item.thumbnail) made.append(Object.assign(new Image(), { src: item.thumbnail, alt: "" }));
  made.append(name, about);
  made.addEventListener("click", () => void use(place, item.id).catch(problem));
  return made;
}

/** What was ever uploaded for a preset of that asset, the newest first. @param {string} asset @returns {Promise<any[]>} */
async function givenFor(asset) {
  const answer = await fetch(`/v1/assets/${asset}/own-files`).catch(() => null);
  return answer?.ok ? (await answer.json()).items : [];
}

let asked = 0;
/** Those that were given for it before. */
async function offerAgain() {
  const [own, { asset, preset }] = [++asked, place];
  const items = (await givenFor(asset)).filter((one) => one.preset === preset && one.width);
  if (own !== asked) return; // something was typed meanwhile
  const heading = Object.assign(document.createElement("small"), { textContent: "Given before" });
  byId("own-file-list").replaceChildren(...(items.length ? [heading] : []), ...items.map(option));
}

/** @param {string} text */
async function offer(text) {
  const own = ++asked;
  const wanted = /^[0-9a-f-]{36}$/.test(text) ? fetch(`/v1/assets/${text}`) : fetch(`/v1/assets?${new URLSearchParams({ q: text, kind: "image", limit: "8" })}`);
  const answer = await wanted;
  const told = answer.ok ? await answer.json() : { items: [] };
  if (own !== asked) return; // something else was typed meanwhile
  const items = (told.items ?? [told]).filter((/** @type {any} */ one) => one.id !== place.asset);
  byId("own-file-list").replaceChildren(...items.map(option));
  byId("own-file-said").textContent = items.length ? "" : "No picture is called so.";
}

/** What a file has become, as soon as it can be used. @param {string} key @param {Place} where @returns {Promise<string>} */
async function arrived(key, where) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && place === where && dialog().open;) {
    const found = (await givenFor(where.asset)).find((one) => one.key === key);
    if (found && ["refused", "failed"].includes(found.state)) throw new Error(found.cause);
    if (found?.width) return found.id;
    await new Promise((done) => { window.setTimeout(done, AGAIN_MS); });
  }
  return "";
}

/** @param {File} file @param {Place} where */
async function upload(file, where) {
  const said = byId("own-file-said");
  const ending = file.name.includes(".") ? file.name.slice(file.name.lastIndexOf(".")).toLowerCase() : "";
  // The name says what it is for (schemas/own_file.py). One of its own each time: it is nobody's next version.
  const name = `${where.preset}-${Date.now().toString(36)}${ending}`;
  const given = await post("/v1/uploads", { key: [where.folder, "own-files", where.asset, name].filter(Boolean).join("/") });
  await put(given.url, file, (share) => { said.textContent = `${Math.round(100 * share)} %`; });
  said.textContent = "It is in the inbox, and is being taken …";
  const asset = await arrived(given.key, where);
  if (asset) await use(where, asset);
}

/** @param {HTMLElement} button */
function open(button) {
  const { ownFile: preset = "", asset = "", version = "", folder = "" } = button.dataset;
  place = { preset, asset, version: Number(version), folder };
  byId("own-file-title").textContent = `Your own file for ${place.preset}`;
  for (const id of ["own-file-list", "own-file-said"]) byId(id).replaceChildren();
  problem("");
  const [search, chosen] = ["own-file-q", "own-file-upload"].map((id) => /** @type {HTMLInputElement} */ (byId(id)));
  search.value = chosen.value = "";
  dialog().showModal();
  search.focus();
  void offerAgain();
}

/** Back to what is made. @param {HTMLElement} button */
function back(button) {
  const { madeFile: preset = "", asset = "" } = button.dataset;
  document.getElementById(`own-file-of-${preset}`)?.focus(); // this button goes
  void decide(asset, { clear: [`file:${preset}`] }, `${preset} is made of the asset's own picture again.`);
}

export function startOwnFile() {
  if (!document.getElementById("own-file")) return;
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const [own, made] = ["[data-own-file]", "[data-made-file]"].map((which) => /** @type {HTMLElement | null} */ (target.closest(which)));
    if (own) open(own);
    if (made) back(made);
  });
  const [search, chosen] = ["own-file-q", "own-file-upload"].map((id) => /** @type {HTMLInputElement} */ (byId(id)));
  let typed = 0;
  search.addEventListener("input", () => {
    clearTimeout(typed);
    typed = window.setTimeout(() => { if (search.value.trim()) void offer(search.value.trim()).catch(problem); }, TYPED_MS);
  });
  search.addEventListener("keydown", (event) => {
    const first = /** @type {HTMLElement | null} */ (byId("own-file-list").querySelector("button"));
    if (event.key === "Enter") event.preventDefault(); // it would press Cancel
    if (["Enter", "ArrowDown"].includes(event.key)) first?.focus();
  });
  chosen.addEventListener("change", () => {
    problem("");
    const [file] = chosen.files ?? [];
    if (file) void upload(file, place).catch(problem);
  });
}
