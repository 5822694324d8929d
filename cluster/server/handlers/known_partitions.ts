/**
 * Which partitions of a request there are: those of others are answered without the coordinator.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";

/** Partitions of a topic, as requests name them. */
interface NamedPartitions<P> {
  readonly name: string;
  readonly topicId?: string;
  readonly partitions: readonly P[];
}

/** A topic whose partitions there are, with its name and id. */
export interface KnownTopic<P> {
  /** Its name. */
  readonly name: string;
  /** Its id. */
  readonly topicId: string;
  /** The partitions that there are. */
  readonly partitions: readonly P[];
}

/** Errors of partitions, by topic. */
export interface PartitionErrors {
  /** The topic's name; empty when only its id was told and nobody knows that. */
  readonly name: string;
  /** Its id. */
  readonly topicId: string;
  /** The error of each partition, by code. */
  readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[];
}

/**
 * Tells partitions that there are from others.
 *
 * @param byId whether the request goes by the ids of topics
 */
export function knownPartitions<P extends { readonly partitionIndex: number }>(
  image: MetadataImage,
  requested: readonly NamedPartitions<P>[],
  byId: boolean,
): { readonly known: KnownTopic<P>[]; readonly unknown: PartitionErrors[] } {
  const known: KnownTopic<P>[] = [];
  const unknown: PartitionErrors[] = [];
  const refuse = (
    { name, topicId }: { readonly name: string; readonly topicId: string },
    partitions: readonly P[],
    error: "UNKNOWN_TOPIC_ID" | "UNKNOWN_TOPIC_OR_PARTITION",
  ) =>
    unknown.push({
      name,
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: errorCode(error),
      })),
    });
  for (const { name, topicId = ZERO_UUID, partitions } of requested) {
    const topic = byId ? image.topics.byId.get(topicId) : image.topics.byName.get(name);
    if (topic === undefined) {
      refuse(
        { name, topicId },
        partitions,
        byId ? "UNKNOWN_TOPIC_ID" : "UNKNOWN_TOPIC_OR_PARTITION",
      );
      continue;
    }
    const names = { name: topic.name, topicId: topic.id };
    const isThere = ({ partitionIndex }: P) => topic.partitions.has(partitionIndex);
    const found = partitions.filter(isThere);
    if (found.length > 0) known.push({ ...names, partitions: found });
    if (found.length === partitions.length) continue;
    refuse(names, partitions.filter((each) => !isThere(each)), "UNKNOWN_TOPIC_OR_PARTITION");
  }
  return { known, unknown };
}

/** Puts what the coordinator has answered behind the errors: partitions of a topic stand together. */
export function mergedTopics(
  errors: readonly PartitionErrors[],
  answered: readonly PartitionErrors[],
): PartitionErrors[] {
  if (errors.length === 0) return [...answered];
  const merged = new Map(errors.map((topic) => [`${topic.topicId} ${topic.name}`, topic]));
  for (const topic of answered) {
    const key = `${topic.topicId} ${topic.name}`;
    const before = merged.get(key);
    const partitions = [...before?.partitions ?? [], ...topic.partitions];
    merged.set(key, { ...topic, partitions });
  }
  return [...merged.values()];
}
