// @ts-check
/** Approving and rejecting what waits for it: one picture, or all that are selected. */
import { back, fewEnough, many, wanted } from "./bulk.js";
import { askWhy, startRejections } from "./reject.js";
import { post, toast } from "./talk.js";
import { canUndo } from "./undo.js";

/** What is meant, as it was looked at: asset → version. @typedef {Record<string, number>} Seen */

/** @typedef {{changes: number, skipped: {asset: string, name: string, cause: string}[], sample: {asset: string, name: string, version: number, live: number | null}[]}} Preview */
const MOST_ROWS = 40;

/** What would be said of several, and of which nothing. @param {Preview} seen @param {import("./reject.js").Rejection | null} rejected */
function shown({ changes, skipped, sample }, rejected) {
  const rows = [
    ...skipped.map((one) => [one.name || one.asset, "–", `skipped: ${one.cause}`]),
    ...sample.map((one) => [one.name || one.asset, one.live ? `version ${one.live} is live` : "nothing is live", `version ${one.version} ${rejected ? "rejected" : "approved"}`]),
  ].slice(0, MOST_ROWS);
  const what = rejected ? "Reject" : "Approve";
  return {
    title: `${what} ${many(changes)}`,
    said: `${many(changes)} would be ${rejected ? "rejected" : "approved"}${skipped.length ? `; ${many(skipped.length)} ${skipped.length === 1 ? "is" : "are"} skipped` : ""}.`,
    rows,
    more: changes + skipped.length - rows.length,
    go: changes ? `${what} ${many(changes)}` : "",
  };
}

/** Of several it is shown first. @param {Seen} versions @param {import("./reject.js").Rejection | null} rejected */
async function send(versions, rejected) {
  const body = { assets: Object.keys(versions), versions, rejected };
  try {
    if (body.assets.length > 1 && !(await wanted(shown(await post("/v1/approvals/preview", body), rejected)))) return;
    const { batch, fields, skipped, causes } = await post("/v1/approvals", body);
    const done = Object.keys(fields).length;
    const why = skipped.length ? ` ${skipped.length} skipped: ${[...new Set(Object.values(causes))].slice(0, 2).join(" ")}` : "";
    if (done) canUndo(`${done} ${rejected ? "rejected" : "approved"}.${why}`, () => back(batch), rejected ? "" : ", until the version is live");
    else toast(`Nothing was said.${why}`);
  } catch (error) {
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
  }
}

/** Those of which a version was looked at. @param {import("./grid.js").Grid} grid @param {string[]} ids @returns {Seen} */
const looked = (grid, ids) => Object.fromEntries(ids.map((id) => [id, grid.seen(id)]).filter(([, version]) => version));

/** @param {Seen} versions */
function some(versions) {
  const ids = Object.keys(versions);
  if (ids.length) return fewEnough(ids);
  toast("Select a picture that waits to be approved.");
  return false;
}

/** @param {Seen} versions */
async function approveSeen(versions) {
  if (some(versions)) await send(versions, null);
}

/** @param {Seen} versions as they were before it was asked why */
async function rejectSeen(versions) {
  if (!some(versions)) return;
  const rejected = await askWhy(Object.keys(versions));
  if (rejected) await send(versions, rejected);
}

/** @param {import("./grid.js").Grid} grid @param {string[]} ids */
export const approve = (grid, ids) => approveSeen(looked(grid, ids));
/** @param {import("./grid.js").Grid} grid @param {string[]} ids */
export const reject = (grid, ids) => rejectSeen(looked(grid, ids));

/** Buttons beside the question. @param {import("./grid.js").Grid} grid */
export function startApprovals(grid) {
  startRejections();
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-approve], [data-reject], [data-bulk]"));
    const version = Number(button?.dataset.version);
    if (button?.dataset.approve) void approveSeen({ [button.dataset.approve]: version });
    if (button?.dataset.reject) void rejectSeen({ [button.dataset.reject]: version });
    if (button?.dataset.bulk === "approve") void approve(grid, grid.picked());
    if (button?.dataset.bulk === "reject") void reject(grid, grid.picked());
  });
}
