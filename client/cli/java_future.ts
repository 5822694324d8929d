/**
 * Failures as they come out of Java's futures.
 *
 * @module
 */

import { KafkaError } from "../protocol/error_codes.ts";
import { executionException, JavaException, runtimeException } from "./java_exception.ts";

/**
 * What a promise gives.
 *
 * @throws {JavaException} `ExecutionException` around what a broker has said
 */
export async function future<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw error instanceof KafkaError ? executionException(error) : error;
  }
}

/**
 * What a promise gives.
 *
 * @throws {JavaException} `RuntimeException` around that
 */
export async function uncheckedFuture<T>(promise: Promise<T>): Promise<T> {
  try {
    return await future(promise);
  } catch (cause) {
    if (!(cause instanceof JavaException)) throw cause;
    throw runtimeException(cause);
  }
}
