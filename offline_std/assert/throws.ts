import { AssertionError, withSuffix } from "./assertion_error.ts";
import { assertIsError, type ErrorConstructorLike } from "./types.ts";

/** Fails unless `fn` throws; returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Fails unless `fn` throws an error of that class, with that text in its message; returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorConstructorLike<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClassOrMsg?: ErrorConstructorLike<E> | string,
  msgIncludesOrMsg?: string,
  msg?: string,
): E | Error | unknown {
  const { ErrorClass, msgIncludes, suffix } = expectation(errorClassOrMsg, msgIncludesOrMsg, msg);
  let thrown: unknown;
  try {
    fn();
  } catch (error) {
    thrown = error;
    check(thrown, ErrorClass, msgIncludes, suffix, "thrown");
    return thrown;
  }
  throw new AssertionError(withSuffix("Expected function to throw", suffix));
}

/** Fails unless the promise of `fn` rejects; resolves to the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Fails unless the promise of `fn` rejects with an error of that class and text; resolves to it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorConstructorLike<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClassOrMsg?: ErrorConstructorLike<E> | string,
  msgIncludesOrMsg?: string,
  msg?: string,
): Promise<E | Error | unknown> {
  const { ErrorClass, msgIncludes, suffix } = expectation(errorClassOrMsg, msgIncludesOrMsg, msg);
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch {
    throw new AssertionError(withSuffix("Function throws when expected to reject", suffix));
  }
  if (promise === null || typeof promise !== "object" || typeof promise.then !== "function") {
    throw new AssertionError(withSuffix("Function does not return a promise", suffix));
  }
  try {
    await promise;
  } catch (error) {
    check(error, ErrorClass, msgIncludes, suffix, "rejected");
    return error;
  }
  throw new AssertionError(withSuffix("Expected function to reject", suffix));
}

interface Expectation<E extends Error> {
  ErrorClass: ErrorConstructorLike<E> | undefined;
  msgIncludes: string | undefined;
  suffix: string | undefined;
}

function expectation<E extends Error>(
  errorClassOrMsg: ErrorConstructorLike<E> | string | undefined,
  msgIncludesOrMsg: string | undefined,
  msg: string | undefined,
): Expectation<E> {
  return typeof errorClassOrMsg === "string" || errorClassOrMsg === undefined
    ? { ErrorClass: undefined, msgIncludes: undefined, suffix: errorClassOrMsg ?? msg }
    : { ErrorClass: errorClassOrMsg, msgIncludes: msgIncludesOrMsg, suffix: msg };
}

function check<E extends Error>(
  error: unknown,
  ErrorClass: ErrorConstructorLike<E> | undefined,
  msgIncludes: string | undefined,
  suffix: string | undefined,
  how: string,
): void {
  if (!ErrorClass) return;
  if (!(error instanceof Error)) {
    throw new AssertionError(withSuffix(`A non-Error object was ${how}`, suffix));
  }
  assertIsError(error, ErrorClass, msgIncludes, suffix);
}
