// @ts-check
/** The page of an upload link: files go to it one after the other, each with how far it is and what became of it. */

const token = location.pathname.split("/").pop() ?? "";
const LOOK_MS = 15000;
const zone = /** @type {HTMLElement | null} */ (document.getElementById("dropzone"));
const chooser = /** @type {HTMLInputElement | null} */ (document.getElementById("files"));
const skus = /** @type {HTMLSelectElement | null} */ (document.getElementById("sku"));
const roles = /** @type {HTMLSelectElement | null} */ (document.getElementById("role"));
/** @type {(() => Promise<void>)[]} */
const queue = [];
let busy = false;

const words = (/** @type {string} */ text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");

/** Product and role as the name says them, else as they are chosen. @param {string} name */
function meant(name) {
  const own = `-${words(name.replace(/\.[^.]*$/, ""))}-`;
  const named = (/** @type {HTMLSelectElement | null} */ list) => [...(list?.options ?? [])].map((one) => one.value)
    .filter((value) => value && own.includes(`-${words(value)}-`)).sort((a, b) => b.length - a.length)[0];
  return { sku: named(skus) ?? skus?.value ?? "", role: named(roles) ?? roles?.value ?? "" };
}

/** @param {File} file @param {{sku: string, role: string}} of @param {(share: number) => void} progress @returns {Promise<string>} */
function send(file, of, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/v1/drops/${token}/files?${new URLSearchParams({ name: file.name, ...of })}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => (request.status === 201 ? done(request.response.file) : failed(new Error(request.response?.detail ?? `The server answered ${request.status}.`)));
    request.onerror = () => failed(new Error("The connection broke. Send it again."));
    request.send(file);
  });
}

async function next() {
  if (busy) return;
  busy = true;
  for (let work = queue.shift(); work; work = queue.shift()) await work();
  busy = false;
  void came();
}

/** What became of what was sent before, as the server knows it by now. */
async function came() {
  const answer = await fetch(location.pathname).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("came");
  const old = document.getElementById("came");
  if (fresh && old && fresh.innerHTML !== old.innerHTML) old.replaceWith(fresh);
}

/** @param {File} file */
function add(file) {
  const of = meant(file.name);
  const [line, name, state, bar] = ["li", "b", "span", "progress"].map((kind) => document.createElement(kind));
  name.textContent = file.name;
  state.textContent = skus && !of.sku ? "Choose a product, then add it again." : "waiting";
  line.append(name, state);
  document.getElementById("sent")?.prepend(line);
  if (skus && !of.sku) { state.className = "problem"; return; }
  queue.push(async () => {
    line.append(bar);
    bar.setAttribute("aria-label", file.name);
    try {
      const told = await send(file, of, (share) => {
        /** @type {HTMLProgressElement} */ (bar).value = share;
        state.textContent = `${Math.round(100 * share)} %`;
      });
      state.textContent = `sent as ${told}`;
      state.className = "state-ready";
    } catch (error) {
      state.textContent = /** @type {Error} */ (error).message;
      state.className = "problem";
    }
    bar.remove();
  });
  void next();
}

setInterval(() => { if (!document.hidden) void came(); }, LOOK_MS);
chooser?.addEventListener("change", () => { [...(chooser.files ?? [])].forEach(add); chooser.value = ""; });
document.addEventListener("dragover", (event) => { event.preventDefault(); zone?.classList.add("over"); });
document.addEventListener("dragleave", () => zone?.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  zone?.classList.remove("over");
  if (zone) [...(event.dataTransfer?.files ?? [])].forEach(add);
});
window.addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });
