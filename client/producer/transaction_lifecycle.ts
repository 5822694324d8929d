/**
 * The state of a producer, and the call that changed it last (part of Kafka's `TransactionManager`).
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { IllegalProducerStateError, ProducerError } from "./producer_errors.ts";
import { isValidProducer, type ProducerIdAndEpoch, producerText } from "./producer_id_and_epoch.ts";
import { mayFollow, type TransactionState } from "./transaction_state.ts";
import type { TransactionalResult } from "./transactional_result.ts";

/** A call that has changed the state, and was not told the outcome yet. */
interface PendingCall {
  readonly result: TransactionalResult;
  readonly state: TransactionState;
  readonly operation: string;
}

/** Knows what may be done now, and says why not. */
export class TransactionLifecycle {
  readonly #transactionalId: string | null;
  readonly #logger: Logger;
  readonly #producer: () => ProducerIdAndEpoch;
  #state: TransactionState = "UNINITIALIZED";
  #lastError: Error | undefined;
  #pending: PendingCall | undefined;

  /**
   * Begins uninitialized.
   *
   * @param transactionalId name of the transactional producer; `null` for one that is only idempotent
   * @param producer tells who the producer is now, for messages
   */
  constructor(
    transactionalId: string | null,
    logger: Logger,
    producer: () => ProducerIdAndEpoch,
  ) {
    this.#transactionalId = transactionalId;
    this.#logger = logger;
    this.#producer = producer;
  }

  /** The state. */
  get state(): TransactionState {
    return this.#state;
  }

  /** Why the state is one of an error. */
  get lastError(): Error | undefined {
    return this.#lastError;
  }

  /** Whether the producer is of no use any more. */
  get hasFatalError(): boolean {
    return this.#state === "FATAL_ERROR";
  }

  /** Whether the transaction must be aborted. */
  get hasAbortableError(): boolean {
    return this.#state === "ABORTABLE_ERROR";
  }

  /** Whether the transaction is being aborted. */
  get isAborting(): boolean {
    return this.#state === "ABORTING_TRANSACTION";
  }

  /** Whether the transaction is being ended. */
  get isCompleting(): boolean {
    return this.#state === "COMMITTING_TRANSACTION" || this.isAborting;
  }

  /** Whether there is a transaction, be it one that is being ended. */
  get hasOngoingTransaction(): boolean {
    return this.#state === "IN_TRANSACTION" || this.isCompleting || this.hasAbortableError;
  }

  /** Whether a call has changed the state whose outcome nobody has been told. */
  get isPending(): boolean {
    return this.#pending !== undefined && !this.#pending.result.isAcked;
  }

  /** Changes the state on a user's call. A call at the wrong time changes nothing. */
  to(state: TransactionState, error?: Error): void {
    if (!mayFollow(state, this.#state)) {
      const who = this.#transactionalId !== null
        ? `TransactionalId ${this.#transactionalId}: `
        : "";
      throw new IllegalProducerStateError(
        `${who}Invalid transition attempted from state ${this.#state} to state ${state}`,
      );
    }
    this.#logger.write("debug", "The producer's state changes", { state, error });
    this.#state = state;
    this.#lastError = error;
  }

  /** Changes the state on an answer. When that is not possible, something is wrong for good. */
  toSafely(state: TransactionState, error?: Error): boolean {
    try {
      this.to(state, error);
      return true;
    } catch (failure) {
      this.#logger.write("error", "The producer's state is broken", { error: failure });
      this.#state = "FATAL_ERROR";
      this.#lastError = failure as Error;
      return false;
    }
  }

  /** Whether the error is that the producer is not allowed what it does. */
  get isUnauthorized(): boolean {
    const error = this.#lastError;
    return error instanceof KafkaError && (error.code === "CLUSTER_AUTHORIZATION_FAILED" ||
      error.code === "TRANSACTIONAL_ID_AUTHORIZATION_FAILED");
  }

  /** Whether a record may be sent now. */
  get mayAppend(): boolean {
    if (this.isPending) return false;
    if (this.#transactionalId === null) return this.#state !== "FATAL_ERROR";
    return this.#state === "IN_TRANSACTION" && isValidProducer(this.#producer());
  }

  /** Why no record may be sent to a partition now, when that is so. */
  whyNotAppend(partition: string): Error {
    try {
      this.throwError();
      this.throwIfPending("send");
    } catch (error) {
      return error as Error;
    }
    const where = `Cannot add partition ${partition} to transaction`;
    return new IllegalProducerStateError(
      isValidProducer(this.#producer())
        ? `${where} while in state  ${this.#state}`
        : `${where} before completing a call to initTransactions`,
    );
  }

  /** The transaction can only be aborted now, unless it is being aborted already. */
  toAbortable(error: Error): void {
    if (this.isAborting || this.hasFatalError) return;
    this.toSafely("ABORTABLE_ERROR", error);
  }

  /** The producer is of no use any more. */
  toFatal(error: Error): void {
    this.toSafely("FATAL_ERROR", error);
    this.failPending(error);
  }

  /** Tells who waits for the outcome of a call that there will be none. */
  failPending(error: Error): void {
    if (this.#pending?.result.isCompleted === false) this.#pending.result.fail(error);
  }

  /**
   * Refuses transactional calls.
   *
   * @throws {IllegalProducerStateError} when it makes no transactions
   */
  ensureTransactional(): void {
    if (this.#transactionalId !== null) return;
    throw new IllegalProducerStateError(
      "Transactional method invoked on a non-transactional producer.",
    );
  }

  /**
   * Refuses calls in a state of error.
   *
   * @throws why the producer is in one
   */
  throwError(): void {
    const error = this.#lastError;
    if (error === undefined || !(this.hasFatalError || this.hasAbortableError)) return;
    const who = `Producer with transactionalId '${this.#transactionalId}' and ` +
      producerText(this.#producer());
    const code = error instanceof KafkaError ? error.code : undefined;
    if (code === "PRODUCER_FENCED") {
      const text = `${who} has been fenced by another producer with the same transactionalId`;
      throw new KafkaError(code, text);
    }
    if (code === "INVALID_PRODUCER_EPOCH") {
      throw new KafkaError(code, `${who} attempted to produce with an old epoch`);
    }
    if (error instanceof IllegalProducerStateError) {
      const text = `${who} cannot execute transactional method because of previous invalid state ` +
        "transition attempt";
      throw new IllegalProducerStateError(text, { cause: error });
    }
    throw new ProducerError(
      "Cannot execute transactional method because we are in an error state",
      { cause: error },
    );
  }

  /**
   * Refuses calls other than one that has not come to its end.
   *
   * @throws {IllegalProducerStateError} when that one must be made again first
   */
  throwIfPending(operation: string): void {
    if (this.#pending === undefined) return;
    if (this.#pending.result.isAcked) {
      this.#pending = undefined;
      return;
    }
    throw new IllegalProducerStateError(
      `Cannot attempt operation \`${operation}\` because the previous call to ` +
        `\`${this.#pending.operation}\` timed out and must be retried`,
    );
  }

  /** A call that timed out and is made again waits for the outcome of the first. */
  cached(
    state: TransactionState,
    operation: string,
    call: () => TransactionalResult,
  ): TransactionalResult {
    this.ensureTransactional();
    if (this.#pending?.state === state && !this.#pending.result.isAcked) {
      return this.#pending.result;
    }
    this.throwIfPending(operation);
    const result = call();
    this.#pending = { result, state, operation };
    return result;
  }
}
