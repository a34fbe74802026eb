// Filters of images: the arithmetic alone. An image is {rows, columns, planes}: one plane of numbers for grey, three for
// red, green and blue. A kernel is a table of numbers with odd sizes.

export const KERNELS = {
  identity: { name: "identity", kernel: [[0, 0, 0], [0, 1, 0], [0, 0, 0]], divisor: 1 },
  blur: { name: "blur: the mean", kernel: [[1, 1, 1], [1, 1, 1], [1, 1, 1]], divisor: 9 },
  binomial: { name: "blur: binomial", kernel: [[1, 2, 1], [2, 4, 2], [1, 2, 1]], divisor: 16 },
  edges: { name: "vertical edges: E", kernel: [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]], divisor: 1 },
  sobelX: { name: "vertical edges: Sobel", kernel: [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], divisor: 1 },
  sobelY: { name: "horizontal edges: Sobel", kernel: [[-1, -2, -1], [0, 0, 0], [1, 2, 1]], divisor: 1 },
  laplacian: { name: "Laplacian", kernel: [[0, 1, 0], [1, -4, 1], [0, 1, 0]], divisor: 1 },
  sharpen: { name: "sharpen", kernel: [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], divisor: 1 },
  emboss: { name: "emboss", kernel: [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], divisor: 1 },
};

// Cross-correlation of each plane: sum over k of kernel[k] image[u + k]. Mode "valid" takes the windows that lie inside of
// the image, "same" one around each pixel, with zeros outside. An image that is smaller than the kernel has no windows.
export function correlate({ rows, columns, planes }, kernel, mode = "valid") {
  const [height, width] = [kernel.length, kernel[0].length];
  const [above, left] = mode === "same" ? [(height - 1) / 2, (width - 1) / 2] : [0, 0];
  const outRows = Math.max(0, rows + 2 * above - height + 1);
  const outColumns = Math.max(0, columns + 2 * left - width + 1);
  const filtered = planes.map((plane) => {
    const sums = new Float64Array(outRows * outColumns);
    kernel.forEach((weights, k) => weights.forEach((weight, l) => { // each weight adds a moved copy of the image
      const [down, right] = [k - above, l - left];
      for (let i = Math.max(0, -down); i < Math.min(outRows, rows - down); i++) {
        for (let j = Math.max(0, -right); j < Math.min(outColumns, columns - right); j++) {
          sums[i * outColumns + j] += weight * plane[(i + down) * columns + j + right];
        }
      }
    }));
    return sums;
  });
  return { rows: outRows, columns: outColumns, planes: filtered };
}

// The kernel with the entries column[i] row[j], in two passes.
export function separable(image, column, row, mode) {
  return correlate(correlate(image, column.map((weight) => [weight]), mode), [row], mode);
}

// A sampled bell with the sum 1, out to three standard deviations.
export function gaussian(sigma) {
  const reach = Math.ceil(3 * sigma);
  const bell = Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp(-((at - reach) ** 2) / (2 * sigma ** 2)));
  const sum = bell.reduce((total, value) => total + value);
  return bell.map((value) => value / sum);
}

// The length of the gradient of which the two images are the components.
export function magnitude(across, down) {
  return { ...across, planes: across.planes.map((plane, p) => plane.map((value, at) => Math.hypot(value, down.planes[p][at]))) };
}

// Luminance, with the weights of `to_gray`.
export function toGray({ rows, columns, planes: [red, green, blue] }) {
  return { rows, columns, planes: [red.map((value, at) => 0.299 * value + 0.587 * green[at] + 0.114 * blue[at])] };
}

// The bytes of a canvas as a colour image with numbers from 0 to 1, and back. Of an image, `white` is the value that is
// shown white; `shown` says what happens to negative ones.
export function fromPixels(bytes, rows, columns) {
  const plane = (p) => Float64Array.from({ length: rows * columns }, (_, at) => bytes[4 * at + p] / 255);
  return { rows, columns, planes: [0, 1, 2].map(plane) };
}
const LEVELS = {
  brightness: (value) => 255 * value,
  middle: (value) => 127.5 + 127.5 * value,
  absolute: (value) => 255 * Math.abs(value),
};
export function toPixels({ rows, columns, planes }, shown, white = 1) {
  const bytes = new Uint8ClampedArray(4 * rows * columns).fill(255); // rounds, and cuts off what is below 0 and above 255
  for (let at = 0; at < rows * columns; at++) {
    for (let p = 0; p < 3; p++) bytes[4 * at + p] = LEVELS[shown](planes[p % planes.length][at] / white);
  }
  return bytes;
}

// What keeps the brightness of plain areas is shown as it is; what does not, around a middle grey.
export function showing(kernel, divisor) {
  return Math.abs(kernel.flat().reduce((sum, weight) => sum + weight) - divisor) < 1e-9 ? "brightness" : "middle";
}
