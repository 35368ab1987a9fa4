// @ts-check
/** Approving and rejecting what waits for it: one picture, or all that are selected. */
import { askWhy, startRejections } from "./reject.js";
import { post, toast } from "./talk.js";

/** What is meant, as it was looked at: asset → version. @typedef {Record<string, number>} Seen */

/** @param {Seen} versions @param {import("./reject.js").Rejection | null} rejected */
async function send(versions, rejected) {
  try {
    const { fields, skipped, causes } = await post("/v1/approvals", { assets: Object.keys(versions), versions, rejected });
    const done = Object.keys(fields).length;
    const said = done ? `${done} ${rejected ? "rejected" : "approved"}` : "Nothing was said";
    toast(skipped.length ? `${said}. ${skipped.length} skipped: ${[...new Set(Object.values(causes))].slice(0, 2).join(" ")}` : `${said}.`);
  } catch (error) {
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
  }
}

/** Those of which a version was looked at. @param {import("./grid.js").Grid} grid @param {string[]} ids @returns {Seen} */
const looked = (grid, ids) => Object.fromEntries(ids.map((id) => [id, grid.seen(id)]).filter(([, version]) => version));

/** @param {Seen} versions */
function some(versions) {
  const any = Object.keys(versions).length > 0;
  if (!any) toast("Select a picture that waits to be approved.");
  return any;
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
