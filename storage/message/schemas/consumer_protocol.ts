/**
 * What a consumer puts into the opaque bytes of a classic group: its subscription and its assignment.
 *
 * @module
 */

import { lazySchemas, type SchemaSource } from "../message_schema.ts";

/** The schemas below, parsed on the first call. */
export const consumerProtocolSchemas: SchemaSource = lazySchemas(`
@ConsumerProtocolSubscription - 0-3 flexible none
topics []string
userData bytes ?0+ =null
ownedPartitions []TopicPartition 1+ !
  topic string 1+
  partitions []int32 1+
generationId int32 2+ ! =-1
rackId string 3+ ! ?3+ =null

@ConsumerProtocolAssignment - 0-3 flexible none
assignedPartitions []TopicPartition
  topic string
  partitions []int32
userData bytes ?0+ =null
`);
