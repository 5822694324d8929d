import { AssertionError, withSuffix } from "./assertion_error.ts";
import { difference, format } from "./difference.ts";
import { equal } from "./equal.ts";

/** Fails unless the two are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  const message = withSuffix("Values are not equal", msg);
  throw new AssertionError(`${message}\n\n${difference(actual, expected)}\n`);
}

/** Fails if the two are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  const message = `Expected actual: ${format(actual)} not to be: ${format(expected)}`;
  throw new AssertionError(withSuffix(message, msg));
}

/** Fails unless the two are the same by `Object.is`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const same = format(actual) === format(expected)
    ? "Values have the same structure but are not reference-equal"
    : "Values are not strictly equal";
  throw new AssertionError(`${withSuffix(same, msg)}\n\n${difference(actual, expected)}\n`);
}

/** Fails if the two are the same by `Object.is`. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!Object.is(actual, expected)) return;
  const message = `Expected "actual" to not be strictly equal to: ${format(actual)}`;
  throw new AssertionError(withSuffix(message, msg));
}

/** Fails unless the two numbers differ by no more than `tolerance` (default: 1e-7 of the expected one). */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  const delta = Math.abs(expected - actual);
  if (delta <= allowed) return;
  const message = `Expected actual: "${actual}" to be close to "${expected}": ` +
    `delta "${delta}" is greater than "${allowed}"`;
  throw new AssertionError(withSuffix(message, msg));
}

/** What an array can be compared with. */
export type ArrayLikeArg<T> = ArrayLike<T> & object;

/** Fails unless every expected element is, by deep equality, among the actual ones. */
export function assertArrayIncludes<T>(
  actual: ArrayLikeArg<T>,
  expected: ArrayLikeArg<T>,
  msg?: string,
): void {
  const missing = Array.from(expected).filter((wanted) =>
    !Array.from(actual).some((value) => equal(wanted, value))
  );
  if (missing.length === 0) return;
  const message = `Expected actual: "${format(actual)}" to include: "${format(expected)}"`;
  throw new AssertionError(`${withSuffix(message, msg)}\nmissing: ${format(missing)}`);
}

/** Fails unless everything in `expected` is, deeply, in `actual` too; what `actual` has besides is ignored. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  const seen = new Map<object, unknown>();
  const pick = (value: unknown, pattern: unknown): unknown => {
    if (typeof value !== "object" || typeof pattern !== "object" || !value || !pattern) {
      return value;
    }
    if (value instanceof Map && pattern instanceof Map) {
      return new Map(
        [...value].filter(([key]) => pattern.has(key)).map((
          [key, item],
        ) => [key, pick(item, pattern.get(key))]),
      );
    }
    if (value instanceof Set && pattern instanceof Set) {
      return new Set([...value].filter((item) => pattern.has(item)));
    }
    if (Array.isArray(value) && Array.isArray(pattern)) {
      return value.slice(0, pattern.length).map((item, i) => pick(item, pattern[i]));
    }
    const plain = (object: object): boolean =>
      [Object.prototype, null].includes(Object.getPrototypeOf(object));
    if (!plain(pattern)) return value;
    if (seen.has(pattern)) return seen.get(pattern);
    const picked: Record<PropertyKey, unknown> = {};
    seen.set(pattern, picked);
    for (const key of Reflect.ownKeys(pattern)) {
      if (key in value) {
        picked[key] = pick(
          (value as Record<PropertyKey, unknown>)[key],
          (pattern as Record<PropertyKey, unknown>)[key],
        );
      }
    }
    return picked;
  };
  assertEquals(pick(actual, expected), expected, msg);
}
