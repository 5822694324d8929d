/**
 * Tables of columns as wide as their widest value.
 *
 * @module
 */

/** The lines of a table, each column followed by a tab. */
export function prettyTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const widths = headers.map((header, column) =>
    Math.max(header.length, ...rows.map((row) => row[column]!.length))
  );
  return [headers, ...rows].map((row) =>
    row.map((value, column) => `${value.padEnd(widths[column]!)}\t`).join("")
  );
}
