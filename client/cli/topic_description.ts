/**
 * What `seglog topics --describe` prints of a topic.
 *
 * @module
 */

import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import { hashMapOrder } from "../../storage/cli/java_text.ts";
import type { Config } from "../admin/config_entry.ts";
import type { PartitionReassignment } from "../admin/reassignments.ts";
import type { TopicDescription, TopicPartitionInfo } from "../admin/topic_description.ts";

/** A topic with all that is told about it. */
export interface DescribedTopic {
  /** What the brokers know of it. */
  readonly description: TopicDescription;
  /** Its configs. */
  readonly config: Config;
  /** The replicas that partitions get or lose just now, by the partition's number. */
  readonly reassignments: ReadonlyMap<number, PartitionReassignment>;
}

/** Which partitions are shown. */
export interface PartitionReport {
  /** `--under-replicated-partitions`. */
  readonly underReplicated: boolean;
  /** `--unavailable-partitions`. */
  readonly unavailable: boolean;
  /** `--under-min-isr-partitions`. */
  readonly underMinIsr: boolean;
  /** `--at-min-isr-partitions`. */
  readonly atMinIsr: boolean;
}

const ids = (nodes: readonly { readonly id: number }[]) => nodes.map(({ id }) => id).join(",");

/**
 * How many replicas a partition is meant to have. A reassignment that has ended since it was asked for does not count.
 */
function replicationFactor(
  { replicas }: TopicPartitionInfo,
  reassignment: PartitionReassignment | undefined,
): number {
  if (reassignment === undefined) return replicas.length;
  const changing = [...reassignment.addingReplicas, ...reassignment.removingReplicas];
  const goesOn = replicas.some(({ id }) => changing.includes(id));
  return goesOn
    ? reassignment.replicas.length - reassignment.addingReplicas.length
    : replicas.length;
}

/** Whether configs of a topic, or of its broker, are not the defaults. */
export function hasOverrides({ config }: DescribedTopic): boolean {
  return config.entries.some(({ isDefault }) => !isDefault);
}

/** The line of a topic. */
export function topicLine({ description, config, reassignments }: DescribedTopic): string {
  const { name, topicId, partitions } = description;
  const first = partitions[0]!;
  // Kafka has them in a hash map.
  const overrides = hashMapOrder(new Map(config.entries.map((entry) => [entry.name, entry])))
    .filter(([, { isDefault }]) => !isDefault)
    .map(([name, { value }]) => `${name}=${value}`).join(",");
  return [
    `Topic: ${name}`,
    ...(topicId === ZERO_UUID ? [] : [`TopicId: ${topicId}`]),
    `PartitionCount: ${partitions.length}`,
    `ReplicationFactor: ${replicationFactor(first, reassignments.get(first.partition))}`,
    `Configs: ${overrides}`,
  ].join("\t");
}

/** The line of a partition. */
export function partitionLine(
  topic: string,
  info: TopicPartitionInfo,
  reassignment: PartitionReassignment | undefined,
): string {
  return [
    `\tTopic: ${topic}`,
    `Partition: ${info.partition}`,
    `Leader: ${info.leader?.id ?? "none"}`,
    `Replicas: ${ids(info.replicas)}`,
    `Isr: ${ids(info.isr)}`,
    ...(reassignment === undefined ? [] : [
      `Adding Replicas: ${reassignment.addingReplicas.join(",")}`,
      `Removing Replicas: ${reassignment.removingReplicas.join(",")}`,
    ]),
    `Elr: ${info.elr === null ? "N/A" : ids(info.elr)}`,
    `LastKnownElr: ${info.lastKnownElr === null ? "N/A" : ids(info.lastKnownElr)}`,
  ].join("\t");
}

/** Whether a partition is in a report. */
export function isReported(
  { config, reassignments }: DescribedTopic,
  info: TopicPartitionInfo,
  report: PartitionReport,
  liveBrokers: ReadonlySet<number>,
): boolean {
  const minIsr = Number(config.entries.find(({ name }) => name === "min.insync.replicas")?.value);
  const { leader, isr } = info;
  const wanted = replicationFactor(info, reassignments.get(info.partition));
  return (report.underReplicated && wanted > isr.length) ||
    (report.unavailable && (leader === null || !liveBrokers.has(leader.id))) ||
    (report.underMinIsr && (leader === null || isr.length < minIsr)) ||
    (report.atMinIsr && isr.length === minIsr);
}

/** A topic for `--json`. */
export function topicJson(
  { description, config, reassignments }: DescribedTopic,
  partitions: readonly TopicPartitionInfo[],
): unknown {
  const numbers = (nodes: readonly { readonly id: number }[] | null) =>
    nodes?.map(({ id }) => id) ?? null;
  return {
    topic: description.name,
    topicId: description.topicId,
    partitionCount: description.partitions.length,
    replicationFactor: replicationFactor(
      description.partitions[0]!,
      reassignments.get(description.partitions[0]!.partition),
    ),
    configs: Object.fromEntries(
      config.entries.filter(({ isDefault }) => !isDefault).map(({ name, value }) => [name, value]),
    ),
    partitions: partitions.map((info) => {
      const reassignment = reassignments.get(info.partition);
      return {
        partition: info.partition,
        leader: info.leader?.id ?? null,
        replicas: numbers(info.replicas),
        isr: numbers(info.isr),
        ...(reassignment === undefined ? {} : {
          addingReplicas: reassignment.addingReplicas,
          removingReplicas: reassignment.removingReplicas,
        }),
        elr: numbers(info.elr),
        lastKnownElr: numbers(info.lastKnownElr),
      };
    }),
  };
}
