/**
 * Stands in for `@std/fs` where JSR can't be reached: the same names, signatures and behaviour.
 *
 * @module
 */
export * from "./copy.ts";
export * from "./empty_dir.ts";
export * from "./ensure_dir.ts";
export * from "./exists.ts";
export * from "./walk.ts";
