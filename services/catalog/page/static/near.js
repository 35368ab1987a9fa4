// @ts-check
/** Where a picture lies in its window: how large, and how far moved. Pixels; the scale is 1 where all of it is seen. Pure. */
import { between } from "./boxes.js";

/** @typedef {{width: number, height: number}} Size */
/** @typedef {{scale: number, x: number, y: number}} Place */

export const WHOLE = Object.freeze({ scale: 1, x: 0, y: 0 });
const LEAST_MOST = 4; // a small picture is enlarged so many times all the same
const BEYOND = 4; // own pixels are enlarged so many times

/** As large as it fits in, never larger than its own pixels. @param {Size} own @param {Size} window @returns {Size} */
export function fitted(own, window) {
  const share = Math.min(1, window.width / own.width, window.height / own.height);
  return { width: own.width * share, height: own.height * share };
}

/** No edge is drawn away from its side of the window while the picture is larger; else it is in the middle. @param {Place} place @param {Size} fit @param {Size} window @returns {Place} */
export function held(place, fit, window) {
  const side = (/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ room) =>
    size <= room ? (room - size) / 2 : between(at, room - size, 0);
  return {
    scale: place.scale,
    x: side(place.x, fit.width * place.scale, window.width),
    y: side(place.y, fit.height * place.scale, window.height),
  };
}

/** At another scale, with what is at that point of the window where it was. @param {Place} place @param {number} scale @param {{x: number, y: number}} point @returns {Place} */
export function scaled(place, scale, point) {
  const by = scale / place.scale;
  return { scale, x: point.x - (point.x - place.x) * by, y: point.y - (point.y - place.y) * by };
}

/** The scale at which a pixel of the picture is one of the screen. @param {number} width of the picture's own @param {Size} fit @param {number} density */
export const ownPixels = (width, fit, density) => width / (fit.width * density);

/** @param {number} own see ownPixels */
export const mostScale = (own) => Math.max(LEAST_MOST, own * BEYOND);

/** The smallest that is sharp with so many pixels, else the largest. @template {[string, number]} T @param {T[]} ladder @param {number} pixels @returns {T} */
export const sharpEnough = (ladder, pixels) => ladder.find((rung) => rung[1] >= pixels) ?? ladder[ladder.length - 1];
