/**
 * What `seglog reassign-partitions --generate` proposes.
 *
 * @module
 */

import type { Random } from "../../storage/env.ts";
import { hashCode, hashOrder } from "../../storage/cli/java_text.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import { placeReplicas, type UsableBroker } from "../metadata/replica_placement.ts";
import type { Node } from "../node.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { Admin } from "./admin_session.ts";
import {
  commandFailed,
  executionException,
  JavaException,
  operationFailed,
} from "./java_exception.ts";
import { future } from "./java_future.ts";
import { duplicates } from "./reassignment_json.ts";

/**
 * Reads `--broker-list`.
 *
 * @throws {JavaException} for what is not a number, and for one that is there twice
 */
export function parseBrokerList(text: string): number[] {
  const ids = text.replace(/,+$/, "").split(",").map((part) => {
    const id = /^[+-]?\d+$/.test(part) ? Number(part) : NaN;
    if (Math.abs(id) < 2 ** 31) return id;
    throw new JavaException(
      "java.lang.NumberFormatException",
      `For input string: "${part}"${Number.isNaN(id) ? "" : " under radix 10"}`,
    );
  });
  const twice = duplicates(ids);
  if (twice.length === 0) return ids;
  throw commandFailed(`Broker list contains duplicate entries: [${twice.join(", ")}]`);
}

/**
 * Where the partitions of topics are.
 *
 * @throws {JavaException} for a topic that is not there
 */
export async function replicasOfTopics(
  admin: Admin,
  topics: Iterable<string>,
): Promise<TopicPartitionMap<readonly Node[]>> {
  const names = hashOrder(new Set(topics), hashCode);
  const results = await future(admin.describeTopics(names));
  const replicas = new TopicPartitionMap<readonly Node[]>();
  for (const topic of names) {
    const error = results.error(topic);
    if (error instanceof KafkaError && error.code === "UNKNOWN_TOPIC_OR_PARTITION") {
      throw executionException(new KafkaError(error.code, `Topic ${topic} not found.`));
    }
    if (error !== undefined) throw executionException(error);
    for (const { partition, replicas: nodes } of results.get(topic).partitions) {
      replicas.set({ topic, partition }, nodes);
    }
  }
  return replicas;
}

/** The ids of the nodes of each partition. */
export function replicaIds(
  replicas: Iterable<readonly [TopicPartition, readonly Node[]]>,
): TopicPartitionMap<readonly number[]> {
  return new TopicPartitionMap(
    Array.from(replicas, ([key, nodes]) => [key, nodes.map(({ id }) => id)]),
  );
}

/**
 * Those of some brokers that are there.
 *
 * @throws {JavaException} when racks count, and only some brokers have one
 */
export async function usableBrokers(
  admin: Admin,
  ids: readonly number[],
  isRackAware: boolean,
): Promise<UsableBroker[]> {
  const { nodes } = await future(admin.describeCluster());
  const brokers = nodes.filter(({ id }) => ids.includes(id)).map(({ id, rack }) => (
    { brokerId: id, rack: isRackAware ? rack : null, fenced: false }
  ));
  const rackless = brokers.filter(({ rack }) => rack === null).length;
  if (!isRackAware || rackless === 0 || rackless === brokers.length) return brokers;
  throw operationFailed(
    "Not all brokers have rack information. Add --disable-rack-aware in command line to make replica assignment " +
      "without rack information.",
  );
}

/**
 * Places the partitions of each topic anew, with as many replicas as its first one has.
 *
 * @throws {KafkaError} `INVALID_REPLICATION_FACTOR` when there are too few brokers
 */
export function proposedReplicas(
  current: TopicPartitionMap<readonly number[]>,
  brokers: readonly UsableBroker[],
  random: Random,
): TopicPartitionMap<readonly number[]> {
  const proposed = new TopicPartitionMap<readonly number[]>();
  for (const [topic, entries] of Map.groupBy(current, ([key]) => key.topic)) {
    const spec = { numPartitions: entries.length, replicationFactor: entries[0]![1].length };
    placeReplicas(spec, brokers, random).forEach((replicas, partition) =>
      proposed.set({ topic, partition }, replicas)
    );
  }
  return proposed;
}
