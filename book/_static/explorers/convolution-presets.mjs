// With what the explorer of convolutions can begin. What follows the sign is JSON: tools/stills.py and the tests read it.
export const PRESETS = {
  "signal": {
    "title": "a signal",
    "input": [[[1, 3, 2, 0, 1]]],
    "weight": [[[[4, 2, 1]]]],
    "bias": [0],
    "flip": true, "padding": 2, "stride": 1, "dilation": 1,
    "step": 2
  },
  "image": {
    "title": "an image",
    "input": [[[1, 1, 4, 4, 4], [1, 1, 4, 4, 4], [1, 1, 4, 4, 4], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]]],
    "weight": [[[[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]]],
    "bias": [0],
    "flip": false, "padding": 0, "stride": 1, "dilation": 1,
    "step": 3
  },
  "strided": {
    "title": "a layer with two filters",
    "input": [
      [[1, 0, 2, 1, 0], [2, 1, 0, 0, 1], [0, 2, 1, 2, 0], [1, 1, 0, 2, 2], [0, 1, 2, 0, 1]],
      [[0, 2, 1, 1, 0], [1, 0, 0, 2, 1], [2, 1, 2, 0, 0], [0, 0, 1, 1, 2], [1, 2, 0, 1, 0]],
      [[2, 0, 0, 1, 2], [0, 1, 2, 2, 0], [1, 0, 1, 0, 2], [2, 2, 0, 1, 0], [0, 1, 1, 0, 2]]
    ],
    "weight": [
      [
        [[0, 1, -1], [1, 0, 0], [-1, 1, 0]],
        [[1, 0, 1], [0, -1, 0], [0, 1, -1]],
        [[-1, 0, 1], [0, 1, 1], [0, 0, -1]]
      ],
      [
        [[1, -1, 0], [0, 0, 1], [1, 0, -1]],
        [[0, 1, 0], [-1, 0, 1], [0, 0, 1]],
        [[0, 0, 1], [1, -1, 0], [-1, 1, 0]]
      ]
    ],
    "bias": [1, 0],
    "flip": false, "padding": 1, "stride": 2, "dilation": 1,
    "step": 4
  }
};
