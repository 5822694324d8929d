/**
 * `seglog verifiable-producer`: writes numbers, and tells of each record as a line of JSON what has become of it. Flags and output are those of
 * `kafka-verifiable-producer.sh`.
 *
 * @module
 */

import { JavaDouble } from "../../storage/cli/decoders/json_text.ts";
import { StopRequest } from "../../storage/cli/tool.ts";
import type { Clock } from "../../storage/env.ts";
import type { Producer } from "../producer/producer.ts";
import type { ProducerRecord } from "../producer/producer_record.ts";
import type { SendCallback } from "../producer/record_ack.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { illegalArgument, stackText, thrown } from "./java_exception.ts";
import { JsonEvents } from "./json_events.ts";
import { closeStopped, openProducer } from "./producer_session.ts";
import { ThroughputThrottler } from "./throughput_throttler.ts";
import {
  type VerifiableProducerOptions,
  verifiableProducerOptions,
} from "./verifiable_producer_options.ts";

type NumberRecord = ProducerRecord<string, string>;

/** What has been sent so far. */
interface Counts {
  sent: number;
  acked: number;
}

/** Makes one record after the other. */
function records(options: VerifiableProducerOptions, clock: Clock): (i: number) => NumberRecord {
  const { topic, valuePrefix, repeatingKeys } = options;
  const startMs = clock.now();
  let { createTime } = options;
  let nextKey = 0;
  return (i) => {
    let key: string | null = null;
    if (repeatingKeys !== undefined) {
      key = `${nextKey++}`;
      if (nextKey === repeatingKeys) nextKey = 0;
    }
    const value = valuePrefix === undefined ? `${i}` : `${valuePrefix}.${i}`;
    if (createTime === undefined) return { topic, key, value };
    const timestamp = createTime;
    if (timestamp < 0) {
      throw illegalArgument(
        `Invalid timestamp: ${timestamp}. Timestamp should always be non-negative or null.`,
      );
    }
    createTime += clock.now() - startMs;
    return { topic, key, value, timestamp };
  };
}

/** Tells what becomes of a record. */
function tells(
  { topic, key = null, value = null }: NumberRecord,
  counts: Counts,
  events: JsonEvents,
): SendCallback {
  return (metadata, error) => {
    if (metadata === null) {
      const { className, message } = thrown(error);
      const exception = `class ${className}`;
      events.print("producer_send_error", { topic, key, value, exception, message });
      return;
    }
    counts.acked++;
    const { offset, topic: writtenTo, partition } = metadata;
    events.print("producer_send_success", { key, value, offset, topic: writtenTo, partition });
  };
}

/**
 * Sends all records.
 *
 * @throws {StopRequest} when it is told to stop before
 */
async function sendAll(
  producer: Producer<string, string>,
  options: VerifiableProducerOptions,
  counts: Counts,
  events: JsonEvents,
  clock: Clock,
  stop: AbortSignal | undefined,
): Promise<void> {
  const throttler = new ThroughputThrottler(clock, options.throughput);
  const record = records(options, clock);
  const wait = stop === undefined ? {} : { signal: stop };
  for (let i = 0; i < options.maxMessages; i++) {
    stop?.throwIfAborted();
    events.throwIfUnread();
    const now = clock.now();
    const next = record(i);
    counts.sent++;
    const isTaken = producer.send(next, tells(next, counts, events));
    if (!isTaken) await producer.ready(wait);
    if (throttler.shouldThrottle(i, now)) await throttler.throttle(stop);
  }
}

/**
 * Runs the tool.
 *
 * @returns 0, also when records were not written; 1 after any other failure or the usage text; what a signal asks for
 */
export function verifiableProducerTool(
  args: readonly string[],
  io: ClientToolIo,
): Promise<number> {
  const uncaught = (error: unknown) => `Exception in thread "main" ${stackText(error)}`;
  return runClientTool(io, async (output) => {
    const { clock } = io.env;
    const options = verifiableProducerOptions(args, io, output);
    const producer = openProducer<string, string>(io, output, options.configs);
    const stop = io.stopSignal?.();
    const events = new JsonEvents(clock, output);
    const counts: Counts = { sent: 0, acked: 0 };
    const startMs = clock.now();
    events.print("startup_complete");
    try {
      await sendAll(producer, options, counts, events, clock, stop);
      return 0;
    } catch (error) {
      if (error instanceof StopRequest) return error.status;
      output.printError(uncaught(error));
      return 1;
    } finally {
      await (stop?.aborted === true ? closeStopped(producer) : producer.close());
      events.print("shutdown_complete");
      const perSecond = 1000 * (counts.acked / (clock.now() - startMs));
      events.print("tool_data", {
        ...counts,
        target_throughput: options.throughput,
        avg_throughput: new JavaDouble(perSecond),
      });
    }
  }, (error, output) => {
    output.printError(uncaught(error));
    return 1;
  });
}
