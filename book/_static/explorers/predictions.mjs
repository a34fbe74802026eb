// Whether a prediction is right, as cnn_course.exercises says it.

const TOLERANCE = 1e-9; // as in compare.py, of the largest number that is expected

// Numbers with commas between them, in brackets or not; a fraction is a number, too. NaN where there is none.
export function read(text) {
  const inside = text.trim().replace(/^\((.*?),?\)$|^\[(.*?),?\]$/, "$1$2");
  return inside.trim() === "" ? [] : inside.split(/[,;]/).map((part) => {
    const [above, below = "1", ...more] = part.replaceAll("−", "-").split("/").map((number) => number.trim());
    return more.length || !above || !below ? NaN : Number(above) / Number(below);
  });
}

// What is said about the numbers: the status is "passed", "failed", "hint" (a known mistake) or "unread".
export function verdict(numbers, answer, wrong) {
  if (numbers.length === 0) return { status: "unread", words: "Not attempted yet: type your numbers." };
  const unread = numbers.findIndex((number) => !Number.isFinite(number));
  if (unread >= 0) return { status: "unread", words: `Number ${unread + 1} cannot be read: 12, 0.5, -3 and 2/3 can.` };
  if (numbers.length !== answer.length) {
    return { status: "unread", words: `These are ${numbers.length} numbers, and ${answer.length} are asked for.` };
  }
  if (agree(numbers, answer)) return { status: "passed", words: "This is the answer." };
  const known = wrong.find(([mistake]) => agree(numbers, mistake));
  return known ? { status: "hint", words: known[1] } : { status: "failed", words: "This is not the answer." };
}

function agree(numbers, expected) {
  return numbers.length === expected.length
    && numbers.every((number, i) => Math.abs(number - expected[i]) <= TOLERANCE * Math.abs(expected[i] || 1));
}
