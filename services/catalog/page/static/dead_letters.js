// @ts-check
/** Dead letters are sent again or put away: one by its button, the selected ones, or all of a topic. */
import { done, onPress, sure } from "./desk.js";
import { byId, post, say, toast } from "./talk.js";

/** @param {string} text partition/offset */
function place(text) {
  const [partition, offset] = text.split("/").map(Number);
  return { partition, offset };
}

/** @param {string} topic */
const selected = (topic) => /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll(`[data-letter][data-topic="${CSS.escape(topic)}"]:checked`)]);

/** Answers the job that many have become. @param {string} topic @param {{partition: number, offset: number}[]} [letters] none: all that wait */
async function paced(topic, letters) {
  const rate = Number(/** @type {HTMLSelectElement | null} */ (document.querySelector("#pace"))?.value ?? 0);
  let rest = letters?.sort((one, other) => one.partition - other.partition || one.offset - other.offset);
  for (;;) {
    const { sent, left, job } = await post("/v1/dead-letters/replays", { topic, rate, ...(rest && { letters: rest }) });
    if (!left || job) return job;
    rest = rest?.slice(sent);
    say(`${left.toLocaleString()} still to send`);
  }
}

/** @param {string} topic @param {{partition: number, offset: number}[]} [letters] none: all that wait */
async function again(topic, letters) {
  let job = "";
  if (!(await done(async () => { job = (await paced(topic, letters)) ?? ""; }, ""))) return;
  toast(job ? "So many are bulk work: Status shows how far it is, and pauses it." : "Sent again. What fails once more comes back here.");
}

/** @param {string} topic @param {{partition: number, offset: number}[]} [letters] none: all that wait */
async function away(topic, letters) {
  const box = /** @type {HTMLInputElement} */ (byId("why"));
  if (!box.value.trim()) { box.focus(); toast("Say why first: it is noted with your name."); return; }
  await done(() => post("/v1/dead-letters/done", { topic, why: box.value.trim(), ...(letters && { letters }) }), "Put away. They wait no more.");
}

/** @param {string} topic */
const places = (topic) => selected(topic).map((one) => place(one.dataset.letter ?? ""));

onPress("data-letter-again", ({ dataset: { topic = "", letterAgain = "" } }) => void again(topic, [place(letterAgain)]));
onPress("data-letters-some", ({ dataset: { lettersSome = "" } }) => void again(lettersSome, places(lettersSome)));
onPress("data-letter-away", ({ dataset: { topic = "", letterAway = "" } }) => void away(topic, [place(letterAway)]));
onPress("data-letters-away", ({ dataset: { lettersAway = "" } }) => void away(lettersAway, places(lettersAway)));
onPress("data-letters-away-all", (button) => { if (sure(button)) void away(button.dataset.lettersAwayAll ?? ""); });
onPress("data-letters-all", (button) => { if (sure(button)) void again(button.dataset.lettersAll ?? ""); });
document.addEventListener("change", ({ target }) => {
  const topic = target instanceof HTMLElement ? target.dataset.topic : "";
  if (!topic) return;
  const buttons = document.querySelectorAll(`[data-letters-some="${CSS.escape(topic)}"], [data-letters-away="${CSS.escape(topic)}"]`);
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (buttons)) button.disabled = !selected(topic).length;
});
