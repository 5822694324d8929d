/**
 * A producer begins to use a transactional id: it gets a producer id and an epoch, and whoever had the id before is fenced.
 *
 * @module
 */

import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type { Moment, Reply } from "../coordinator_shard.ts";
import { abortFencing } from "./abort_transaction.ts";
import type { ProducerIdAndEpoch } from "./producer_id_and_epoch.ts";
import {
  isEpochExhausted,
  newTransactionMetadata,
  NONE,
  type TransactionMetadata,
} from "./transaction_metadata.ts";
import { isEnding, isIdle } from "./transaction_state.ts";
import {
  impossibleState,
  type TransactionOutput,
  type TransactionStore,
} from "./transaction_store.ts";
import { withNewProducerId, withNextEpoch } from "./transaction_transitions.ts";

/** Who begins. */
export interface InitProducerId {
  /** The transactional id. */
  readonly transactionalId: string;
  /** How long its transactions may take, ms. */
  readonly timeoutMs: number;
  /** What the producer has already, when it goes on after an error (KIP-360). */
  readonly expected: ProducerIdAndEpoch | undefined;
}

/**
 * Gives the producer its id and epoch. A transaction that is open is aborted first, and the producer asks again.
 *
 * @throws {KafkaError} `CONCURRENT_TRANSACTIONS`, `PRODUCER_FENCED`, `COORDINATOR_LOAD_IN_PROGRESS`
 */
export function initProducerId(
  store: TransactionStore,
  { transactionalId, timeoutMs, expected }: InitProducerId,
  reply: Reply<ProducerIdAndEpoch>,
  out: TransactionOutput,
  { wallMs }: Moment,
): void {
  const metadata = store.get(transactionalId) ??
    newTransactionMetadata(transactionalId, store.newProducerId(), timeoutMs, wallMs);
  if (isEnding(metadata.state)) throw new KafkaError("CONCURRENT_TRANSACTIONS");
  if (expected !== undefined && !isKnown(metadata, expected)) {
    throw new KafkaError("PRODUCER_FENCED");
  }
  if (metadata.state === "Ongoing") {
    abortFencing(store, metadata, out, wallMs);
    // The epoch that fences is nobody's: with the next request the producer gets the one after it.
    return out.fail(reply, "CONCURRENT_TRANSACTIONS");
  }
  if (!isIdle(metadata.state)) throw impossibleState(metadata);
  let next: TransactionMetadata;
  if (
    isEpochExhausted(metadata.producerEpoch) &&
    (expected === undefined || expected.producerEpoch === metadata.producerEpoch)
  ) {
    const newId = store.newProducerId();
    next = withNewProducerId(metadata, newId, timeoutMs, expected !== undefined, wallMs);
  } else {
    next = withNextEpoch(metadata, timeoutMs, expected?.producerEpoch, wallMs);
  }
  store.append(out, next);
  const { producerId, producerEpoch } = next;
  out.answer(reply, { producerId, producerEpoch });
}

/**
 * Whether a producer that has an id may go on with it: it is the current one, or the one before, of which the producer has used up all epochs and
 * has not heard that it got another. Of an id that was forgotten, any producer gets a new one.
 */
function isKnown(
  { producerId, previousProducerId, producerEpoch }: TransactionMetadata,
  expected: ProducerIdAndEpoch,
): boolean {
  return producerEpoch === NONE || expected.producerId === producerId ||
    (expected.producerId === previousProducerId && isEpochExhausted(expected.producerEpoch));
}
