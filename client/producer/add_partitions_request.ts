/**
 * Making partitions part of a transaction, before anything is sent to them (transactions version 1).
 *
 * @module
 */

import { type ErrorName, errorName, KafkaError } from "../protocol/error_codes.ts";
import { addPartitionsToTxn } from "../protocol/messages/add_partitions_to_txn.ts";
import type { PartitionQueue } from "./partition_queue.ts";
import { ProducerError } from "./producer_errors.ts";
import type { ProducerIdAndEpoch } from "./producer_id_and_epoch.ts";
import {
  type Exchange,
  REQUEST_PRIORITY,
  type RequestOutcome,
  type TransactionalRequest,
  transactionOutcome,
} from "./transactional_request.ts";
import { TransactionalResult } from "./transactional_result.ts";

/** What is asked. */
export interface AddPartitionsOptions {
  /** Name of the transactional producer. */
  readonly transactionalId: string;
  /** Who it is now. */
  readonly producer: ProducerIdAndEpoch;
  /** The partitions. */
  readonly partitions: readonly PartitionQueue[];
  /** Whether nothing is part of the transaction yet. */
  readonly isFirst: () => boolean;
  /** Told that there was an answer: whether the partitions are part of the transaction now. */
  readonly answered: (partitions: readonly PartitionQueue[], areAdded: boolean) => void;
}

/** Later versions are for brokers. */
const LAST_CLIENT_VERSION = 3;
/** The transaction before is still being ended, which takes no time. */
const FIRST_BACKOFF_MS = 20;

/** AddPartitionsToTxn. */
export class AddPartitionsRequest implements TransactionalRequest {
  /** Kafka's name of it. */
  readonly name = "AddPartitionsToTxn";
  /** Its place among others. */
  readonly priority: number = REQUEST_PRIORITY.addPartitionsOrOffsets;
  /** Who takes it. */
  readonly coordinator: { readonly type: "transaction"; readonly key: string };
  /** Told in the end. */
  readonly result: TransactionalResult = new TransactionalResult("AddPartitionsToTxn");
  readonly #options: AddPartitionsOptions;

  /** Asks for nothing yet. */
  constructor(options: AddPartitionsOptions) {
    this.#options = options;
    this.coordinator = { type: "transaction", key: options.transactionalId };
  }

  /** Sends it and says what the answer means. */
  async exchange(send: Exchange): Promise<RequestOutcome> {
    const { transactionalId, producer, partitions } = this.#options;
    const response = await send(addPartitionsToTxn, {
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: producer.producerId,
      v3AndBelowProducerEpoch: producer.epoch,
      v3AndBelowTopics: [...Map.groupBy(partitions, ({ topic }) => topic)].map(
        ([name, queues]) => ({ name, partitions: queues.map(({ partition }) => partition) }),
      ),
    }, LAST_CLIENT_VERSION);
    const errors = new Map<string, ErrorName>();
    for (const { name, resultsByPartition } of response.resultsByTopicV3AndBelow) {
      for (const { partitionIndex, partitionErrorCode } of resultsByPartition) {
        errors.set(`${name}-${partitionIndex}`, errorName(partitionErrorCode));
      }
    }
    return this.#outcome(errors);
  }

  #outcome(errors: ReadonlyMap<string, ErrorName>): RequestOutcome {
    const { partitions, answered, isFirst } = this.#options;
    let hasErrors = false;
    const unauthorized = new Set<string>();
    for (const queue of partitions) {
      const error = errors.get(queue.name) ?? "UNKNOWN_SERVER_ERROR";
      if (error === "NONE") continue;
      if (error === "CONCURRENT_TRANSACTIONS") {
        return isFirst() ? { kind: "retry", backoffMs: FIRST_BACKOFF_MS } : { kind: "retry" };
      }
      if (error === "TOPIC_AUTHORIZATION_FAILED") unauthorized.add(queue.topic);
      else {
        const outcome = transactionOutcome(error);
        if (outcome !== undefined) return outcome;
        hasErrors = true;
      }
    }
    const areAdded = !hasErrors && unauthorized.size === 0;
    if (areAdded) return { kind: "success", apply: () => answered(partitions, true) };
    answered(partitions, false);
    if (unauthorized.size > 0) {
      const text = `Not authorized to access topics: [${[...unauthorized].join(", ")}]`;
      return { kind: "abortable", error: new KafkaError("TOPIC_AUTHORIZATION_FAILED", text) };
    }
    const all = [...errors].map(([name, error]) => `${name}=${error}`).join(", ");
    return {
      kind: "abortable",
      error: new ProducerError(`Could not add partitions to transaction due to errors: {${all}}`),
    };
  }
}
