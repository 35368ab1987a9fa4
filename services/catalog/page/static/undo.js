// @ts-check
/** What was done on this page can be taken back, the last first. Nothing is remembered beyond the page. */
import { toast } from "./talk.js";

/** What was done, and what takes it back: that says whether it did, or what to tell of it. @type {{words: string, back: () => Promise<boolean | string>}[]} */
const done = [];

/** What somebody did and is not saved yet. @type {(() => Promise<void>)[]} */
const saves = [];

/** Saves what is still held back, before the last is taken back. @param {() => Promise<void>} save */
export const saveFirst = (save) => { saves.push(save); };

/** Says what was done, and how to take it back. @param {string} words @param {() => Promise<boolean | string>} back @param {string} [until] how long that goes, where it ends */
export function canUndo(words, back, until = "") {
  done.push({ words, back });
  toast(`${words} u takes it back${until}.`);
}

/** Says what was done that nothing takes back: `u` says so, and does not reach what was done before it. @param {string} words @param {string} instead */
export function cannotUndo(words, instead) {
  done.push({ words, back: async () => `That cannot be taken back. ${instead}` });
  toast(words);
}

export async function undo() {
  for (const save of saves) await save();
  const last = done.pop();
  if (!last) { toast("There is nothing to take back."); return; }
  try {
    const said = await last.back();
    if (said) toast(`${last.words} ${said === true ? "Taken back." : said}`);
    else done.push(last);
  } catch (error) { // no network, or an answer that is none: it can be tried again
    done.push(last);
    toast(`Not taken back: ${/** @type {Error} */ (error).message}`);
  }
}
