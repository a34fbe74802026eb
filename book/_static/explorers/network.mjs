// A network that is described by data, run forward on one image: plain loops over arrays { shape, data }, sums in float64.

export function bytes(base64) {
  const text = atob(base64), values = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) values[at] = text.charCodeAt(at);
  return values;
}

// Little-endian, as all machines are on which browsers run.
export function floats(base64) {
  return new Float32Array(bytes(base64).buffer);
}

// y[o, i, j] = bias[o] + the sum of weight[o, c, k, l] x[c, stride i + k - padding, stride j + l - padding]
export function conv2d({ shape: [channels, height, width], data }, { weight, bias, kernel, stride, padding }) {
  const outputs = bias.length;
  const rows = Math.floor((height + 2 * padding - kernel) / stride) + 1;
  const columns = Math.floor((width + 2 * padding - kernel) / stride) + 1;
  const y = new Float64Array(outputs * rows * columns);
  let at = 0;
  for (let o = 0; o < outputs; o++) for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) {
    const top = stride * i - padding, left = stride * j - padding;
    const [k0, k1] = [Math.max(0, -top), Math.min(kernel, height - top)]; // of the window, what lies in the image
    const [l0, l1] = [Math.max(0, -left), Math.min(kernel, width - left)];
    let sum = bias[o];
    for (let c = 0; c < channels; c++) for (let k = k0; k < k1; k++) {
      const pixels = (c * height + top + k) * width + left, taps = ((o * channels + c) * kernel + k) * kernel;
      for (let l = l0; l < l1; l++) sum += weight[taps + l] * data[pixels + l];
    }
    y[at++] = sum;
  }
  return { shape: [outputs, rows, columns], data: y };
}

// The largest number of each window.
export function maxPool2d({ shape: [channels, height, width], data }, { kernel, stride }) {
  const rows = Math.floor((height - kernel) / stride) + 1, columns = Math.floor((width - kernel) / stride) + 1;
  const y = new Float64Array(channels * rows * columns).fill(-Infinity);
  let at = 0;
  for (let c = 0; c < channels; c++) for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++, at++) {
    for (let k = 0; k < kernel; k++) for (let l = 0; l < kernel; l++) {
      y[at] = Math.max(y[at], data[(c * height + stride * i + k) * width + stride * j + l]);
    }
  }
  return { shape: [channels, rows, columns], data: y };
}

export function relu({ shape, data }) {
  return { shape, data: data.map((value) => Math.max(value, 0)) };
}

export function flatten({ data }) {
  return { shape: [data.length], data };
}

// y[o] = bias[o] + the sum of weight[o, q] x[q]
export function linear({ data }, { weight, bias }) {
  const y = Float64Array.from(bias);
  for (let o = 0, at = 0; o < y.length; o++) for (let q = 0; q < data.length; q++) y[o] += weight[at++] * data[q];
  return { shape: [y.length], data: y };
}

// The largest number is taken off before, so that no exponential is too large.
export function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

const LAYERS = { Conv2d: conv2d, MaxPool2d: maxPool2d, ReLU: relu, Flatten: flatten, Linear: linear };

// The outputs of all layers, one after the other.
export function run(layers, image) {
  const outputs = [];
  for (const layer of layers) outputs.push(LAYERS[layer.kind](outputs.at(-1) ?? image, layer));
  return outputs;
}
