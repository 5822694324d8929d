/**
 * Listing transactions, of which each broker knows a part.
 *
 * @module
 */

import { errorName, KafkaError } from "../protocol/error_codes.ts";
import { listTransactions as listTransactionsApi } from "../protocol/messages/list_transactions.ts";
import { sendCallOnce } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import { type AdminResults, type Outcome, Outcomes } from "./admin_results.ts";
import { allBrokers } from "./all_brokers.ts";
import type { CallTime } from "./call_time.ts";
import { settle } from "./outcome_call.ts";
import { type TransactionState, transactionStateOf } from "./transaction_state.ts";

/** A transactional producer, as lists of them tell it. */
export interface TransactionListing {
  /** Its transactional id. */
  readonly transactionalId: string;
  /** Its producer's id. */
  readonly producerId: number;
  /** What its transaction does. */
  readonly state: TransactionState;
}

/** Options of {@linkcode listTransactions}. */
export interface ListTransactionsOptions extends CallOptions {
  /** States to list. Default: all. */
  readonly filteredStates?: Iterable<TransactionState>;
  /** Producers to list. Default: all. */
  readonly filteredProducerIds?: Iterable<number>;
  /** Transactions to list that are open for longer, ms. Default: all. */
  readonly filteredDuration?: number;
  /** Transactional ids to list, as a regular expression of RE2. Default: all. */
  readonly filteredTransactionalIdPattern?: string;
}

const DURATION_VERSION = 1;
const PATTERN_VERSION = 2;

/**
 * The transactional producers that there are.
 *
 * @returns those of each broker, by its id
 * @throws {KafkaError} when the brokers cannot be known
 */
export async function listTransactions(
  context: AdminContext,
  options: ListTransactionsOptions = {},
): Promise<AdminResults<number, readonly TransactionListing[]>> {
  return await context.run(options, async (time) => {
    const brokers = await allBrokers(context, time, "listTransactions(api=METADATA)");
    const outcomes = new Outcomes<number, readonly TransactionListing[]>(
      String,
      brokers.map(({ id }) => id),
    );
    await Promise.all(brokers.map(({ id }) =>
      settle(outcomes, [id], async () => {
        outcomes.complete(id, await transactionsOf(context, time, id, options));
      })
    ));
    time.throwIfAborted();
    return outcomes.results();
  });
}

async function transactionsOf(
  context: AdminContext,
  time: CallTime,
  brokerId: number,
  options: ListTransactionsOptions,
): Promise<readonly TransactionListing[]> {
  const { filteredDuration: durationFilter = -1, filteredTransactionalIdPattern: pattern = "" } =
    options;
  return await sendCallOnce(context, time, {
    name: "listTransactions(api=LIST_TRANSACTIONS)",
    destination: { to: brokerId },
    api: listTransactionsApi,
    ...neededVersion(pattern !== "", durationFilter >= 0),
    draft: () => ({
      stateFilters: [...options.filteredStates ?? []],
      producerIdFilters: [...options.filteredProducerIds ?? []],
      durationFilter,
      transactionalIdPattern: pattern === "" ? null : pattern,
    }),
  }, ({ errorCode, transactionStates }): Outcome<readonly TransactionListing[]> => {
    const error = errorName(errorCode);
    const request = `ListTransactions request sent to broker ${brokerId} failed`;
    switch (error) {
      case "NONE":
        return {
          value: transactionStates.map(({ transactionalId, producerId, transactionState }) => (
            { transactionalId, producerId, state: transactionStateOf(transactionState) }
          )),
        };
      case "COORDINATOR_LOAD_IN_PROGRESS":
        throw new KafkaError(error);
      case "COORDINATOR_NOT_AVAILABLE":
        return {
          error: new KafkaError(error, `${request} because the coordinator is shutting down`),
        };
    }
    return { error: new KafkaError(error, `${request} with an unexpected exception`) };
  });
}

/** Filters need versions of their own. */
function neededVersion(
  hasPattern: boolean,
  hasDuration: boolean,
): { minVersion: number; unsupported: string } {
  const needs = (filter: string, version: number, instead: string) => ({
    minVersion: version,
    unsupported: `${filter} can be set only when using API version ${version} or higher. ` +
      `If client is connected to an older broker, do not specify ${instead}.`,
  });
  return hasPattern
    ? needs("Transactional ID pattern filter", PATTERN_VERSION, "the pattern filter")
    : needs(
      "Duration filter",
      hasDuration ? DURATION_VERSION : 0,
      "duration filter or set duration filter to -1",
    );
}
