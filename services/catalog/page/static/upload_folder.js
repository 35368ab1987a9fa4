// @ts-check
/** Into which folder of the inbox uploads go, chosen or dropped: the one that the library shows, else that of last time. */
import { byId } from "./talk.js";

const KEPT = "packshot.upload-folder";
/** What somebody chose for a shoot is no default for the next one. */
const A_DAY_MS = 24 * 3600 * 1000;

const plain = (/** @type {string} */ path) => path.split("/").map((part) => part.trim()).filter(Boolean).join("/");
const shown = () => (new URL(location.href).pathname === "/" ? plain(new URL(location.href).searchParams.get("folder") ?? "") : "");

function remembered() {
  try {
    const { folder, at } = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    return Date.now() - at < A_DAY_MS ? plain(String(folder)) : "";
  } catch { return ""; } // the browser keeps nothing, or another wrote there
}

/** What was chosen on this page. @type {string | null} */
let chosen = null;
export const folder = () => chosen ?? (shown() || remembered());

/** @param {string} path */
export function into(path) {
  chosen = plain(path);
  try { localStorage.setItem(KEPT, JSON.stringify({ folder: chosen, at: Date.now() })); } catch { /* for this page alone */ }
  tell();
}

function tell() {
  const box = /** @type {HTMLInputElement} */ (byId("upload-folder"));
  if (document.activeElement !== box) box.value = folder(); // somebody types
  byId("drop-words").textContent = folder() ? `Drop to add to ${folder()}` : "Drop to add to the inbox";
}

/** Folders that files lie in, the newest first. Who sees a part alone cannot put anything beside it. */
async function suggest() {
  const answer = await fetch("/v1/shoots?limit=200").catch(() => null);
  const known = /** @type {{folder: string}[]} */ (answer?.ok ? (await answer.json()).items : []);
  byId("upload-folders").replaceChildren(...known.map((one) => Object.assign(document.createElement("option"), { value: one.folder })));
  if (!folder() && known.length && document.body.dataset.part !== undefined) into(known[0].folder);
}

/** Opens what asks for folder and files. */
export function ask() {
  tell();
  /** @type {HTMLDialogElement} */ (byId("upload")).showModal();
  void suggest();
}

export function startFolder() {
  const box = /** @type {HTMLInputElement} */ (byId("upload-folder"));
  tell();
  byId("upload-button").addEventListener("click", ask);
  box.addEventListener("input", () => into(box.value));
  box.addEventListener("blur", tell);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it would press Close
    byId("files").click();
  });
}
