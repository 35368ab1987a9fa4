// @ts-check
/** Copies to see to: ticked with a note, and taken back. */
import { ask } from "./decide.js";
import { post, toast } from "./talk.js";

/** The row goes when Kafka has the word; the list shows it within seconds. @param {HTMLElement} button @param {string} id @param {object} said @param {string} words */
async function say(button, id, said, words) {
  try {
    await post(`/v1/tasks/${id}`, said);
    button.closest("tr")?.remove();
    toast(words);
  } catch (error) {
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {HTMLElement} button */
async function tick(button) {
  const note = await ask(`Done: ${button.dataset.what}`, "What became of it", { was: "Deleted there", most: 500 });
  if (note) await say(button, button.dataset.task ?? "", { done: true, note }, "Ticked. Under Done it can be taken back.");
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-task], [data-task-undo]"));
  if (button?.dataset.task) void tick(button);
  else if (button?.dataset.taskUndo) void say(button, button.dataset.taskUndo, { done: false }, "It is to be done again.");
});
