// @ts-check
/** Files dropped anywhere, or chosen: straight into the inbox by a presigned URL, three at once. */
import { byId, post, toast } from "./talk.js";

const AT_ONCE = 3;

/** @param {string} url @param {File} file @param {(share: number) => void} progress @returns {Promise<void>} */
function put(url, file, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? done() : failed(new Error(`the store answered ${request.status}`)));
    request.onerror = () => failed(new Error("the store cannot be reached from here"));
    request.send(file);
  });
}

/** @param {string} name */
function line(name) {
  const row = document.createElement("div");
  const [words, state, bar] = [document.createElement("span"), document.createElement("span"), document.createElement("progress")];
  words.textContent = name;
  state.textContent = "waiting";
  bar.max = 1;
  bar.value = 0;
  row.append(words, state, bar);
  byId("uploads").append(row);
  byId("uploads").hidden = false;
  return { row, state, bar };
}

export function startUploads() {
  /** @type {(() => Promise<void>)[]} */
  const queue = [];
  let running = 0;

  function next() {
    while (running < AT_ONCE && queue.length) {
      running += 1;
      void queue.shift()?.().finally(() => { running -= 1; next(); });
    }
  }

  /** @param {File} file */
  function add(file) {
    const { row, state, bar } = line(file.name);
    queue.push(async () => {
      try {
        const { url } = await post("/v1/uploads", { key: file.webkitRelativePath || file.name });
        await put(url, file, (share) => { bar.value = share; state.textContent = `${Math.round(share * 100)} %`; });
        state.textContent = "in the inbox";
        setTimeout(() => { row.remove(); byId("uploads").hidden = !byId("uploads").children.length; }, 5000);
      } catch (error) {
        state.textContent = "failed";
        toast(`${file.name}: ${/** @type {Error} */ (error).message}`);
      }
    });
    next();
  }

  const files = /** @type {HTMLInputElement} */ (byId("files"));
  files.addEventListener("change", () => { [...(files.files ?? [])].forEach(add); files.value = ""; });
  let depth = 0;
  const dragged = (/** @type {DragEvent} */ event) => Boolean(event.dataTransfer?.types.includes("Files"));
  document.addEventListener("dragenter", (event) => { if (dragged(event)) { depth += 1; byId("drop").hidden = false; } });
  document.addEventListener("dragleave", (event) => { if (dragged(event) && --depth <= 0) byId("drop").hidden = true; });
  document.addEventListener("dragover", (event) => { if (dragged(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!dragged(event)) return;
    event.preventDefault();
    depth = 0;
    byId("drop").hidden = true;
    [...(event.dataTransfer?.files ?? [])].forEach(add);
  });
}
