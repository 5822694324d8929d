/**
 * Stands in for `@std/assert` where JSR can't be reached: the same names, signatures and behaviour.
 *
 * @module
 */
export { AssertionError } from "./assertion_error.ts";
export * from "./conditions.ts";
export { equal } from "./equal.ts";
export * from "./equality.ts";
export * from "./throws.ts";
export * from "./types.ts";
