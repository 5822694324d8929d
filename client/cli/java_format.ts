/**
 * Numbers as Java's formatter prints them.
 *
 * @module
 */

/** A decimal number's digits, and how many of them are in front of the point. */
function decimal(value: number): readonly [digits: string, point: number] {
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  return [mantissa.replace(".", ""), Number(exponent) + 1];
}

/** One more in the last place; a digit more when all were nines. */
function increased(digits: string): string {
  const last = digits.search(/[0-8]9*$/);
  if (last < 0) return `1${"0".repeat(digits.length)}`;
  return digits.slice(0, last) + (Number(digits[last]) + 1) + "0".repeat(digits.length - last - 1);
}

/**
 * `%.2f` and the like: the shortest decimal number that is read as this one, rounded half up, where JavaScript's `toFixed` rounds what the bits
 * mean: 1.005 is 1.01.
 *
 * @param places how many digits stand behind the point
 */
export function fixedText(value: number, places: number): string {
  if (!Number.isFinite(value)) return String(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [digits, point] = decimal(Math.abs(value));
  // All digits as one whole number, with a zero in front of those that begin behind the point.
  const all = "0".repeat(Math.max(0, 1 - point)) + digits;
  const whole = Math.max(1, point);
  const kept = all.padEnd(whole + places, "0").slice(0, whole + places);
  const next = all[whole + places] ?? "0";
  const rounded = next >= "5" ? increased(kept) : kept;
  const at = rounded.length - places;
  return sign + rounded.slice(0, at) + (places === 0 ? "" : `.${rounded.slice(at)}`);
}
