// @ts-check
/** Dragging an item of a list to another place: by mouse anywhere on it, by finger at its handle. Escape puts it back. */
const STILL = 5; // pixels: less is a click
const EDGE = 60; // so near to the window's edge the page scrolls along
const ALONG = 12;

/** @typedef {{moved: (item: HTMLElement) => void, dropped: (item: HTMLElement, changed: boolean) => void}} Told */

class Drag {
  /** @param {HTMLElement} item @param {PointerEvent} event @param {Told} told */
  constructor(item, event, told) {
    this.item = item;
    this.told = told;
    this.list = /** @type {HTMLElement} */ (item.parentElement);
    this.next = item.nextElementSibling; // where it came from
    this.began = event.clientY;
    this.grip = event.clientY - item.getBoundingClientRect().top;
    this.y = event.clientY;
    this.drags = false;
    this.frame = 0;
    item.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  go(event) {
    this.y = event.clientY;
    if (!this.drags && Math.abs(this.y - this.began) < STILL) return;
    if (!this.drags) {
      this.drags = true;
      this.item.classList.add("dragged");
      this.scroll();
    }
    this.place();
  }

  /** Where the pointer is: the list makes room there. */
  place() {
    const middle = (/** @type {Element} */ one) => { const box = one.getBoundingClientRect(); return box.top + box.height / 2; };
    this.item.style.transform = "";
    let beside = this.item.previousElementSibling;
    const from = [...this.list.children].indexOf(this.item);
    while (beside && this.y < middle(beside)) { beside.before(this.item); beside = this.item.previousElementSibling; }
    beside = this.item.nextElementSibling;
    while (beside && this.y > middle(beside)) { beside.after(this.item); beside = this.item.nextElementSibling; }
    if ([...this.list.children].indexOf(this.item) !== from) this.told.moved(this.item);
    this.item.style.transform = `translateY(${this.y - this.grip - this.item.getBoundingClientRect().top}px)`;
  }

  scroll() {
    const by = this.y < EDGE ? -ALONG : this.y > innerHeight - EDGE ? ALONG : 0;
    if (by) { scrollBy(0, by); this.place(); }
    this.frame = requestAnimationFrame(() => this.scroll());
  }

  /** @param {boolean} stays */
  end(stays) {
    cancelAnimationFrame(this.frame);
    this.item.classList.remove("dragged");
    this.item.style.transform = "";
    if (!this.drags) return;
    const back = this.next === this.item.nextElementSibling;
    if (!stays) this.list.insertBefore(this.item, this.next);
    this.told.dropped(this.item, stays && !back);
  }
}

/** Lists of `[data-asset]` items. @param {string} lists a selector @param {Told} told */
export function startDragging(lists, told) {
  /** @type {Drag | null} */
  let drag = null;
  const end = (/** @type {boolean} */ stays) => { drag?.end(stays); drag = null; };
  document.addEventListener("pointerdown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const item = /** @type {HTMLElement | null} */ (target.closest(`${lists} > [data-asset]`));
    if (!item || event.button || drag || target.closest("button, a")) return;
    if (event.pointerType !== "mouse" && !target.closest("[data-handle]")) return; // a finger scrolls the page
    drag = new Drag(item, event, told);
  });
  document.addEventListener("pointermove", (event) => drag?.go(event));
  document.addEventListener("pointerup", () => end(true));
  document.addEventListener("pointercancel", () => end(false));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag?.drags) return;
    event.stopImmediatePropagation();
    end(false);
  }, { capture: true });
}
