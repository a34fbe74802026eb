// What a pen draws, as ink on a grid of PAPER x PAPER, and the ink in the form that the digits of MNIST have.

export const PAPER = 140;
export const PEN = 6; // its radius
export const SIDE = 28; // of the image
const BOX = 20, MIDDLE = 14;

// The ink of strokes, which are lists of points [x, y]: 1 wherever a round pen has been.
export function inkOf(strokes) {
  const ink = new Float64Array(PAPER * PAPER);
  for (const stroke of strokes) stroke.forEach((point, i) => drawLine(ink, stroke[Math.max(i - 1, 0)], point));
  return ink;
}

function drawLine(ink, [x0, y0], [x1, y1]) {
  const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
  const [top, bottom] = within(Math.min(y0, y1), Math.max(y0, y1)), [left, right] = within(Math.min(x0, x1), Math.max(x0, x1));
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) {
    const dx = x + 0.5 - x0, dy = y + 0.5 - y0; // from the first point to the middle of the pixel
    const along = length && Math.min(1, Math.max(0, (dx * (x1 - x0) + dy * (y1 - y0)) / length));
    if ((dx - along * (x1 - x0)) ** 2 + (dy - along * (y1 - y0)) ** 2 <= PEN ** 2) ink[y * PAPER + x] = 1;
  }
}

function within(least, most) {
  return [Math.max(0, Math.floor(least - PEN)), Math.min(PAPER, Math.ceil(most + PEN))];
}

// As MNIST was made: the box around the ink is scaled to 20 pixels at its longer side, each pixel the mean of the ink
// that it covers, and moved by whole pixels until its centre of mass lies in the pixel (14, 14) of 28 x 28.
export function toMnist(ink) {
  const image = new Float64Array(SIDE * SIDE);
  const on = [...ink.keys()].filter((at) => ink[at] > 0);
  if (on.length === 0) return image;
  const rows = on.map((at) => Math.floor(at / PAPER)), columns = on.map((at) => at % PAPER);
  const top = rows[0], left = least(columns);
  const scale = Math.max(rows.at(-1) - top + 1, most(columns) - left + 1) / BOX;
  const small = new Float64Array(BOX * BOX);
  let mass = 0, down = 0, right = 0;
  for (let i = 0; i < BOX; i++) for (let j = 0; j < BOX; j++) {
    const value = mean(ink, top + i * scale, left + j * scale, scale);
    small[i * BOX + j] = value;
    mass += value;
    down += i * value;
    right += j * value;
  }
  const lower = Math.round(MIDDLE - down / mass), further = Math.round(MIDDLE - right / mass);
  for (let i = 0; i < BOX; i++) for (let j = 0; j < BOX; j++) {
    const row = i + lower, column = j + further;
    if (row >= 0 && row < SIDE && column >= 0 && column < SIDE) image[row * SIDE + column] = small[i * BOX + j];
  }
  return image;
}

// The mean over a square that may begin and end between the pixels.
function mean(ink, top, left, side) {
  let sum = 0;
  for (let y = Math.floor(top); y < Math.min(PAPER, top + side); y++) {
    for (let x = Math.floor(left); x < Math.min(PAPER, left + side); x++) {
      const height = Math.min(y + 1, top + side) - Math.max(y, top), width = Math.min(x + 1, left + side) - Math.max(x, left);
      sum += ink[y * PAPER + x] * height * width;
    }
  }
  return sum / side ** 2;
}

const least = (values) => values.reduce((a, b) => Math.min(a, b));
const most = (values) => values.reduce((a, b) => Math.max(a, b));
