import { AssertionError, withSuffix } from "./assertion_error.ts";
import { format } from "./difference.ts";

/** Fails unless the expression is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** What counts as false. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

/** Fails unless the expression is falsy. */
export function assertFalse(expr: unknown, msg = ""): asserts expr is Falsy {
  if (expr) throw new AssertionError(msg);
}

/** Fails if the value is null or undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    const message = `Expected actual: "${actual}" to not be null or undefined`;
    throw new AssertionError(withSuffix(message, msg));
  }
}

/** Fails unless the text holds the other. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (actual.includes(expected)) return;
  throw new AssertionError(
    withSuffix(`Expected actual: "${actual}" to contain: "${expected}"`, msg),
  );
}

/** Fails unless the text matches the pattern. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) return;
  throw new AssertionError(withSuffix(`Expected actual: "${actual}" to match: "${expected}"`, msg));
}

/** Fails if the text matches the pattern. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) return;
  throw new AssertionError(
    withSuffix(`Expected actual: "${actual}" to not match: "${expected}"`, msg),
  );
}

/** Fails unless actual > expected. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) throw order(actual, ">", expected, msg);
}

/** Fails unless actual >= expected. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) throw order(actual, ">=", expected, msg);
}

/** Fails unless actual < expected. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) throw order(actual, "<", expected, msg);
}

/** Fails unless actual <= expected. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) throw order(actual, "<=", expected, msg);
}

function order(actual: unknown, sign: string, expected: unknown, msg?: string): AssertionError {
  return new AssertionError(
    msg ?? `Expect ${format(actual)} ${sign} ${format(expected)}`,
  );
}

/** Fails. */
export function fail(msg?: string): never {
  throw new AssertionError(withSuffix("Failed assertion", msg));
}

/** For code that is never reached. */
export function unreachable(msg?: string): never {
  throw new AssertionError(withSuffix("Unreachable", msg));
}

/** For code that is not there yet. */
export function unimplemented(msg?: string): never {
  throw new AssertionError(withSuffix("Unimplemented", msg));
}
