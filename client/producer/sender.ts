/**
 * The one task of a producer that talks to brokers (Kafka's `Sender`). It runs when something has changed or is due, and never waits: what it
 * starts wakes it when it is done.
 *
 * @module
 */

import type { Clock, Logger } from "../../storage/env.ts";
import type { KafkaClient } from "../kafka_client.ts";
import type { BrokerConnection } from "../network/broker_connection.ts";
import { produce } from "../protocol/messages/produce.ts";
import { Alarm } from "../network/alarm.ts";
import { BatchCompletion } from "./batch_completion.ts";
import { checkReady, drain, type ReadyCheck } from "./batch_drain.ts";
import { failureAnswer, plainAnswer } from "./produce_outcome.ts";
import { ProduceNodes } from "./produce_nodes.ts";
import { type PreparedProduce, prepareProduce } from "./produce_request.ts";
import { readProduceAnswer } from "./produce_answer.ts";
import type { ProducerBatch } from "./producer_batch.ts";
import { ProducerError, TransactionAbortedError } from "./producer_errors.ts";
import type { ProducerTotals } from "./producer_metrics.ts";
import type { ProducerSettings } from "./producer_settings.ts";
import type { RecordAccumulator } from "./record_accumulator.ts";
import type { TransactionManager } from "./transaction_manager.ts";
import { TransactionalExchange } from "./transactional_exchange.ts";

/** Sends that wait to get into a batch. */
export interface WaitingSends {
  /** How many there are. */
  readonly size: number;
  /** Whether one of them waits for memory. */
  readonly wantMemory: boolean;
  /** When the first has waited too long; infinite for never. */
  readonly nextDeadlineMs: number;
  /** Tries again, and gives up those that have waited too long. */
  retry(now: number): void;
  /** Gives up all. */
  abort(error: Error): void;
}

/** What a sender is made of. */
export interface SenderOptions {
  /** The producer's settings. */
  readonly settings: ProducerSettings;
  /** The way to the brokers. */
  readonly client: KafkaClient;
  /** What is to be sent. */
  readonly accumulator: RecordAccumulator;
  /** Sequence numbers and transactions; `undefined` without either. */
  readonly transactions: TransactionManager | undefined;
  /** What is to get into batches. */
  readonly waiting: WaitingSends;
  /** Counts. */
  readonly totals: ProducerTotals;
  /** The time. */
  readonly clock: Clock;
  /** Told what happens. */
  readonly logger: Logger;
}

/** What a connection has of its own; the rest is for metadata. */
const MOST_IN_FLIGHT = 90;

