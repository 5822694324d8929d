/**
 * `seglog verifiable-consumer`: reads a topic as a member of a group, and tells as lines of JSON what it reads and commits, and which partitions come
 * and go. Flags and output are those of `kafka-verifiable-consumer.sh`.
 *
 * @module
 */

import { StopRequest } from "../../storage/cli/tool.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { Consumer } from "../consumer/consumer.ts";
import { type ClientToolIo, runClientTool } from "./client_tool.ts";
import { openConsumer } from "./consumer_session.ts";
import { illegalArgument, stackText } from "./java_exception.ts";
import { JsonEvents } from "./json_events.ts";
import { logLine } from "./log_line.ts";
import { commit, receive } from "./verifiable_consumer_records.ts";
import {
  type VerifiableConsumerOptions,
  verifiableConsumerOptions,
} from "./verifiable_consumer_options.ts";

type TextConsumer = Consumer<string, string>;

/** Makes the consumer a member of its group. */
function subscribe(consumer: TextConsumer, topic: string, events: JsonEvents): void {
  const told = (name: string) => (topicPartitions: readonly TopicPartition[]) => {
    const partitions = topicPartitions.map(({ topic, partition }) => ({ topic, partition }));
    events.print(name, { partitions });
  };
  try {
    consumer.subscribe(topic, {
      onPartitionsAssigned: told("partitions_assigned"),
      onPartitionsRevoked: told("partitions_revoked"),
    });
  } catch (error) {
    throw error instanceof TypeError ? illegalArgument(error.message) : error;
  }
}

/**
 * Reads as many records as are asked for.
 *
 * @throws {StopRequest} when it is told to stop before
 */
async function consume(
  consumer: TextConsumer,
  { topic, maxMessages, isVerbose, commitsByItself }: VerifiableConsumerOptions,
  events: JsonEvents,
  stop: AbortSignal | undefined,
): Promise<void> {
  subscribe(consumer, topic, events);
  for (let left = maxMessages; left > 0;) {
    events.throwIfUnread();
    const records = await consumer.poll(Infinity, { signal: stop });
    const { taken, offsets } = receive(records, left, isVerbose, events);
    left -= taken;
    if (!commitsByItself) await commit(consumer, offsets, events);
  }
}

/**
 * Runs the tool.
 *
 * @returns 0, also after a failure while it reads, which is logged; 1 after one before or the usage text; what a signal asks for
 */
export function verifiableConsumerTool(
  args: readonly string[],
  io: ClientToolIo,
): Promise<number> {
  return runClientTool(io, async (output) => {
    const { clock } = io.env;
    const options = verifiableConsumerOptions(args, io, output);
    const consumer = openConsumer<string, string>(io, output, options.configs);
    const events = new JsonEvents(clock, output);
    const stop = io.stopSignal?.();
    const tellOfEnd = () => events.print("shutdown_requested");
    stop?.addEventListener("abort", tellOfEnd, { once: true });
    events.print("startup_complete");
    try {
      await consume(consumer, options, events, stop);
    } catch (error) {
      if (!(error instanceof StopRequest)) {
        const text = "Error during processing, terminating consumer process: ";
        const line = logLine(clock, "ERROR", text, "org.apache.kafka.tools.VerifiableConsumer");
        output.printError(`${line}\n${stackText(error)}`);
      }
    } finally {
      await consumer.close();
      events.print("shutdown_complete");
    }
    if (stop?.reason instanceof StopRequest) return stop.reason.status;
    // Kafka's tool asks itself to end what has ended.
    tellOfEnd();
    return 0;
  }, (error, output) => {
    output.printError(`Exception in thread "main" ${stackText(error)}`);
    return 1;
  });
}
