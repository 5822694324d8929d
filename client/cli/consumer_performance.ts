/**
 * `seglog consumer-perf-test`: how fast records can be read. Flags and output are those of `kafka-consumer-perf-test.sh`.
 *
 * @module
 */

import { wholeRegExp } from "../../storage/bytes/java_pattern.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import type { Consumer } from "../consumer/consumer.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { consumerPerfHeader, intervalLine, totalLine } from "./consumer_perf_lines.ts";
import { consumerMetrics } from "./consumer_perf_metrics.ts";
import { consumerPerfConfigs, consumerPerfOptions } from "./consumer_perf_options.ts";
import { openConsumer } from "./consumer_session.ts";
import { exceptionMessage, illegalArgument, stackText } from "./java_exception.ts";
import { javaSyntax } from "./java_syntax.ts";
import { JoinTimer } from "./join_timer.ts";
import { metricLines } from "./metric_table.ts";
import { simpleDateFormat } from "./simple_date_format.ts";
import type { ToolOptions } from "./tool_options.ts";

/** How long a poll waits for records, ms. */
const POLL_MS = 100;

/** What was read. */
interface Totals {
  records: number;
  bytes: number;
}

/** What the options say of the reading. */
function readingOf(options: ToolOptions) {
  const numRecords = options.long(options.has("messages") ? "messages" : "num-records")!;
  const timeoutMs = options.long("timeout")!;
  const reportingMs = options.long("reporting-interval")!;
  if (reportingMs <= 0) throw illegalArgument("Reporting interval must be greater than 0.");
  const dateText = simpleDateFormat(options.value("date-format")!);
  const include = options.value("include");
  const topics = include === undefined
    ? [options.value("topic")!]
    : javaSyntax(() => wholeRegExp(include), include);
  return { numRecords, timeoutMs, reportingMs, dateText, topics };
}

/** Reads as many records as are asked for, or until none come any more. */
async function consume(
  consumer: Consumer,
  options: ToolOptions,
  joins: JoinTimer,
  { env: { clock }, progress }: ClientToolIo,
  output: LineOutput,
): Promise<Totals> {
  const { numRecords, timeoutMs, reportingMs, dateText, topics } = readingOf(options);
  const isDetailed = options.has("show-detailed-stats");
  consumer.subscribe(topics, joins);
  const totals = { records: 0, bytes: 0 };
  let last = { ...totals };
  let now = clock.now();
  let [reportedMs, consumedMs] = [now, now];
  while (totals.records < numRecords && now - consumedMs <= timeoutMs) {
    const records = await consumer.poll(POLL_MS);
    now = clock.now();
    if (!records.isEmpty) consumedMs = now;
    for (const { serializedKeySize, serializedValueSize } of records) {
      totals.records++;
      if (serializedKeySize > 0) totals.bytes += serializedKeySize;
      if (serializedValueSize > 0) totals.bytes += serializedValueSize;
      if (now - reportedMs < reportingMs) continue;
      if (isDetailed) {
        const interval = {
          startMs: reportedMs,
          endMs: now,
          joinMs: joins.intervalMs,
          records: totals.records - last.records,
          bytes: totals.bytes - last.bytes,
        };
        output.print(intervalLine(interval, totals.records, totals.bytes, dateText));
        output.flush();
      } else progress?.(`${totals.records} of ${numRecords} records`);
      joins.intervalMs = 0;
      reportedMs = now;
      last = { ...totals };
    }
  }
  progress?.("");
  if (totals.records < numRecords) {
    output.print(
      `WARNING: Exiting before consuming the expected number of records: timeout (${timeoutMs} ms) exceeded. ` +
        "You can use the --timeout option to increase the timeout.",
    );
  }
  return totals;
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure or the usage text
 */
export function consumerPerfTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const { clock, random } = io.env;
    const options = consumerPerfOptions(args, random, (line) => output.print(line));
    const isDetailed = options.has("show-detailed-stats");
    if (!options.has("hide-header")) output.print(consumerPerfHeader(isDetailed));
    output.flush();
    const configs = consumerPerfConfigs(options, io);
    await using consumer = openConsumer(io, output, configs);
    const startMs = clock.now();
    const joins = new JoinTimer(clock);
    const totals = await consume(consumer, options, joins, io, output);
    const endMs = clock.now();
    if (!isDetailed) {
      const consumed = { startMs, endMs, joinMs: joins.totalMs, ...totals };
      output.print(totalLine(consumed, simpleDateFormat(options.value("date-format")!)));
    }
    if (options.has("print-metrics")) {
      const metrics = consumerMetrics(consumer, configs["client.id"]!, totals.records);
      for (const line of metricLines(metrics)) output.print(line);
    }
    return 0;
  }, (error, output) => {
    output.printError(`${exceptionMessage(error)}\n${stackText(error)}\n`);
    return 1;
  });
}
