/**
 * What becomes of partitions when brokers come and go.
 *
 * @module
 */

import type { ControllerContext } from "./decision.ts";
import type { MetadataRecord } from "./metadata_records.ts";
import { changePartition, type PartitionChange } from "./partition_change.ts";
import { directoryOf, type PartitionRegistration } from "./partition_registration.ts";
import type { PartitionSet } from "./partition_set.ts";
import { isUncleanElectionEnabled } from "./topic_settings.ts";
import type { TopicImage } from "./topics_image.ts";

/** Changes those of the partitions that `change` has something for. */
function changePartitions(
  context: ControllerContext,
  partitions: PartitionSet,
  changeOf: (partition: PartitionRegistration) => PartitionChange | undefined,
): MetadataRecord[] {
  const records: MetadataRecord[] = [];
  const { topics } = context.image;
  let last: { readonly topic: TopicImage; isUnclean?: boolean } | undefined;
  for (const [topicId, id] of partitions) {
    if (last?.topic.id !== topicId) last = { topic: topics.byId.get(topicId)! };
    const { topic } = last;
    const change = changeOf(topic.partitions.get(id)!);
    if (change === undefined) continue;
    last.isUnclean ??= isUncleanElectionEnabled(context, topic.name);
    const record = changePartition(context, topic, id, {
      election: last.isUnclean ? "unclean" : "online",
      ...change,
    });
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** A broker goes, in an orderly way or not, and with all it had: it is out of sync, and leads nothing. */
export function withoutBroker(context: ControllerContext, brokerId: number): MetadataRecord[] {
  const { cluster, topics } = context.image;
  const isActive = (id: number) => id !== brokerId && cluster.isActive(id);
  return changePartitions(
    context,
    topics.index.ofBroker(brokerId),
    ({ isr }) =>
      isr.includes(brokerId) ? { isr: isr.filter((id) => id !== brokerId), isActive } : undefined,
  );
}

/** Directories of a broker have failed: what it had in them it has no more, though its process goes on. */
export function withoutDirectories(
  context: ControllerContext,
  brokerId: number,
  directories: readonly string[],
): MetadataRecord[] {
  const { cluster, topics } = context.image;
  const isActive = (id: number) => id !== brokerId && cluster.isActive(id);
  return changePartitions(context, topics.index.ofBroker(brokerId), (partition) => {
    const directory = directoryOf(partition, brokerId);
    return directory !== undefined && directories.includes(directory)
      ? { isr: partition.isr.filter((id) => id !== brokerId), isActive }
      : undefined;
  });
}

/** A broker has these partitions where they are of no use: it is out of sync, and leads none of them. */
export function withoutReplicas(
  context: ControllerContext,
  brokerId: number,
  partitions: PartitionSet,
): MetadataRecord[] {
  const { cluster } = context.image;
  const isActive = (id: number) => id !== brokerId && cluster.isActive(id);
  return changePartitions(
    context,
    partitions,
    ({ isr }) => ({ isr: isr.filter((id) => id !== brokerId), isActive }),
  );
}

/** A broker has left the cluster: as {@linkcode withoutBroker}; that it had all that was acknowledged is of no use any more. */
export function withoutUnregisteredBroker(
  context: ControllerContext,
  brokerId: number,
): MetadataRecord[] {
  const { cluster, topics } = context.image;
  const isActive = (id: number) => id !== brokerId && cluster.isActive(id);
  return changePartitions(
    context,
    topics.index.ofBroker(brokerId),
    ({ isr, elr }) =>
      isr.includes(brokerId) || elr.includes(brokerId)
        ? { isr: isr.filter((id) => id !== brokerId), isActive }
        : undefined,
  );
}

/** A broker has stopped without notice, so that it may have lost what was acknowledged: it is neither in sync nor eligible. */
export function afterUncleanShutdown(
  context: ControllerContext,
  brokerId: number,
): MetadataRecord[] {
  const { cluster, topics } = context.image;
  const isActive = (id: number) => id !== brokerId && cluster.isActive(id);
  return changePartitions(
    context,
    topics.index.ofBroker(brokerId),
    ({ isr, elr }) =>
      isr.includes(brokerId) || elr.includes(brokerId)
        ? { isr: isr.filter((id) => id !== brokerId), isActive, uncleanShutdown: [brokerId] }
        : undefined,
  );
}

/** A broker is up: partitions without a leader may have one again. */
export function withBroker(context: ControllerContext, brokerId: number): MetadataRecord[] {
  const { cluster, topics } = context.image;
  const isActive = (id: number) => id === brokerId || cluster.isActive(id);
  return changePartitions(context, topics.index.leaderless, () => ({ isActive }));
}
