/**
 * EndTxn.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  endTxn as api,
  type EndTxnRequest,
  type EndTxnResponse,
} from "../../../client/protocol/messages/end_txn.ts";
import type { TransactionCoordinator } from "../../coordinator/transaction/transaction_coordinator.ts";
import { EPOCH_BUMP_VERSION } from "../../coordinator/transaction/transaction_metadata.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface EndTxnOptions {
  /** Has the transactions. */
  readonly transactions: Pick<TransactionCoordinator, "endTransaction">;
}

/** The first version whose client speaks transaction version 2. */
const FIRST_VERSION_WITH_EPOCH_BUMP = 5;
/** Clients below this version do not know `PRODUCER_FENCED`. */
const FIRST_VERSION_WITH_PRODUCER_FENCED = 2;

/** Answers EndTxn. */
export function endTxnHandler(
  { transactions }: EndTxnOptions,
): ApiHandler<EndTxnRequest, EndTxnResponse> {
  return {
    api,
    handle: (request, { apiVersion }) =>
      transactions.endTransaction({
        ...request,
        clientTransactionVersion: apiVersion >= FIRST_VERSION_WITH_EPOCH_BUMP
          ? EPOCH_BUMP_VERSION
          : 0,
      }),
    onError: (_request, error, _message, apiVersion = FIRST_VERSION_WITH_PRODUCER_FENCED) => ({
      errorCode: errorCode(
        error === "PRODUCER_FENCED" && apiVersion < FIRST_VERSION_WITH_PRODUCER_FENCED
          ? "INVALID_PRODUCER_EPOCH"
          : error,
      ),
    }),
  };
}
