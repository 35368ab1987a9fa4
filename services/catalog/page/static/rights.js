// @ts-check
/** Licence and consent: read out of a form, and decided for one picture or for many. */
import { byId, post, toast } from "./talk.js";

const ASK_MS = [1000, 2000, 4000]; // a decision is folded within seconds

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

/** Says so where it was not taken after all: somebody has decided otherwise since the form was opened. @param {string} asset @param {string} id */
async function heard(asset, id) {
  for (const pause of ASK_MS) {
    await new Promise((done) => setTimeout(done, pause));
    const answer = await fetch(`/v1/assets/${asset}`);
    const { refused_decisions: refused = [] } = /** @type {{refused_decisions?: {decision: string, cause: string}[]}} */ (answer.ok ? await answer.json() : {});
    const ours = refused.find((one) => one.decision === id);
    if (ours) { problem(`Not taken: ${ours.cause}. Somebody decided it meanwhile: load this page again to see that.`); return; }
  }
}

/** @param {HTMLFormElement} form */
function start(form) {
  const assets = /** @type {string[]} */ (JSON.parse(form.dataset.assets ?? "[]"));
  let decided = /** @type {Said} */ (JSON.parse(form.dataset.said ?? "{}"));
  let before = "proposed" in form.dataset ? {} : boxes(form);

  /** Of one picture only what is another than the form showed: the rest may have been decided anew by somebody else. */
  async function one() {
    const typed = boxes(form);
    const names = Object.keys(typed).filter((name) => JSON.stringify(typed[name]) !== JSON.stringify(before[name] ?? null));
    if (!names.length) { toast("Nothing is changed."); return; }
    const expects = Object.fromEntries(names.map((name) => [name, decided[name] ?? null]));
    const { id } = await post(`/v1/assets/${assets[0]}/decisions`, { ...decision(typed, names), expects });
    decided = { ...decided, ...Object.fromEntries(names.map((name) => [name, typed[name]])) };
    before = typed;
    toast("Saved. It counts within seconds.");
    void heard(assets[0], id);
  }

  /** What is left empty says nothing of any. */
  async function all() {
    const typed = boxes(form);
    await post("/v1/decisions", { assets, ...decision(typed, Object.keys(typed).filter((name) => typed[name] !== null)) });
    toast("Saved. It counts within seconds.");
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem("");
    (assets.length === 1 ? one() : all()).catch((/** @type {Error} */ error) => problem(error.message));
  });
}

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("rights"));
if (form) start(form);
