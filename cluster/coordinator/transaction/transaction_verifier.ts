/**
 * Tells the partitions of a broker whether a transaction has them (KIP-890; Kafka's `AddPartitionsToTxnManager`).
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import type { Clock } from "../../../storage/env.ts";
import type {
  TransactionVerification,
  TransactionVerifier,
} from "../../replication/transaction_verification.ts";
import { type RemoteCoordinators, verifyRemotely } from "./remote_verification.ts";
import type { TransactionConfig } from "./transaction_config.ts";
import type { TransactionCoordinator } from "./transaction_coordinator.ts";
import { EPOCH_BUMP_VERSION } from "./transaction_metadata.ts";

/** What the verifier needs. */
export interface TransactionVerifierOptions {
  /** Time. */
  readonly clock: Clock;
  /** The configs. */
  readonly config: TransactionConfig;
  /** The coordinator of this broker. */
  readonly coordinator: Pick<TransactionCoordinator, "addPartitions" | "verifyPartitions">;
  /** Those of other brokers, if there are any. */
  readonly remote?: RemoteCoordinators;
}

type Errors = readonly ErrorName[];

/** Asks the coordinator; the answer is there at once where that is this broker's, and nobody follows. */
export function transactionVerifier(
  { clock, config, coordinator, remote }: TransactionVerifierOptions,
): TransactionVerifier {
  const ask = (request: TransactionVerification): Errors | Promise<Errors> => {
    const elsewhere = remote?.coordinatorOf(request.transactionalId);
    return elsewhere === undefined ? askHere(request) : verifyRemotely(remote!, elsewhere, request);
  };
  const askHere = (request: TransactionVerification): Errors | Promise<Errors> => {
    const same = (error: ErrorName): Errors => request.partitions.map(() => error);
    const refused = (error: unknown): Errors => {
      if (error instanceof KafkaError) return same(error.code);
      throw error;
    };
    try {
      if (!request.supportsEpochBump) {
        const verified = coordinator.verifyPartitions(request);
        return verified instanceof Promise ? verified.catch(refused) : verified;
      }
      const added = coordinator.addPartitions(request, EPOCH_BUMP_VERSION);
      return added instanceof Promise ? added.then(() => same("NONE"), refused) : same("NONE");
    } catch (error) {
      return refused(error);
    }
  };
  /** The transaction before has ended, and a partition does not know yet: that is over in a moment, and the batch need not be sent again. */
  const askAgain = async (request: TransactionVerification): Promise<Errors> => {
    const deadline = clock.monotonic() + config.int("add.partitions.to.txn.retry.backoff.max.ms");
    while (true) {
      await clock.sleep(config.int("add.partitions.to.txn.retry.backoff.ms"));
      const errors = await ask(request);
      if (!isConcurrent(errors) || clock.monotonic() >= deadline) return errors;
    }
  };
  return (request) => {
    const told = (errors: Errors): Errors => errors.map((error) => toldToProducers(error, request));
    const askEnough = (errors: Errors): Errors | Promise<Errors> =>
      isConcurrent(errors) && request.supportsEpochBump &&
        config.int("add.partitions.to.txn.retry.backoff.max.ms") > 0
        ? askAgain(request).then(told)
        : told(errors);
    const errors = ask(request);
    return errors instanceof Promise ? errors.then(askEnough) : askEnough(errors);
  };
}

function isConcurrent(errors: Errors): boolean {
  return errors.includes("CONCURRENT_TRANSACTIONS");
}

/** What producers know: a producer that is fenced learns it by its epoch. */
function toldToProducers(
  error: ErrorName,
  { supportsAbortableError }: TransactionVerification,
): ErrorName {
  if (error === "PRODUCER_FENCED") return "INVALID_PRODUCER_EPOCH";
  return error === "TRANSACTION_ABORTABLE" && !supportsAbortableError ? "INVALID_TXN_STATE" : error;
}
