/**
 * Asking for a producer's id, or its next epoch.
 *
 * @module
 */

import { errorMessage, errorName, KafkaError } from "../protocol/error_codes.ts";
import { initProducerId } from "../protocol/messages/init_producer_id.ts";
import { ProducerError } from "./producer_errors.ts";
import { isValidProducer, type ProducerIdAndEpoch } from "./producer_id_and_epoch.ts";
import {
  commonOutcome,
  type Exchange,
  REQUEST_PRIORITY,
  type RequestOutcome,
  type TransactionalRequest,
} from "./transactional_request.ts";
import { TransactionalResult } from "./transactional_result.ts";

/** What is asked. */
export interface InitProducerIdOptions {
  /** Name of the transactional producer; `null` for one that is only idempotent. */
  readonly transactionalId: string | null;
  /** How long a transaction may take, ms. */
  readonly transactionTimeoutMs: number;
  /** Who asks for its next epoch; no producer for the first. */
  readonly producer: ProducerIdAndEpoch;
  /** Takes the answer. */
  readonly initialized: (producer: ProducerIdAndEpoch) => void;
}

/** InitProducerId. */
export class InitProducerIdRequest implements TransactionalRequest {
  /** Kafka's name of it. */
  readonly name = "InitProducerId";
  /** Its place among others: an epoch is asked for when the transaction has ended. */
  readonly priority: number;
  /** Who takes it. */
  readonly coordinator?: { readonly type: "transaction"; readonly key: string };
  /** Told in the end. */
  readonly result: TransactionalResult = new TransactionalResult("InitProducerId");
  readonly #options: InitProducerIdOptions;

  /** Asks for nothing yet. */
  constructor(options: InitProducerIdOptions) {
    this.#options = options;
    const { transactionalId: key, producer } = options;
    this.priority = isValidProducer(producer)
      ? REQUEST_PRIORITY.epochBump
      : REQUEST_PRIORITY.initProducerId;
    if (key !== null) this.coordinator = { type: "transaction", key };
  }

  /** Sends it and says what the answer means. */
  async exchange(send: Exchange): Promise<RequestOutcome> {
    const { transactionalId, transactionTimeoutMs, producer, initialized } = this.#options;
    const { errorCode, producerId, producerEpoch: epoch } = await send(initProducerId, {
      transactionalId,
      transactionTimeoutMs,
      producerId: producer.producerId,
      producerEpoch: producer.epoch,
    });
    const error = errorName(errorCode);
    if (error === "NONE") {
      return { kind: "success", apply: () => initialized({ producerId, epoch }) };
    }
    if (
      error === "TRANSACTIONAL_ID_AUTHORIZATION_FAILED" || error === "CLUSTER_AUTHORIZATION_FAILED"
    ) return { kind: "abortable", error: new KafkaError(error) };
    return commonOutcome(error) ?? {
      kind: "fatal",
      error: new ProducerError(
        `Unexpected error in InitProducerIdResponse; ${errorMessage(error)}`,
      ),
    };
  }
}
