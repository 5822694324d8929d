/**
 * A producer commits its transaction, or aborts it.
 *
 * @module
 */

import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type { Moment, Reply } from "../coordinator_shard.ts";
import type { ProducerIdAndEpoch } from "./producer_id_and_epoch.ts";
import {
  EPOCH_BUMP_VERSION,
  isEpochExhausted,
  MAX_PRODUCER_EPOCH,
  NONE,
  type TransactionMetadata,
} from "./transaction_metadata.ts";
import { isEnding, isIdle } from "./transaction_state.ts";
import {
  impossibleState,
  type TransactionOutput,
  type TransactionStore,
} from "./transaction_store.ts";
import { completed, prepared } from "./transaction_transitions.ts";

/** How a transaction is to end. */
export interface EndTransaction extends ProducerIdAndEpoch {
  /** Id of the transaction. */
  readonly transactionalId: string;
  /** Whether to commit it. */
  readonly committed: boolean;
  /** The transaction version that the client speaks: 2, or 0. */
  readonly clientTransactionVersion: number;
}

/** What the producer goes on with; it learns of it in version 2 only. */
const UNCHANGED: ProducerIdAndEpoch = { producerId: NONE, producerEpoch: NONE };

/**
 * Decides how a transaction ends. That is the end of it for the producer; the partitions are told behind its back.
 *
 * In version 2 a producer aborts also when it is not sure to have begun something, and its epoch grows with every end. So a request whose epoch is
 * the one before is one that was answered already:
 *
 * ```text
 *                   abort             commit
 *                   again   current   again   current
 * Empty             fenced  ends      fenced  refused
 * CompleteAbort     done    ends      refused refused
 * CompleteCommit    refused ends      done    refused
 * ```
 *
 * @throws {KafkaError} `INVALID_PRODUCER_ID_MAPPING`, `PRODUCER_FENCED`, `CONCURRENT_TRANSACTIONS`, `INVALID_TXN_STATE`,
 * `COORDINATOR_LOAD_IN_PROGRESS`
 */
export function endTransaction(
  store: TransactionStore,
  request: EndTransaction,
  reply: Reply<ProducerIdAndEpoch>,
  out: TransactionOutput,
  { wallMs }: Moment,
): void {
  const metadata = store.getOrThrow(request.transactionalId);
  const { clientTransactionVersion: version, committed } = request;
  const raisesEpoch = version >= EPOCH_BUMP_VERSION;
  const isDone = raisesEpoch
    ? isAnsweredBefore(metadata, request)
    : isDoneWithoutRaisedEpoch(metadata, request);
  if (isDone) {
    const { producerId, producerEpoch } = metadata;
    return out.answer(reply, raisesEpoch ? { producerId, producerEpoch } : UNCHANGED);
  }
  const needsId = raisesEpoch && isEpochExhausted(metadata.producerEpoch);
  const nextProducerId = needsId ? store.newProducerId() : NONE;
  const state = committed ? "PrepareCommit" : "PrepareAbort";
  const next = prepared(metadata, state, version, nextProducerId, wallMs);
  store.appendEnding(out, next);
  if (!raisesEpoch) return out.answer(reply, UNCHANGED);
  const { producerId, producerEpoch } = completed(next, wallMs);
  out.answer(reply, { producerId, producerEpoch });
}

/** Whether a transaction has ended as a client wants it that knows of no epochs that grow. */
function isDoneWithoutRaisedEpoch(metadata: TransactionMetadata, request: EndTransaction): boolean {
  const { state } = metadata;
  if (request.producerId !== metadata.producerId) {
    throw new KafkaError("INVALID_PRODUCER_ID_MAPPING");
  }
  if (request.producerEpoch !== metadata.producerEpoch) throw new KafkaError("PRODUCER_FENCED");
  if (isEnding(state)) throw new KafkaError("CONCURRENT_TRANSACTIONS");
  if (state === "Ongoing") return false;
  if (!isIdle(state)) throw impossibleState(metadata);
  if (state === (request.committed ? "CompleteCommit" : "CompleteAbort")) return true;
  throw invalidState(metadata, request);
}

/** Whether a client that knows of epochs that grow has asked before, and been answered. */
function isAnsweredBefore(metadata: TransactionMetadata, request: EndTransaction): boolean {
  const { state } = metadata;
  // First of all: the producer may know the id that it will have when the transaction is over.
  if (isEnding(state)) throw new KafkaError("CONCURRENT_TRANSACTIONS");
  const isOverIdChange = metadata.previousProducerId === request.producerId &&
    request.producerEpoch === MAX_PRODUCER_EPOCH - 1 && metadata.producerEpoch === 0;
  if (request.producerId !== metadata.producerId && !isOverIdChange) {
    throw new KafkaError("INVALID_PRODUCER_ID_MAPPING");
  }
  const isComplete = state === "CompleteCommit" || state === "CompleteAbort";
  // The very last epoch is nobody's: a coordinator of version 1 has fenced with it.
  const isNext = request.producerEpoch + 1 === metadata.producerEpoch &&
    metadata.producerEpoch < MAX_PRODUCER_EPOCH;
  const isAgain = isComplete && (isOverIdChange || isNext);
  if (!isAgain && request.producerEpoch !== metadata.producerEpoch) {
    throw new KafkaError("PRODUCER_FENCED");
  }
  if (state === "Ongoing") return false;
  if (!isIdle(state)) throw impossibleState(metadata);
  if (isAgain) {
    if (state === (request.committed ? "CompleteCommit" : "CompleteAbort")) return true;
    throw invalidState(metadata, request);
  }
  if (request.committed) throw invalidState(metadata, request);
  return false;
}

function invalidState(
  { transactionalId, state }: TransactionMetadata,
  { committed }: EndTransaction,
): KafkaError {
  return new KafkaError(
    "INVALID_TXN_STATE",
    `TransactionalId: ${transactionalId}'s state is ${state}, but received transaction ` +
      `marker result to send: ${committed ? "COMMIT" : "ABORT"}`,
  );
}
