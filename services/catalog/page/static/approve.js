// @ts-check
/** Approving and rejecting what waits for it: one picture, or all that are selected. */
import { askWhy, startRejections } from "./reject.js";
import { post, toast } from "./talk.js";

/** @param {string[]} ids @param {import("./reject.js").Rejection | null} rejected */
async function send(ids, rejected) {
  if (!ids.length) { toast("Select a picture first."); return; }
  try {
    const { fields, skipped } = await post("/v1/approvals", { assets: ids, rejected });
    const done = Object.keys(fields).length;
    const said = rejected ? "rejected" : "approved";
    toast(done ? `${done} ${said}${skipped.length ? `, ${skipped.length} did not wait for it` : ""}.` : "None of them waits to be approved.");
  } catch (error) {
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {string[]} ids */
export const approve = (ids) => send(ids, null);

/** @param {string[]} ids */
export async function reject(ids) {
  if (!ids.length) { toast("Select a picture first."); return; }
  const rejected = await askWhy(ids);
  if (rejected) await send(ids, rejected);
}

/** Buttons beside the question. @param {import("./grid.js").Grid} grid */
export function startApprovals(grid) {
  startRejections();
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-approve], [data-reject], [data-bulk]"));
    if (button?.dataset.approve) void approve([button.dataset.approve]);
    if (button?.dataset.reject) void reject([button.dataset.reject]);
    if (button?.dataset.bulk === "approve") void approve(grid.picked());
    if (button?.dataset.bulk === "reject") void reject(grid.picked());
  });
}
