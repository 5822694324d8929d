/**
 * `seglog producer-perf-test`: how fast records can be written. Flags and output are those of `kafka-producer-perf-test.sh`.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import type { Producer } from "../producer/producer.ts";
import type { SendCallback } from "../producer/record_ack.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { exceptionText, stackText } from "./java_exception.ts";
import { metricLines } from "./metric_table.ts";
import { producerMetrics } from "./producer_perf_metrics.ts";
import { type ProducerPerfOptions, producerPerfOptions } from "./producer_perf_options.ts";
import { openProducer } from "./producer_session.ts";
import { ProducerPerfStats } from "./producer_perf_stats.ts";
import { ThroughputThrottler } from "./throughput_throttler.ts";

/** Counts of all records, and of those behind the first ones. */
interface Counts {
  readonly all: ProducerPerfStats;
  steady: ProducerPerfStats | undefined;
}

/** Sends all records. */
async function sendAll(
  producer: Producer<Uint8Array, Uint8Array>,
  options: ProducerPerfOptions,
  io: ClientToolIo,
  output: LineOutput,
): Promise<Counts> {
  const { topic, numRecords, warmupRecords, payload, transactionDurationMs } = options;
  const { clock } = io.env;
  const print = (line: string) => {
    output.print(line);
    output.flush();
  };
  if (warmupRecords > 0) {
    print(
      `Warmup first ${warmupRecords} records. Steady state results will print after the complete test summary.`,
    );
  }
  const { reportingInterval } = options;
  const stats = (numRecords: number, isSteadyState: boolean) =>
    new ProducerPerfStats({ clock, numRecords, reportingInterval, isSteadyState, print });
  const counts: Counts = { all: stats(numRecords, false), steady: undefined };
  const throttler = new ThroughputThrottler(clock, options.throughput);
  const ackTime = timeOfTurn(clock);
  let callback: SendCallback = () => {};
  let callbackMs = -1;
  let transactionStartMs = -1;
  for (let i = 0; i < numRecords; i++) {
    const value = payload(i);
    if (transactionDurationMs !== undefined && transactionStartMs < 0) {
      producer.beginTransaction();
      transactionStartMs = clock.now();
    }
    const now = clock.now();
    if (warmupRecords > 0 && i === warmupRecords) {
      counts.steady = stats(numRecords - warmupRecords, true);
      counts.all.isSilent = true;
      callbackMs = -1;
    }
    // Records of the same millisecond have one callback.
    if (now !== callbackMs) {
      callback = counted(counts.all, counts.steady, now, ackTime, output);
      callbackMs = now;
    }
    if (!producer.send({ topic, value, timestamp: now }, callback)) await producer.ready();
    if (transactionDurationMs !== undefined && now - transactionStartMs >= transactionDurationMs) {
      await producer.commitTransaction();
      transactionStartMs = -1;
    }
    if (throttler.shouldThrottle(i, now)) await throttler.throttle();
  }
  if (transactionStartMs >= 0) await producer.commitTransaction();
  return counts;
}

/** The wall-clock time, looked up once for all records that an answer is about. */
function timeOfTurn(clock: Clock): () => number {
  let now = -1;
  return () => {
    if (now < 0) {
      now = clock.now();
      queueMicrotask(() => now = -1);
    }
    return now;
  };
}

/** Counts records that are sent at a time. */
function counted(
  all: ProducerPerfStats,
  steady: ProducerPerfStats | undefined,
  startMs: number,
  now: () => number,
  output: LineOutput,
): SendCallback {
  return (metadata, error) => {
    if (metadata === null) return output.printError(exceptionText(error));
    const endMs = now();
    const bytes = metadata.serializedValueSize;
    all.record(endMs - startMs, bytes, endMs);
    steady?.record(endMs - startMs, bytes, endMs);
  };
}

/**
 * Runs the tool.
 *
 * @returns 0, or 1 after a failure or the usage text
 */
export function producerPerfTool(args: readonly string[], io: ClientToolIo): Promise<number> {
  return runClientTool(io, async (output) => {
    const options = producerPerfOptions(args, io, output);
    const producer = openProducer(io, output, options.configs);
    try {
      if (options.transactionDurationMs !== undefined) await producer.initTransactions();
      const { all, steady } = await sendAll(producer, options, io, output);
      await (options.printsMetrics ? producer.flush() : producer.close());
      output.print(all.total());
      if (steady !== undefined) output.print(steady.total());
      if (options.printsMetrics) {
        const metrics = producerMetrics(producer.metrics(), producer.clientId, options.topic);
        for (const line of metricLines(metrics)) output.print(line);
        await producer.close();
      }
      return 0;
    } catch (error) {
      await producer.close({ timeoutMs: 0 });
      throw error;
    }
  }, (error, output) => {
    output.printError(`Exception in thread "main" ${stackText(error)}`);
    return 1;
  });
}
