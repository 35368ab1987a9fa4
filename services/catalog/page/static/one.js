// @ts-check
/** What is decided about one picture: sent, and taken back as what was done last. */
import { back } from "./bulk.js";
import { post, toast } from "./talk.js";
import { canUndo } from "./undo.js";

/** @typedef {{set?: Record<string, unknown>, clear?: string[], on_version?: number, expects?: Record<string, unknown>}} Said */

/** The decision's id. Throws with the problem in words. @param {string} asset @param {Said} said @param {string} words what was done @returns {Promise<string>} */
export async function decided(asset, said, words) {
  const { id, batch } = await post(`/v1/assets/${asset}/decisions`, { ...said, undoable: true });
  canUndo(words, () => back(batch));
  return id;
}

/** Why it was not taken, or nothing. @param {string} asset @param {Said} said @param {string} words */
export async function refusal(asset, said, words) {
  try {
    await decided(asset, said, words);
    return "";
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/** Whether it was taken; why not is told. @param {string} asset @param {Said} said @param {string} words */
export async function decide(asset, said, words) {
  const refused = await refusal(asset, said, words);
  if (refused) toast(`Not saved: ${refused}`);
  return !refused;
}

const ASK_MS = [1000, 2000, 4000]; // a decision is folded within seconds

/** Why it was not taken after all, for it is folded later; nothing where it was, or nobody knows yet. @param {string} asset @param {string} id @returns {Promise<string>} */
export async function heard(asset, id) {
  for (const pause of ASK_MS) {
    await new Promise((done) => { window.setTimeout(done, pause); });
    const answer = await fetch(`/v1/assets/${asset}`);
    const { refused_decisions: refused = [] } = /** @type {{refused_decisions?: {decision: string, cause: string}[]}} */ (answer.ok ? await answer.json() : {});
    const ours = refused.find((one) => one.decision === id);
    if (ours) return ours.cause;
  }
  return "";
}