/** Sends batches, and requests of transactions. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #alarm: Alarm;
  readonly #nodes: ProduceNodes;
  readonly #completion: BatchCompletion;
  readonly #exchange: TransactionalExchange | undefined;
  readonly #maxRequestSize: number;
  readonly #isInOrder: boolean;
  #isScheduled = false;
  #isClosing = false;
  #isClosed = false;
  readonly #closed = Promise.withResolvers<void>();
  /** When closing stops to wait for the end of a transaction. */
  #abortUntilMs = Infinity;

  /** Does nothing until it is woken. */
  constructor(options: SenderOptions) {
    this.#options = options;
    const { settings: { config }, client, clock, transactions } = options;
    const maxInFlight = config.number("max.in.flight.requests.per.connection");
    this.#maxRequestSize = config.number("max.request.size");
    this.#isInOrder = maxInFlight === 1;
    this.#alarm = new Alarm(clock, () => this.wake());
    this.#completion = new BatchCompletion(options);
    this.#nodes = new ProduceNodes({
      client,
      clock,
      maxInFlight: Math.min(maxInFlight, MOST_IN_FLIGHT),
      availabilityTimeoutMs: config.number("partitioner.availability.timeout.ms"),
      changed: (connection) => {
        if (connection !== undefined) this.#observe(connection);
        this.wake();
      },
    });
    if (transactions !== undefined) {
      this.#exchange = new TransactionalExchange(client, transactions, clock, () => this.wake());
    }
  }

  /** Requests without an answer. */
  get inFlight(): number {
    return this.#nodes.inFlight;
  }

  /** Whether a broker has taken no records for so long that its partitions are passed over. */
  isSlow(nodeId: number): boolean {
    return this.#nodes.isSlow(nodeId);
  }

  /** Something has changed: looks for something to do, when the caller is done. */
  wake(): void {
    if (this.#isScheduled || this.#isClosed) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#run();
    });
  }

  /** There will be something to do. */
  wakeAt(ms: number): void {
    if (!this.#isClosed) this.#alarm.noLaterThan(ms);
  }

  /** Sends what there is, and ends. Resolves when it has. */
  close(): Promise<void> {
    this.#isClosing = true;
    this.#options.accumulator.isClosing = true;
    this.wake();
    return this.#closed.promise;
  }

  /** Ends at once; what was not sent is given up. */
  forceClose(): void {
    if (this.#isClosed) return;
    this.#end(new ProducerError("Producer is closed forcefully."));
  }

  #run(): void {
    if (this.#isClosed) return;
    const { clock, logger } = this.#options;
    try {
      const next = this.#runOnce(clock.monotonic());
      if (!this.#isClosed) this.#alarm.set(next);
    } catch (error) {
      // A mistake here must not stop everything else.
      logger.write("error", "Uncaught error in a producer", { error });
      this.#alarm.set(clock.monotonic() + 100);
    }
    if (this.#isClosing && !this.#isClosed) this.#maybeClose();
  }

  /** Does what there is to do, and says when there will be more. */
  #runOnce(now: number): number {
    const { accumulator, transactions, waiting } = this.#options;
    let nextMs = Infinity;
    if (transactions !== undefined) {
      transactions.prepareIdempotence(waiting.size > 0 || accumulator.hasIncomplete);
      if (transactions.lifecycle.hasFatalError) {
        const error = transactions.lifecycle.lastError!;
        waiting.abort(error);
        accumulator.abortAll(error);
        transactions.nextRequest(false, now);
        return Infinity;
      }
      this.#handleAuthorization(transactions);
      nextMs = this.#sendTransactional(transactions, now);
    }
    this.#completion.expired(accumulator.expired(now), now);
    if (waiting.size > 0) waiting.retry(now);
    nextMs = Math.min(nextMs, this.#sendBatches(now));
    if (transactions !== undefined && !accumulator.hasIncomplete) {
      nextMs = Math.min(nextMs, this.#sendTransactional(transactions, now));
    }
    return Math.min(nextMs, accumulator.nextExpiryMs, waiting.nextDeadlineMs);
  }

  /** A producer that is not allowed what it does may be initialized again. */
  #handleAuthorization(transactions: TransactionManager): void {
    if (!transactions.lifecycle.hasAbortableError || !transactions.lifecycle.isUnauthorized) return;
    const error = transactions.lifecycle.lastError!;
    this.#options.accumulator.abortAll(error);
    transactions.uninitialize(error);
  }

  #sendTransactional(transactions: TransactionManager, now: number): number {
    const { accumulator, waiting } = this.#options;
    const gaveUp = transactions.lifecycle.hasAbortableError
      ? transactions.lifecycle.lastError!
      : transactions.lifecycle.isAborting
      ? new TransactionAbortedError()
      : undefined;
    if (gaveUp !== undefined) {
      waiting.abort(gaveUp);
      accumulator.abortUndrained(gaveUp);
    }
    const request = transactions.nextRequest(accumulator.hasIncomplete, now);
    if (request !== undefined) this.#exchange!.start(request);
    const nextMs = transactions.nextRequestAtMs;
    // One that is due waits for batches, which wake the sender.
    return nextMs > now ? nextMs : Infinity;
  }

  #sendBatches(now: number): number {
    const { accumulator, client, transactions, settings, waiting } = this.#options;
    const isUrgent = accumulator.flushes > 0 || accumulator.isClosing || waiting.wantMemory ||
      transactions?.lifecycle.isCompleting === true;
    for (;;) {
      const check = checkReady(accumulator, client.metadata, now, settings.lingerMs, isUrgent);
      if (check.withoutLeader.size > 0) {
        client.updater.wantTopics(check.withoutLeader);
        client.updater.request();
      }
      if (!this.#sendToNodes(check, now)) {
        let nextMs = check.nextCheckMs;
        for (const { nodeId, isReady } of check.nodes.values()) {
          if (isReady) nextMs = Math.min(nextMs, this.#nodes.pauseEndMs(nodeId, now));
        }
        return nextMs;
      }
    }
  }

  /** One request to each broker that takes one. Returns whether there were any. */
  #sendToNodes({ nodes }: ReadyCheck, now: number): boolean {
    const { accumulator, transactions } = this.#options;
    let hasSent = false;
    for (const node of nodes.values()) {
      if (!node.isReady) continue;
      const connection = this.#nodes.ready(node.nodeId, now);
      if (connection === undefined) continue;
      const batches = drain(accumulator, node, transactions, this.#maxRequestSize, now);
      if (batches.length === 0) continue;
      hasSent = true;
      this.#send(node.nodeId, connection, batches);
    }
    return hasSent;
  }

  #send(nodeId: number, connection: BrokerConnection, batches: readonly ProducerBatch[]): void {
    const { client, settings, totals, transactions } = this.#options;
    const { acks, compression, config, transactionalId } = settings;
    totals.requests++;
    for (const batch of batches) {
      batch.isInFlight = true;
      batch.queue.isMuted = this.#isInOrder;
      totals.sent += batch.count;
      totals.bytes += batch.build().length;
    }
    const highest = connection.version(produce);
    if (highest === undefined) return this.#failed(batches, nodeId, undefined);
    let prepared: PreparedProduce;
    try {
      prepared = prepareProduce(batches, client.metadata, highest, {
        acks,
        timeoutMs: config.number("request.timeout.ms"),
        transactionalId,
        isTransaction1: transactions?.isTransactional === true && !transactions.version.isVersion2,
        isZstd: compression.type === "zstd",
      });
    } catch (error) {
      return this.#failed(batches, nodeId, error);
    }
    this.#nodes.sent(nodeId);
    // The request is made of the batches before this returns: their memory may be used again while it is on its way.
    const { draft, version } = prepared;
    const answered = acks === 0
      ? connection.sendWithoutAnswer(produce, draft, { version }).then(() => undefined)
      : connection.send(produce, draft, { version });
    answered.then(
      (response) => {
        this.#nodes.answered(nodeId);
        this.#answered(nodeId, prepared, response);
      },
      (error) => {
        this.#nodes.answered(nodeId);
        this.#failed(batches, nodeId, error);
      },
    );
  }

  #answered(
    nodeId: number,
    { batches }: PreparedProduce,
    response: Parameters<typeof readProduceAnswer>[0] | undefined,
  ): void {
    const { client, clock } = this.#options;
    const now = clock.monotonic();
    if (response === undefined) {
      for (const batch of batches.values()) {
        this.#completion.answered(batch, plainAnswer("NONE"), now);
      }
    } else {
      const { throttleTimeMs } = response;
      if (throttleTimeMs > 0) this.#nodes.pause(nodeId, now + throttleTimeMs);
      const { answers, isStale, leaders } = readProduceAnswer(response, batches);
      for (const [batch, answer] of answers) this.#completion.answered(batch, answer, now);
      if (leaders.length > 0) client.metadata.updateLeaders(leaders, response.nodeEndpoints);
      if (isStale) client.updater.request();
    }
    this.wake();
  }

  #failed(batches: readonly ProducerBatch[], nodeId: number, error: unknown): void {
    const { client, clock } = this.#options;
    const now = clock.monotonic();
    const answer = failureAnswer(error, nodeId);
    for (const batch of batches) this.#completion.answered(batch, answer, now);
    if (!this.#isClosed) client.updater.request();
    this.wake();
  }

  #observe({ features }: BrokerConnection): void {
    const level = features.levels.get("transaction.version") ?? 0;
    this.#options.transactions?.version.observeFeatures(features.epoch, level);
  }

  /** Closing waits until nothing is left to send; an open transaction is aborted then. */
  #maybeClose(): void {
    const { accumulator, transactions, waiting, logger, clock, settings } = this.#options;
    if (waiting.size > 0 || accumulator.hasIncomplete || this.inFlight > 0) return;
    const isLate = clock.monotonic() >= this.#abortUntilMs;
    if (
      transactions?.isTransactional === true && !transactions.lifecycle.hasFatalError && !isLate
    ) {
      if (this.#abortUntilMs === Infinity) {
        this.#abortUntilMs = clock.monotonic() + settings.config.number("max.block.ms");
      }
      this.wakeAt(this.#abortUntilMs);
      if (transactions.hasPendingRequests) return;
      if (transactions.lifecycle.hasOngoingTransaction) {
        logger.write("info", "Aborting incomplete transaction due to shutdown", {});
        try {
          if (!transactions.lifecycle.isCompleting) transactions.beginAbort();
          return this.wake();
        } catch (error) {
          logger.write("error", "Failed to abort a transaction while closing", { error });
        }
      }
    }
    this.#end(isLate ? new ProducerError("Producer is closed forcefully.") : undefined);
  }

  #end(error: Error | undefined): void {
    const { accumulator, transactions, waiting } = this.#options;
    this.#isClosed = true;
    this.#alarm.stop();
    this.#exchange?.close();
    if (error !== undefined) {
      transactions?.close();
      waiting.abort(new ProducerError("Producer closed while send in progress"));
      accumulator.abortAll(error);
    }
    this.#closed.resolve();
  }
}
