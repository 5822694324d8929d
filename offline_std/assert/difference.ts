import { inspect } from "node:util";

/** How a value is shown in a failure. */
export function format(value: unknown): string {
  return inspect(value, { depth: 8, sorted: true, maxArrayLength: 200, breakLength: 80 });
}

/** The lines that differ between two values, `-` as it is and `+` as it should be, with the common ends left out. */
export function difference(actual: unknown, expected: unknown): string {
  const a = format(actual).split("\n"), b = format(expected).split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head && tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) tail++;
  const context = a.slice(Math.max(0, head - 3), head).map((line) => `    ${line}`);
  return [
    "    [Diff] Actual / Expected",
    ...context,
    ...a.slice(head, a.length - tail).map((line) => `-   ${line}`),
    ...b.slice(head, b.length - tail).map((line) => `+   ${line}`),
  ].join("\n");
}
