/**
 * Sending requests of the transactional kind to their coordinators.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import type { KafkaClient } from "../kafka_client.ts";
import type { BrokerConnection } from "../network/broker_connection.ts";
import { isRetriableFailure } from "../retry.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { initProducerId } from "../protocol/messages/init_producer_id.ts";
import { ProducerError } from "./producer_errors.ts";
import type { TransactionManager } from "./transaction_manager.ts";
import type { Exchange, RequestOutcome, TransactionalRequest } from "./transactional_request.ts";

/** Sends one request at a time, and tells the manager what came of it. */
export class TransactionalExchange {
  readonly #client: KafkaClient;
  readonly #transactions: TransactionManager;
  readonly #clock: Clock;
  readonly #done: () => void;
  readonly #closing = new AbortController();

  /** Sends nothing yet. `done` is told of every request that is over. */
  constructor(
    client: KafkaClient,
    transactions: TransactionManager,
    clock: Clock,
    done: () => void,
  ) {
    this.#client = client;
    this.#transactions = transactions;
    this.#clock = clock;
    this.#done = done;
  }

  /** Sends a request. */
  start(request: TransactionalRequest): void {
    void this.#exchange(request).then((outcome) => {
      if (this.#closing.signal.aborted) return;
      const { coordinator } = request;
      if (outcome.kind === "retry" && outcome.forget === true && coordinator !== undefined) {
        this.#client.coordinators.forget(coordinator.type, coordinator.key);
      }
      this.#transactions.settle(request, outcome, this.#clock.monotonic());
      this.#done();
    });
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#closing.abort();
  }

  async #exchange(request: TransactionalRequest): Promise<RequestOutcome> {
    let connection: BrokerConnection;
    try {
      connection = await this.#connect(request);
    } catch (error) {
      return this.#notReached(request, error);
    }
    const send: Exchange = (api, draft, maxVersion) => {
      const highest = connection.version(api);
      if (highest === undefined) throw new KafkaError("UNSUPPORTED_VERSION");
      const version = Math.min(highest, maxVersion ?? highest);
      return connection.send(api, draft, { version, signal: this.#closing.signal });
    };
    try {
      return await request.exchange(send);
    } catch (error) {
      if (isRetriableFailure(error)) return { kind: "retry", forget: true };
      return { kind: "fatal", error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  async #connect({ coordinator }: TransactionalRequest): Promise<BrokerConnection> {
    const { signal } = this.#closing;
    const nodeId = coordinator === undefined
      ? await this.#client.leastLoadedNode(signal)
      : await this.#client.coordinators.find(coordinator.type, coordinator.key, signal);
    const connection = await this.#client.connect(nodeId, signal);
    const { epoch, levels } = connection.features;
    this.#transactions.version.observeFeatures(epoch, levels.get("transaction.version") ?? 0);
    if (coordinator?.type === "transaction") {
      this.#transactions.version.observeCoordinator(connection.version(initProducerId));
    }
    return connection;
  }

  /** The coordinator is not known, or does not answer. */
  #notReached({ coordinator }: TransactionalRequest, error: unknown): RequestOutcome {
    if (isRetriableFailure(error)) return { kind: "retry", forget: true };
    if (error instanceof KafkaError) {
      if (error.code === "GROUP_AUTHORIZATION_FAILED") {
        const text = `Not authorized to access group: ${coordinator?.key}`;
        return { kind: "abortable", error: new KafkaError(error.code, text) };
      }
      if (error.code === "TRANSACTION_ABORTABLE") return { kind: "abortable", error };
      if (error.code === "TRANSACTIONAL_ID_AUTHORIZATION_FAILED") {
        return { kind: "fatal", error: new KafkaError(error.code) };
      }
    }
    const { type, key } = coordinator ?? {};
    const text = error instanceof Error ? error.message : String(error);
    return {
      kind: "fatal",
      error: new ProducerError(
        coordinator === undefined ? text : `Could not find a coordinator with type ` +
          `${type!.toUpperCase()} with key ${key} due to unexpected error: ${text}`,
        { cause: error },
      ),
    };
  }
}
