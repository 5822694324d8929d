/**
 * The partitions of a transaction have been told how it ends.
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";
import type { Moment, Reply } from "../coordinator_shard.ts";
import type { EndingTransaction } from "./transaction_effect.ts";
import { isEnding } from "./transaction_state.ts";
import type { TransactionOutput, TransactionStore } from "./transaction_store.ts";
import { completed } from "./transaction_transitions.ts";

/**
 * Takes note of partitions that know how a transaction has ended; with the last of them it is complete. The answer tells whether nothing is left
 * to do: so it is also when the transaction is not what it was, because somebody else has completed it.
 */
export function partitionsTold(
  store: TransactionStore,
  ending: EndingTransaction,
  told: readonly TopicPartition[],
  reply: Reply<boolean>,
  out: TransactionOutput,
  { wallMs }: Moment,
): void {
  const metadata = store.get(ending.transactionalId);
  if (
    metadata === undefined || !isEnding(metadata.state) ||
    metadata.producerId !== ending.producerId || metadata.producerEpoch !== ending.producerEpoch ||
    store.coordinatorEpoch !== ending.coordinatorEpoch
  ) {
    return out.answer(reply, true);
  }
  store.partitionsTold(metadata, told);
  if (store.openPartitions(metadata).size > 0) return out.answer(reply, false);
  store.append(out, completed(metadata, wallMs));
  out.answer(reply, true);
}
