/** Members, topics and assignments as tests of assignors write them. */

import type {
  AssignablePartition,
  AssignableTopics,
  Assignment,
  PartitionAssignor,
  Subscription,
} from "../../client/consumer/assignors/partition_assignor.ts";
import { topicPartitionKey } from "../../storage/file/file_names.ts";

/** Topics with this many partitions, or with the racks of each partition. */
export function assignableTopics(
  topics: Readonly<Record<string, number | readonly (readonly string[])[]>>,
): AssignableTopics {
  return new Map(
    Object.entries(topics).map(([name, size]): [string, readonly AssignablePartition[]] => {
      const racks = typeof size === "number" ? Array.from({ length: size }, () => []) : size;
      return [name, racks.map((racks, partition) => ({ partition, racks }))];
    }),
  );
}

/** What a member wants, with little said about it. */
export function wanting(
  topics: readonly string[],
  rest: Partial<Subscription> = {},
): Subscription {
  return {
    topics,
    userData: null,
    ownedPartitions: [],
    generationId: -1,
    rackId: null,
    groupInstanceId: null,
    ...rest,
  };
}

/** Partitions by member, in the order of their names. */
export function shown(
  assignments: ReadonlyMap<string, Pick<Assignment, "partitions">>,
): Record<string, string> {
  return Object.fromEntries(
    [...assignments].toSorted(([a], [b]) => a < b ? -1 : 1)
      .map(([member, { partitions }]) => [member, partitions.map(topicPartitionKey).join(" ")]),
  );
}

/** What an assignor makes of members and topics. */
export function sharedBy(
  assignor: PartitionAssignor,
  topics: Parameters<typeof assignableTopics>[0],
  members: Readonly<Record<string, Subscription>>,
): Record<string, string> {
  return shown(assignor.assign(assignableTopics(topics), new Map(Object.entries(members))));
}
