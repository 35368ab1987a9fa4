// @ts-check
/** Licence and consent: read out of a form, and decided for one picture or for many. */
import { byId, post, toast } from "./talk.js";

const LISTS = ["markets", "channels"];

/** What a box says: a list, a day (or the very time that it shows, where nobody touched it), a text. @param {HTMLInputElement} box */
function said(box) {
  const [, name] = box.name.split(".");
  const text = box.value.trim();
  if (LISTS.includes(name)) return text.split(/[,;]/).map((one) => one.trim()).filter(Boolean);
  return box.type === "date" && text === box.dataset.day ? box.dataset.was ?? "" : text;
}

/** What the boxes of a fieldset come to; null where all are empty. @param {HTMLFormElement} form @param {"licence" | "consent"} name */
export function rights(form, name) {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`[data-rights="${name}"] [name]`));
  const told = [...boxes].map((box) => /** @type {const} */ ([box.name.split(".")[1], said(box)])).filter(([, value]) => value.length);
  return told.length ? Object.fromEntries(told) : null;
}

/** @param {HTMLFormElement} form */
async function save(form) {
  const assets = /** @type {string[]} */ (JSON.parse(form.dataset.assets ?? "[]"));
  const archived = /** @type {HTMLInputElement} */ (form.elements.namedItem("archived")).value.trim() || null;
  const all = { licence: rights(form, "licence"), consent: rights(form, "consent"), archived };
  const set = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  const clear = assets.length === 1 ? Object.keys(all).filter((name) => !(name in set)) : [];
  try {
    if (assets.length === 1) await post(`/v1/assets/${assets[0]}/decisions`, { set, clear });
    else await post("/v1/decisions", { assets, set, clear });
    byId("rights-problem").textContent = "";
    toast("Saved. It counts within seconds.");
  } catch (error) {
    byId("rights-problem").textContent = /** @type {Error} */ (error).message;
  }
}

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("rights"));
form?.addEventListener("submit", (event) => { event.preventDefault(); void save(form); });
