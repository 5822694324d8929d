/**
 * JSON text as Jackson, which Kafka's tools use, writes it: bytes as base64, 64-bit integers in full, doubles as
 * Java prints them, control characters in upper-case hexadecimal.
 *
 * @module
 */

/** A float64: it prints as Java's `Double.toString`, unlike an integer. */
export class JavaDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  /** `1.0`, `1.5E-7`, `NaN`, as Java writes them. */
  toString(): string {
    const value = this.value;
    if (!Number.isFinite(value)) return `${value}`;
    if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
    const magnitude = Math.abs(value);
    if (magnitude >= 1e-3 && magnitude < 1e7) {
      const text = `${value}`;
      return text.includes(".") ? text : `${text}.0`;
    }
    let [digits, exponent] = value.toExponential().split("e") as [string, string];
    // Java never prints one digit alone, and takes the best of the decimals with two.
    if (!digits.includes(".")) {
      [digits, exponent] = value.toExponential(1).split("e") as [string, string];
    }
    return `${digits}E${Number(exponent)}`;
  }
}

/** What can be written; an object's keys keep their order. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | JavaDouble
  | readonly JsonValue[]
  | { [name: string]: JsonValue };

// deno-lint-ignore no-control-regex
const LOWER_CASE_ESCAPE = /[\u0000-\u001f]/;

/** A JSON string literal. */
export function quoteJson(text: string): string {
  const quoted = JSON.stringify(text);
  if (!LOWER_CASE_ESCAPE.test(text)) return quoted;
  return quoted.replace(
    /(\\+)u00([01][0-9a-f])/g,
    (whole, slashes: string, hex: string) =>
      // An even number of backslashes is escaped backslashes, with plain text behind.
      slashes.length % 2 === 1 ? `${slashes}u00${hex.toUpperCase()}` : whole,
  );
}

/** Compact JSON of `value`. */
export function toJsonText(value: JsonValue): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "string":
      return quoteJson(value);
    case "number":
    case "bigint":
    case "boolean":
      return `${value}`;
  }
  if (value instanceof Uint8Array) return `"${value.toBase64()}"`;
  if (value instanceof JavaDouble) {
    // JSON has no NaN; Jackson quotes it.
    return Number.isFinite(value.value) ? value.toString() : `"${value}"`;
  }
  if (Array.isArray(value)) return `[${value.map(toJsonText).join(",")}]`;
  const parts: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    parts.push(`${quoteJson(name)}:${toJsonText(member)}`);
  }
  return `{${parts.join(",")}}`;
}
