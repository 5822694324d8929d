/**
 * Deleting groups, and what they have committed.
 *
 * @module
 */

import type { ErrorName } from "../../../client/protocol/error_codes.ts";
import { deleteAllOffsets } from "../offsets/offset_delete.ts";
import { expireOffsets } from "../offsets/offset_expiration.ts";
import type { OffsetStore } from "../offsets/offset_store.ts";
import { ClassicGroup } from "./classic_group.ts";
import { groupTombstone } from "./group_metadata.ts";
import type { GroupOperation } from "./group_operation.ts";
import { heartbeatKey } from "./group_timer_keys.ts";

/**
 * Deletes a group that nobody is in.
 *
 * @returns the error, or `NONE`
 */
export function deleteGroup(
  operation: GroupOperation,
  offsets: OffsetStore,
  groupId: string,
): ErrorName {
  const { groups, out } = operation;
  const group = groups.classic(groupId);
  const foreign = groups.foreign(groupId);
  if (group === undefined && foreign === undefined) return "GROUP_ID_NOT_FOUND";
  if ((group !== undefined && group.state !== "Empty") || foreign?.hasMembers) {
    return "NON_EMPTY_GROUP";
  }
  deleteAllOffsets(offsets, groupId, out);
  if (group !== undefined) forgetGroup(operation, group);
  else out.append(...foreign!.tombstones());
  return "NONE";
}

/** Forgets offsets whose time is over, and groups that have none left and nobody in them. */
export function expireGroups(operation: GroupOperation, offsets: OffsetStore): void {
  const { groups, out, now } = operation;
  for (const group of groups.all()) {
    if (!(group instanceof ClassicGroup)) continue;
    const hasNone = expireOffsets(offsets, group.offsets, out, now);
    if (hasNone && group.state === "Empty") forgetGroup(operation, group);
  }
}

function forgetGroup({ out }: GroupOperation, { groupId, pendingJoinMembers }: ClassicGroup): void {
  out.append(groupTombstone(groupId));
  for (const memberId of pendingJoinMembers) out.cancelTimer(heartbeatKey(groupId, memberId));
}
