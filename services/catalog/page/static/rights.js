// @ts-check
/** Licence and consent: read out of a form, and decided for one picture or for many. */
import { decideAll, many } from "./bulk.js";
import { decided, heard } from "./one.js";
import { byId, toast } from "./talk.js";

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

/** @typedef {Record<string, unknown>} Said */

/** @param {HTMLFormElement} form @returns {Said} */
function boxes(form) {
  const archived = /** @type {HTMLInputElement} */ (form.elements.namedItem("archived")).value.trim() || null;
  return { licence: rights(form, "licence"), consent: rights(form, "consent"), archived };
}

/** Those fields of what was typed. @param {Said} typed @param {string[]} names */
function decision(typed, names) {
  const [set, clear] = [names.filter((name) => typed[name] !== null), names.filter((name) => typed[name] === null)];
  return { set: Object.fromEntries(set.map((name) => [name, typed[name]])), clear };
}

const problem = (/** @type {string} */ text) => { byId("rights-problem").textContent = text; };

/** @param {HTMLFormElement} form */
function start(form) {
  const assets = /** @type {string[]} */ (JSON.parse(form.dataset.assets ?? "[]"));
  let known = /** @type {Said} */ (JSON.parse(form.dataset.said ?? "{}"));
  let before = "proposed" in form.dataset ? {} : boxes(form);

  /** Of one picture only what is another than the form showed: the rest may have been decided anew by somebody else. */
  async function one() {
    const typed = boxes(form);
    const names = Object.keys(typed).filter((name) => JSON.stringify(typed[name]) !== JSON.stringify(before[name] ?? null));
    if (!names.length) { toast("Nothing is changed."); return; }
    const expects = Object.fromEntries(names.map((name) => [name, known[name] ?? null]));
    const id = await decided(assets[0], { ...decision(typed, names), expects }, "Saved. It counts within seconds.");
    known = { ...known, ...Object.fromEntries(names.map((name) => [name, typed[name]])) };
    before = typed;
    void heard(assets[0], id).then((cause) => {
      if (cause) problem(`Not taken: ${cause}. Somebody decided it meanwhile: load this page again to see that.`);
    });
  }

  /** What is left empty says nothing of any. */
  async function all() {
    const typed = boxes(form);
    const { set } = decision(typed, Object.keys(typed).filter((name) => typed[name] !== null));
    if (!Object.keys(set).length) { toast("Nothing is filled in."); return; }
    problem(await decideAll(assets, set, `Rights of ${many(assets.length)}`, "Saved. It counts within seconds."));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem("");
    (assets.length === 1 ? one() : all()).catch((/** @type {Error} */ error) => problem(error.message));
  });
}

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("rights"));
if (form) start(form);
