// How far an image can be moved before another class can win, and what moves of this size look like.

// The margin of the largest output, divided by sqrt(2) L, for a network with the Lipschitz constant L.
export function certifiedRadius(logits, lipschitz) {
  const [second, first] = Array.from(logits).sort((a, b) => a - b).slice(-2);
  return { margin: first - second, radius: (first - second) / (Math.SQRT2 * lipschitz) };
}

// A number as text with three digits, rounded down: what is proved must not become more.
export function atMost(number) {
  if (number <= 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(number)));
  return (Math.floor(number * 10 ** digits) / 10 ** digits).toFixed(digits);
}

export function norm(values) {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
}

// Every pixel moves by as much, towards the middle grey: for a size of up to half the root of their number, none leaves
// the range from 0 to 1.
export function spread(image, size) {
  const each = size / Math.sqrt(image.length);
  return image.map((value) => value + (value < 0.5 ? each : -each));
}

// One pixel after the other becomes ink, in the order of the list `places`, until the size is used up.
export function speck(image, size, places) {
  const moved = image.slice();
  let left = size ** 2;
  for (const at of places) {
    const step = Math.min(1 - image[at], Math.sqrt(left));
    moved[at] += step;
    left = Math.max(0, left - step ** 2);
  }
  return moved;
}
