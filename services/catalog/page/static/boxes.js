// @ts-check
/** Rectangles on a picture, in shares of its width and height. Pure. */

/** @typedef {{left: number, top: number, width: number, height: number}} Box */
/** @typedef {{x: number, y: number}} Point */

const LEAST = 0.02;
const ALIKE = 0.01;
const SIDES = /** @type {const} */ (["left", "top", "width", "height"]);

export const WHOLE = { left: 0, top: 0, width: 1, height: 1 };

/** Whether nobody sees a difference. @param {Box} one @param {Box} other */
export const alike = (one, other) => SIDES.every((side) => Math.abs(one[side] - other[side]) <= ALIKE);

/** @param {number} value @param {number} least @param {number} most */
export const between = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

/** Moved, as far as the picture goes. @param {Box} box @param {number} dx @param {number} dy @returns {Box} */
export function moved(box, dx, dy) {
  return { ...box, left: between(box.left + dx, 0, 1 - box.width), top: between(box.top + dy, 0, 1 - box.height) };
}

/** With one corner (`nw`, `se` …) at that point, the one across from it where it was. ratio: width by height, in shares; 0: any. @param {Box} box @param {string} corner @param {Point} point @param {number} ratio @returns {Box} */
export function sized(box, corner, point, ratio) {
  const [west, north] = [corner.includes("w"), corner.includes("n")];
  const [x, y] = [west ? box.left + box.width : box.left, north ? box.top + box.height : box.top];
  const most = { width: west ? x : 1 - x, height: north ? y : 1 - y };
  let width = between(Math.abs(point.x - x) * (west === point.x < x ? 1 : 0), LEAST, most.width);
  let height = between(Math.abs(point.y - y) * (north === point.y < y ? 1 : 0), LEAST, most.height);
  if (ratio) {
    width = Math.min(Math.max(width, height * ratio), most.width, most.height * ratio);
    height = width / ratio;
  }
  return { left: west ? x - width : x, top: north ? y - height : y, width, height };
}

/** The largest of that ratio in there, as near to the point as its edges allow. @param {Box} within @param {number} ratio @param {Point} point @returns {Box} */
export function largest(within, ratio, point) {
  const width = Math.min(within.width, within.height * ratio);
  const height = width / ratio;
  return {
    left: between(point.x - width / 2, within.left, within.left + within.width - width),
    top: between(point.y - height / 2, within.top, within.top + within.height - height),
    width, height,
  };
}

/** @param {Box} box @returns {Point} */
export const centre = (box) => ({ x: box.left + box.width / 2, y: box.top + box.height / 2 });

/** As the API takes it: rounded, and never over the edge. @param {Box} box @returns {Box} */
export function rounded(box) {
  const [left, top] = [box.left, box.top].map((share) => Number(between(share, 0, 1).toFixed(4)));
  const within = (/** @type {number} */ size, /** @type {number} */ start) => Number(Math.min(size, 1 - start).toFixed(4));
  return { left, top, width: within(box.width, left), height: within(box.height, top) };
}

/** Between shares of the whole picture and of a part of it that is shown. @param {Box} box @param {Box} part @returns {Box} */
export function inside(box, part) {
  return {
    left: (box.left - part.left) / part.width, top: (box.top - part.top) / part.height,
    width: box.width / part.width, height: box.height / part.height,
  };
}

/** The way back. @param {Box} box @param {Box} part @returns {Box} */
export function outside(box, part) {
  return {
    left: part.left + box.left * part.width, top: part.top + box.top * part.height,
    width: box.width * part.width, height: box.height * part.height,
  };
}
