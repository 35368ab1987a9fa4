// @ts-check
/** What was done on this page can be taken back, the last first. Nothing is remembered beyond the page. */
import { toast } from "./talk.js";

/** Each says whether it was taken back, or what to tell of that. @type {(() => Promise<boolean | string>)[]} */
const done = [];

/** Says what was done, and how to take it back. @param {string} words @param {() => Promise<boolean | string>} back @param {string} [until] how long that goes, where it ends */
export function canUndo(words, back, until = "") {
  done.push(back);
  toast(`${words} u takes it back${until}.`);
}

export async function undo() {
  const last = done.pop();
  if (!last) { toast("There is nothing to take back."); return; }
  try {
    const said = await last();
    if (said) toast(said === true ? "Taken back." : said);
    else done.push(last);
  } catch (error) { // no network, or an answer that is none: it can be tried again
    done.push(last);
    toast(`Not taken back: ${/** @type {Error} */ (error).message}`);
  }
}
