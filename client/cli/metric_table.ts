/**
 * Metrics as Kafka's performance tools print them (`ToolsUtils.printMetrics`).
 *
 * @module
 */

import { fixedText } from "./java_format.ts";

/** A metric of a client. */
export interface Metric {
  /** What it belongs to, `producer-metrics` for one. */
  readonly group: string;
  /** Its name there. */
  readonly name: string;
  /** What it is about. */
  readonly tags: Readonly<Record<string, string>>;
  /** Its value. */
  readonly value: number;
}

/** The lines of a table of metrics, by name; none without metrics. */
export function metricLines(metrics: readonly Metric[]): string[] {
  const rows = metrics.map(({ group, name, tags, value }): [string, string] => {
    const pairs = Object.entries(tags).map(([tag, text]) => `${tag}=${text}`).join(", ");
    return [`${group}:${name}:{${pairs}}`, fixedText(value, 3)];
  });
  if (rows.length === 0) return [];
  rows.sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    "",
    `${"Metric Name".padEnd(width)}   Value`,
    ...rows.map(([name, value]) => `${name.padEnd(width)} : ${value}`),
  ];
}
