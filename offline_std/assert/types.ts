import { AssertionError, withSuffix } from "./assertion_error.ts";

/** Any constructor. */
// deno-lint-ignore no-explicit-any
export type AnyConstructor = new (...args: any[]) => any;
/** What a constructor makes. */
export type GetConstructorType<T extends AnyConstructor> = InstanceType<T>;
/** A class of errors. */
// deno-lint-ignore no-explicit-any
export type ErrorConstructorLike<E extends Error> = abstract new (...args: any[]) => E;

/** Fails unless the value is an instance of that class. */
// deno-lint-ignore no-explicit-any
export function assertInstanceOf<T extends abstract new (...args: any[]) => any>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  const given = actual === null
    ? "null"
    : typeof actual === "object"
    ? actual.constructor?.name ?? "Object"
    : typeof actual;
  const message = `Expected object to be an instance of "${expectedType.name}" but was "${given}"`;
  throw new AssertionError(withSuffix(message, msg));
}

/** Fails if the value is an instance of that class. */
export function assertNotInstanceOf<A, T>(
  actual: A,
  // deno-lint-ignore no-explicit-any
  unexpectedType: abstract new (...args: any[]) => T,
  msg?: string,
): asserts actual is Exclude<A, T> {
  if (!(actual instanceof unexpectedType)) return;
  const message = `Expected object to not be an instance of "${unexpectedType.name}"`;
  throw new AssertionError(withSuffix(message, msg));
}

/** Fails unless the value is an error of that class with that text in its message. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: ErrorConstructorLike<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) {
    throw new AssertionError(withSuffix(`Expected "error" to be an Error object`, msg));
  }
  if (ErrorClass && !(error instanceof ErrorClass)) {
    const message = `Expected error to be instance of "${ErrorClass.name}", but was ` +
      `"${error.constructor?.name}"`;
    throw new AssertionError(withSuffix(`${message} (${error.message})`, msg), { cause: error });
  }
  const matches = msgMatches === undefined ||
    (typeof msgMatches === "string"
      ? error.message.includes(msgMatches)
      : msgMatches.test(error.message));
  if (matches) return;
  const wanted = msgMatches instanceof RegExp ? String(msgMatches) : JSON.stringify(msgMatches);
  const message = `Expected error message to include ${wanted}, but got ` +
    JSON.stringify(error.message);
  throw new AssertionError(withSuffix(message, msg));
}
