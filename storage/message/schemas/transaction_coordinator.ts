/**
 * Key and value of `__transaction_state`.
 *
 * @module
 */

import { lazySchemas, type SchemaSource } from "../message_schema.ts";

/** The schemas below, parsed on the first call. */
export const transactionCoordinatorSchemas: SchemaSource = lazySchemas(`
@TransactionLogKey 0 0 flexible none
transactionalId string 0

@TransactionLogValue 0 0-1 flexible 1+
producerId int64
previousProducerId int64 1+ #0 =-1
nextProducerId int64 1+ #1 =-1
producerEpoch int16
nextProducerEpoch int16 1+ #3 =-1
transactionTimeoutMs int32
transactionStatus int8
transactionPartitions []PartitionsSchema ?0+
  topic string
  partitionIds []int32
transactionLastUpdateTimestampMs int64
transactionStartTimestampMs int64
clientTransactionVersion int16 1+ #2 =0
`);
