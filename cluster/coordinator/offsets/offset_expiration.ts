/**
 * Forgetting offsets whose time is over.
 *
 * @module
 */

import type { Moment, Output } from "../coordinator_shard.ts";
import type { GroupRecord } from "../group_records.ts";
import { isOffsetExpired } from "./offset_and_metadata.ts";
import { offsetTombstone } from "./offset_delete.ts";
import type { OffsetStore } from "./offset_store.ts";
import type { OffsetsGroup } from "./offsets_group.ts";

const MS_PER_MINUTE = 60_000;

/**
 * Forgets the offsets of a group that are older than `offsets.retention.minutes`, but for topics that are being consumed and partitions for
 * which a transaction has not ended.
 *
 * @returns whether no offset is left, so that the group may go as well
 */
export function expireOffsets(
  store: OffsetStore,
  group: OffsetsGroup,
  out: Output<GroupRecord>,
  now: Moment,
): boolean {
  const { groupId } = group;
  const committed = store.committed(groupId);
  if (committed === undefined) return !store.hasPending(groupId);
  const baseTimestamp = group.offsetExpirationCondition();
  if (baseTimestamp === undefined) return false;
  const retentionMs = store.config.int("offsets.retention.minutes") * MS_PER_MINUTE;
  let isAllExpired = true;
  for (const [topic, partitions] of committed) {
    const isInUse = group.isSubscribedToTopic(topic);
    for (const [partition, offset] of partitions) {
      const isExpired = !isInUse &&
        isOffsetExpired(offset, baseTimestamp(offset), now.wallMs, retentionMs) &&
        !store.hasPending(groupId, topic, partition);
      if (isExpired) out.append(offsetTombstone(groupId, topic, partition));
      else isAllExpired = false;
    }
  }
  return isAllExpired && !store.hasPending(groupId);
}
