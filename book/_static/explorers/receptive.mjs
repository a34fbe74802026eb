// Receptive fields on one axis: layers are { kernel, stride, padding: [before, after], dilation }, as in cnn_course.receptive_field.

// For the image and for each layer: `side`, the number of its units, and the pixels that they see: unit u sees `size` of them,
// from start + u jump on. A side of 0 says that no window fits; what units would see is known even so.
export function trace(side, layers) {
  const levels = [{ side, size: 1, jump: 1, start: 0 }];
  for (const { kernel, stride, padding: [before, after], dilation } of layers) {
    const below = levels.at(-1);
    const reach = dilation * (kernel - 1);
    levels.push({
      side: below.side && Math.max(0, Math.floor((below.side + before + after - reach - 1) / stride) + 1),
      size: below.size + reach * below.jump,
      jump: below.jump * stride,
      start: below.start - before * below.jump,
    });
  }
  return levels;
}

// The first and the last pixel that a unit sees, and how many of them the image has.
export function seen({ size, jump, start }, unit, side) {
  const first = start + unit * jump;
  const last = first + size - 1;
  return { first, last, inside: Math.max(0, Math.min(last, side - 1) - Math.max(first, 0) + 1) };
}

// The middle of what a unit sees, which may lie between two pixels.
export function middle({ size, jump, start }, unit) {
  return start + unit * jump + (size - 1) / 2;
}

// The unit that has its middle nearest to a pixel.
export function nearest(level, pixel) {
  const unit = Math.round((pixel - middle(level, 0)) / level.jump);
  return Math.min(Math.max(unit, 0), level.side - 1);
}

// How many pixels beyond an end of the image the units of some levels see, at most.
export function overhang(levels, side) {
  const fields = levels.filter((level) => level.side).flatMap((level) => [seen(level, 0, side), seen(level, level.side - 1, side)]);
  return Math.max(0, ...fields.flatMap(({ first, last }) => [-first, last - side + 1]));
}
