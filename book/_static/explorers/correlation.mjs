// The layer of the course on plain arrays, with every product kept: x[c][row][column], weight[o][c][k][l], bias[o].
// `rules` are { flip, padding, stride, dilation }, the last three as pairs [rows, columns]; a signal has one row.

// A kernel turned by 180 degrees.
export function turned(kernel) {
  return kernel.map((row) => [...row].reverse()).reverse();
}

// How many cells a kernel reaches over: d (k - 1) + 1 for k taps.
export function reach(taps, dilation) {
  return dilation * (taps - 1) + 1;
}

// floor((n + 2 p - reach) / s) + 1 positions on each axis; below 1, the kernel does not fit.
export function outputSize(x, weight, { padding, stride, dilation }) {
  const size = [x[0].length, x[0][0].length];
  const taps = [weight[0][0].length, weight[0][0][0].length];
  return size.map((n, axis) => Math.floor((n + 2 * padding[axis] - reach(taps[axis], dilation[axis])) / stride[axis]) + 1);
}

// The products of which output [o, i, j] is the sum, as [c][k][l]; `row` and `column` are those of x, and lie outside of
// it where zeros have been added.
export function terms(x, weight, rules, [o, i, j]) {
  const { flip, padding, stride, dilation } = rules;
  return x.map((channel, c) => (flip ? turned(weight[o][c]) : weight[o][c]).map((taps, k) => taps.map((factor, l) => {
    const row = i * stride[0] + k * dilation[0] - padding[0];
    const column = j * stride[1] + l * dilation[1] - padding[1];
    const value = channel[row]?.[column] ?? 0;
    return { row, column, value, factor, product: value * factor };
  })));
}

// The sum of the products of one channel.
export function total(products) {
  return products.flat().reduce((sum, { product }) => sum + product, 0);
}

// All outputs, as [o][i][j]: none, if the kernel does not fit.
export function layer(x, weight, bias, rules) {
  const [height, width] = outputSize(x, weight, rules).map((n) => Math.max(n, 0));
  return weight.map((filter, o) => Array.from({ length: height }, (row, i) => Array.from({ length: width }, (column, j) =>
    terms(x, weight, rules, [o, i, j]).map(total).reduce((sum, part) => sum + part, bias[o]))));
}
