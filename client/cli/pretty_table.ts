/**
 * Tables of columns as wide as their widest value, and the same as JSON.
 *
 * @module
 */

import type { LineOutput } from "../../storage/cli/tool.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";

/** A value of a table; `null` is `None`, as Kafka's tools write it. */
export type Cell = string | number | null | readonly TopicPartition[];

function text(cell: Cell): string {
  if (typeof cell !== "object") return String(cell);
  return cell === null ? "None" : cell.map(topicPartitionKey).join(",");
}

/** The lines of a table, each column followed by a tab. */
export function prettyTable(
  headers: readonly string[],
  rows: readonly (readonly Cell[])[],
): string[] {
  const texts = [headers, ...rows.map((row) => row.map(text))];
  const widths = headers.map((_, column) => Math.max(...texts.map((row) => row[column]!.length)));
  return texts.map((row) =>
    row.map((value, column) => `${value.padEnd(widths[column]!)}\t`).join("")
  );
}

/** `LastTimestamp` as a name in JSON: `lastTimestamp`. */
function fieldName(header: string): string {
  const name = header.replace("(min)", "Minutes");
  return name[0]!.toLowerCase() + name.slice(1);
}

/** Prints a table, or an array of JSON with an object for each row. */
export function printTable(
  headers: readonly string[],
  rows: readonly (readonly Cell[])[],
  isJson: boolean,
  output: LineOutput,
): void {
  if (isJson) {
    const names = headers.map(fieldName);
    const objects = rows.map((row) => Object.fromEntries(row.map((cell, i) => [names[i], cell])));
    output.print(JSON.stringify(objects));
  } else for (const line of prettyTable(headers, rows)) output.print(line);
}
