/**
 * Ending a transaction.
 *
 * @module
 */

import { errorName, KafkaError } from "../protocol/error_codes.ts";
import { endTxn } from "../protocol/messages/end_txn.ts";
import { ProducerError } from "./producer_errors.ts";
import type { ProducerIdAndEpoch } from "./producer_id_and_epoch.ts";
import {
  type Exchange,
  REQUEST_PRIORITY,
  type RequestOutcome,
  type TransactionalRequest,
  transactionOutcome,
  unexpected,
} from "./transactional_request.ts";
import { TransactionalResult } from "./transactional_result.ts";

/** What is asked. */
export interface EndTxnOptions {
  /** Name of the transactional producer. */
  readonly transactionalId: string;
  /** Who it is now. */
  readonly producer: ProducerIdAndEpoch;
  /** Whether to commit. */
  readonly commits: boolean;
  /** Whether it was made by version 2 of transactions, where each has an epoch of its own. */
  readonly isVersion2: boolean;
  /** Told of the end, and of the next epoch when the coordinator gives one. */
  readonly ended: (next: ProducerIdAndEpoch | undefined) => void;
}

const LAST_VERSION_BEFORE_2 = 4;

/** EndTxn. */
export class EndTxnRequest implements TransactionalRequest {
  /** Kafka's name of it. */
  readonly name = "EndTxn";
  /** Its place among others: when all else of the transaction is done. */
  readonly priority: number = REQUEST_PRIORITY.endTxn;
  /** Who takes it. */
  readonly coordinator: { readonly type: "transaction"; readonly key: string };
  /** Told in the end. */
  readonly result: TransactionalResult;
  readonly #options: EndTxnOptions;

  /** Asks for nothing yet. */
  constructor(options: EndTxnOptions) {
    this.#options = options;
    this.coordinator = { type: "transaction", key: options.transactionalId };
    this.result = new TransactionalResult(`EndTxn(${options.commits})`);
  }

  /** Sends it and says what the answer means. */
  async exchange(send: Exchange): Promise<RequestOutcome> {
    const { transactionalId, producer, commits, isVersion2, ended } = this.#options;
    const draft = {
      transactionalId,
      producerId: producer.producerId,
      producerEpoch: producer.epoch,
      committed: commits,
    };
    const response = await send(endTxn, draft, isVersion2 ? undefined : LAST_VERSION_BEFORE_2);
    const error = errorName(response.errorCode);
    if (error === "NONE") {
      const { producerId, producerEpoch: epoch } = response;
      const next = producerId === -1 ? undefined : { producerId, epoch };
      return { kind: "success", apply: () => ended(next) };
    }
    if (error === "TRANSACTION_ABORTABLE" && !commits) {
      // Aborting again would meet the same, without end.
      const cause = new KafkaError(error);
      return { kind: "fatal", error: new ProducerError("Failed to abort transaction", { cause }) };
    }
    return transactionOutcome(error) ?? unexpected("Unhandled error in EndTxnResponse", error);
  }
}
