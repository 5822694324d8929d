/**
 * Stands in for `@std/streams` where JSR can't be reached: the same names, signatures and behaviour.
 *
 * @module
 */
export * from "./collect.ts";
export * from "./limited_bytes_transform_stream.ts";
export * from "./merge_readable_streams.ts";
export * from "./text_line_stream.ts";
export * from "./to_transform_stream.ts";
export * from "./zip_readable_streams.ts";
