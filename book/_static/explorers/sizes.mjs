// The geometry of a convolution and of its transpose on one axis, and the matrices of both, as cnn_course computes them.
// A geometry { transposed, i, k, s, p, d, a } has an input of i values, a kernel of k taps, stride, padding, dilation and,
// for the transpose, the output padding a. Its `large` side is the one with the padding: what a convolution reads, and
// what its transpose returns. The tap r connects u on the small side with t = u s + r d - p on the large one.

export function extent({ k, d }) {
  return d * (k - 1) + 1;
}

// How many values each side has; `behind` are the positions of the padded large side behind the last window.
export function sides(geometry) {
  const { transposed, i, s, p, a } = geometry;
  const behindFirst = i + 2 * p - extent(geometry);
  return transposed
    ? { small: i, large: s * (i - 1) + extent(geometry) + a - 2 * p, behind: a }
    : { small: Math.floor(behindFirst / s) + 1, large: i, behind: behindFirst % s };
}

// Why there is no such map, with the rule; nothing where there is one.
export function problem(geometry) {
  const { transposed, i, p, s, d, a } = geometry;
  if (!transposed && extent(geometry) > i + 2 * p)
    return `The kernel is wider than the padded input. From its first tap to its last it extends over d(k − 1) + 1 = ${extent(geometry)} positions, and the input with its padding has only input + 2p = ${i + 2 * p}.`;
  if (transposed && a >= Math.max(s, d))
    return `The output padding is too large. It must be smaller than the stride or the dilation, a < max(s, d), but a = ${a} and max(s, d) = ${Math.max(s, d)}.`;
  if (transposed && sides(geometry).large < 1)
    return `The padding cuts everything off. The output would have s(input − 1) + d(k − 1) + 1 + a − 2p = ${String(sides(geometry).large).replace("-", "−")} values, and it must have at least 1.`;
  return "";
}

// All pairs of u on the small side and t on the large one, also in its padding, that a tap r connects.
export function connections(geometry) {
  const { k, s, p, d } = geometry;
  return Array.from({ length: sides(geometry).small * k }, (_, n) => {
    const u = Math.floor(n / k), r = n % k;
    return { u, r, t: u * s + r * d - p };
  });
}

export function outputs(geometry) {
  const { small, large } = sides(geometry);
  return geometry.transposed ? large : small;
}

// What an output reads: pairs of an input, which may lie in the padding of a convolution, and a tap.
export function reads(geometry, output) {
  const { transposed } = geometry;
  return connections(geometry)
    .filter(({ u, t }) => output === (transposed ? t : u))
    .map(({ u, r, t }) => ({ input: transposed ? u : t, tap: r }));
}

// A row for each output and a column for each input, with the index of the weight or, for a zero, null.
export function matrix(geometry) {
  return Array.from({ length: outputs(geometry) }, (_, output) => {
    const row = Array(geometry.i).fill(null);
    for (const { input, tap } of reads(geometry, output)) if (input in row) row[input] = tap;
    return row;
  });
}

// Positions of the padded large side, from -p on, that nothing is connected with.
export function unconnected(geometry) {
  const { p } = geometry, met = new Set(connections(geometry).map(({ t }) => t));
  return Array.from({ length: sides(geometry).large + 2 * p }, (_, n) => n - p).filter((t) => !met.has(t));
}

// The map whose matrix is the transpose; of a transposed convolution with a >= s it has more rows than that.
export function transpose(geometry) {
  const { small, large, behind } = sides(geometry);
  return geometry.transposed
    ? { ...geometry, transposed: false, i: large, a: 0 }
    : { ...geometry, transposed: true, i: small, a: behind };
}
