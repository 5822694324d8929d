/**
 * Numbers as Java prints them.
 *
 * @module
 */

/** The shortest digits that are read as the same float, two at least. */
function shortestFloat(value: number): string {
  for (let digits = 2; digits < 9; digits++) {
    const text = value.toExponential(digits - 1);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toExponential(8);
}

/** The same for doubles: where one digit would do, as in 5e-324, the second one is told too. */
function shortestDouble(value: number): string {
  const text = value.toExponential();
  return text.includes(".") ? text : value.toExponential(1);
}

/** `1.0`, `1.234E-5`: plain between 0.001 and ten million, otherwise with an exponent. */
function javaText(exponential: string): string {
  const [mantissa, power] = exponential.split("e") as [string, string];
  const exponent = Number(power);
  const digits = mantissa.replace("-", "").replace(".", "").replace(/(?<=.)0+$/, "");
  const sign = mantissa.startsWith("-") ? "-" : "";
  if (exponent >= 7 || exponent < -3) {
    return `${sign}${digits[0]}.${digits.slice(1) || "0"}E${exponent}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

function special(value: number): string | undefined {
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  return Number.isFinite(value) ? undefined : String(value);
}

/** `Double.toString`. */
export function doubleText(value: number): string {
  return special(value) ?? javaText(shortestDouble(value));
}

/** `Float.toString`; the value is one of single precision. */
export function floatText(value: number): string {
  return special(value) ?? javaText(shortestFloat(value));
}
