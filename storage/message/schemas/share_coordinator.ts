/**
 * Keys and values of `__share_group_state`, by record type.
 *
 * @module
 */

import { lazySchemas, type SchemaSource } from "../message_schema.ts";

/** The schemas below, parsed on the first call. */
export const shareCoordinatorSchemas: SchemaSource = lazySchemas(`
@ShareSnapshotKey 0 0 flexible none
groupId string 0
topicId uuid 0
partition int32 0

@ShareSnapshotValue 0 0 flexible 0+
snapshotEpoch int32
stateEpoch int32
leaderEpoch int32
startOffset int64
deliveryCompleteCount int32 #0 =-1
createTimestamp int64
writeTimestamp int64
stateBatches []StateBatch
  firstOffset int64
  lastOffset int64
  deliveryState int8
  deliveryCount int16

@ShareUpdateKey 1 0 flexible none
groupId string 0
topicId uuid 0
partition int32 0

@ShareUpdateValue 1 0 flexible 0+
snapshotEpoch int32
leaderEpoch int32
startOffset int64
deliveryCompleteCount int32 #0 =-1
stateBatches []StateBatch
  firstOffset int64
  lastOffset int64
  deliveryState int8
  deliveryCount int16
`);
