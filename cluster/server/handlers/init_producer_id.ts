/**
 * InitProducerId.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  initProducerId as api,
  type InitProducerIdRequest,
  type InitProducerIdResponse,
} from "../../../client/protocol/messages/init_producer_id.ts";
import type { ProducerIdAndEpoch } from "../../coordinator/transaction/producer_id_and_epoch.ts";
import type { TransactionConfig } from "../../coordinator/transaction/transaction_config.ts";
import type { TransactionCoordinator } from "../../coordinator/transaction/transaction_coordinator.ts";
import { NO_TIMEOUT, NONE } from "../../coordinator/transaction/transaction_metadata.ts";
import type { ProducerIds } from "../../controller/producer_ids.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface InitProducerIdOptions {
  /** Has ids that nobody has. */
  readonly producerIds: Pick<ProducerIds, "next" | "whenReady">;
  /** Has the transactions. */
  readonly transactions: Pick<TransactionCoordinator, "initProducerId">;
  /** The configs. */
  readonly config: TransactionConfig;
}

/** Clients below this version do not know `PRODUCER_FENCED`. */
const FIRST_VERSION_WITH_PRODUCER_FENCED = 4;

/** Answers InitProducerId: an id for idempotent producers; for those with a transactional id, the id and epoch of their transactions. */
export function initProducerIdHandler(
  { producerIds, transactions, config }: InitProducerIdOptions,
): ApiHandler<InitProducerIdRequest, InitProducerIdResponse> {
  return {
    api,
    async handle(request) {
      const { transactionalId, producerId, producerEpoch } = request;
      // Of what a producer has already, there is never one half.
      if ((producerId === NONE) !== (producerEpoch === NONE)) return refused("INVALID_REQUEST");
      if (transactionalId === null) {
        return { producerId: await producerIds.next(), producerEpoch: 0 };
      }
      const error = errorOf(request, config);
      if (error !== undefined) return refused(error);
      // The coordinator may need one, and does not wait.
      await producerIds.whenReady();
      const expected: ProducerIdAndEpoch | undefined = producerId === NONE
        ? undefined
        : { producerId, producerEpoch };
      const timeoutMs = request.enable2Pc ? NO_TIMEOUT : request.transactionTimeoutMs;
      return await transactions.initProducerId({ transactionalId, timeoutMs, expected });
    },
    onError: (_request, error, _message, apiVersion = FIRST_VERSION_WITH_PRODUCER_FENCED) =>
      refused(
        error === "PRODUCER_FENCED" && apiVersion < FIRST_VERSION_WITH_PRODUCER_FENCED
          ? "INVALID_PRODUCER_EPOCH"
          : error,
      ),
  };
}

function refused(error: ErrorName) {
  return { errorCode: errorCode(error), producerId: NONE, producerEpoch: NONE };
}

/** What is wrong with a request for transactions, in Kafka's order. */
function errorOf(
  { transactionalId, enable2Pc, keepPreparedTxn, transactionTimeoutMs }: InitProducerIdRequest,
  config: TransactionConfig,
): ErrorName | undefined {
  if (transactionalId === "") return "INVALID_REQUEST";
  if (enable2Pc && !config.boolean("transaction.two.phase.commit.enable")) {
    return "TRANSACTIONAL_ID_AUTHORIZATION_FAILED";
  }
  // As in Apache Kafka 4.3, whose protocol has the field, and whose coordinator has not the feature.
  if (keepPreparedTxn) return "UNSUPPORTED_VERSION";
  if (enable2Pc) return undefined;
  const max = config.int("transaction.max.timeout.ms");
  const isValid = transactionTimeoutMs > 0 && transactionTimeoutMs <= max;
  return isValid ? undefined : "INVALID_TRANSACTION_TIMEOUT";
}
