/**
 * What `seglog verifiable-consumer` tells of the records that it reads, and of its commits.
 *
 * @module
 */

import type { JsonValue } from "../../storage/cli/decoders/json_text.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { Consumer } from "../consumer/consumer.ts";
import type { ConsumerRecords } from "../consumer/consumer_records.ts";
import type { OffsetAndMetadata } from "../consumer/offset_and_metadata.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { exceptionMessage } from "./java_exception.ts";
import type { JsonEvents } from "./json_events.ts";

type Offsets = TopicPartitionMap<OffsetAndMetadata>;

/**
 * Tells of records.
 *
 * @param most how many of them count
 * @returns how many there were of those, and where to go on behind them
 */
export function receive(
  records: ConsumerRecords<string, string>,
  most: number,
  isVerbose: boolean,
  events: JsonEvents,
): { readonly taken: number; readonly offsets: Offsets } {
  const offsets: Offsets = new TopicPartitionMap();
  const partitions: JsonValue[] = [];
  let taken = 0;
  for (const topicPartition of records.partitions) {
    const counted = records.records(topicPartition).slice(0, most - taken);
    const count = counted.length;
    if (count === 0) continue;
    const { topic, partition } = topicPartition;
    const [minOffset, maxOffset] = [counted[0]!.offset, counted[count - 1]!.offset];
    offsets.set(topicPartition, { offset: maxOffset + 1 });
    partitions.push({ topic, partition, count, minOffset, maxOffset });
    if (isVerbose) {
      for (const { key, value, offset } of counted) {
        events.print("record_data", { key, value, topic, partition, offset });
      }
    }
    taken += count;
  }
  events.print("records_consumed", { count: records.count, partitions });
  return { taken, offsets };
}

/**
 * Commits, and tells what has become of it.
 *
 * @throws {KafkaError} `FENCED_INSTANCE_ID` when another consumer goes by the name of this one
 */
export async function commit(
  consumer: Pick<Consumer, "commitSync">,
  offsets: Offsets,
  events: JsonEvents,
): Promise<void> {
  let failure: Record<string, JsonValue> = {};
  try {
    await consumer.commitSync(offsets);
  } catch (error) {
    if (error instanceof KafkaError && error.code === "FENCED_INSTANCE_ID") throw error;
    failure = { error: exceptionMessage(error) };
  }
  const committed = [...offsets].map(([{ topic, partition }, { offset }]) => (
    { topic, partition, offset }
  ));
  const success = failure.error === undefined;
  events.print("offsets_committed", { offsets: committed, ...failure, success });
}
