/** A transactional producer of a simulation, which loses answers, sends late and goes on after it was fenced. */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type { ProducerIdAndEpoch } from "../../cluster/coordinator/transaction/producer_id_and_epoch.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import type { SeededRandom } from "../support/manual_env.ts";
import type { TransactionBroker } from "../support/transaction_broker.ts";
import { NotedTransaction, type TransactionNotes } from "./transaction_notes.ts";

/** How long transactions may take, ms. */
export const TIMEOUT_MS = 30_000;

/** The group whose offsets the producers of an id commit. */
export function groupOf(transactionalId: string): string {
  return `group of ${transactionalId}`;
}

/** What producers write to. */
export const PARTITIONS: readonly TopicPartition[] = [
  { topic: "a", partition: 0 },
  { topic: "a", partition: 1 },
  { topic: "b", partition: 0 },
];

/** These pass: the producer tries again. */
const RETRIABLE: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "CONCURRENT_TRANSACTIONS",
  "COORDINATOR_LOAD_IN_PROGRESS",
  "COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR",
  "NOT_ENOUGH_REPLICAS",
  "NOT_LEADER_OR_FOLLOWER",
  "KAFKA_STORAGE_ERROR",
  "REQUEST_TIMED_OUT",
]);

/** Another producer has the id. */
const FENCED: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
  "PRODUCER_FENCED",
]);

interface Batch {
  readonly producer: ProducerIdAndEpoch & { readonly sequence: number };
  readonly topicPartition: TopicPartition;
  readonly value: string;
}

/** One instance of a producer. Several may have the same transactional id, of which the last one to begin is the right one. */
export class SimulatedProducer {
  /** Whether it was told that another one has its id. */
  isFenced = false;
  /** Whether it waits for an answer. */
  isBusy = false;
  readonly name: string;
  #producer: ProducerIdAndEpoch | undefined;
  #expected: ProducerIdAndEpoch | undefined;
  #sequences = new Map<string, number>();
  #added = new Set<string>();
  /** Partitions that may have been added, whatever the answer. */
  #asked = new Set<string>();
  #transaction: NotedTransaction | undefined;
  #unanswered: Batch | undefined;
  #end: boolean | undefined;
  #last: Batch | undefined;
  #lastTransaction: NotedTransaction | undefined;
  #operation = 0;

  constructor(
    readonly transactionalId: string,
    readonly version: 1 | 2,
    readonly broker: TransactionBroker,
    readonly random: SeededRandom,
    readonly notes: TransactionNotes,
  ) {
    this.name = `${transactionalId}.${notes.next()}`;
  }

  /** Whoever answers is gone: what it was asked may be done or not. */
  disconnect(): void {
    this.#operation++;
    this.isBusy = false;
  }

  /** Does the next thing. */
  step(): void {
    const operation = ++this.#operation;
    this.isBusy = true;
    this.#act((apply) => {
      if (operation === this.#operation) apply();
    }).catch((error) => {
      if (!(error instanceof KafkaError)) return this.notes.failed(error);
      if (operation !== this.#operation) return;
      if (FENCED.has(error.code)) this.#fence();
      else if (!RETRIABLE.has(error.code)) this.#abandon();
    }).then(() => {
      if (operation === this.#operation) this.isBusy = false;
    });
  }

  async #act(answered: (apply: () => void) => void): Promise<void> {
    if (this.isFenced) return await this.#haunt();
    if (this.#producer === undefined) return await this.#begin(answered);
    if (this.#end !== undefined) return await this.#askToEnd(answered);
    if (this.#unanswered !== undefined) return await this.#send(this.#unanswered, answered);
    const roll = this.random.next();
    if (this.#transaction !== undefined && this.#added.size > 0 && roll < 0.25) {
      this.#end = this.random.chance(0.7);
      return await this.#askToEnd(answered);
    }
    if (roll < 0.35) return await this.#commitOffset(answered);
    if (roll < 0.4 && this.#last !== undefined) return await this.#sendLate();
    if (roll < 0.43) {
      // It has had an error of its own, and goes on with the next epoch.
      return await this.#begin(answered);
    }
    await this.#produce(answered);
  }

  async #begin(answered: (apply: () => void) => void): Promise<void> {
    const { transactionalId } = this;
    if (this.version === 2) this.#expected = this.#producer ?? this.#expected;
    const expected = this.#expected;
    // Until it has another one it uses none.
    this.#producer = undefined;
    const request = { transactionalId, timeoutMs: TIMEOUT_MS, expected };
    if (this.#transaction !== undefined) this.#abandon();
    const producer = await this.broker.transactions.initProducerId(request);
    answered(() => {
      // Only what was told is held against the next: an answer may have been lost.
      this.notes.told(transactionalId, producer, expected === undefined);
      this.#goOn(producer);
    });
  }

  #goOn(producer: ProducerIdAndEpoch): void {
    this.#producer = producer;
    this.#expected = undefined;
    this.#sequences = new Map();
    this.#unanswered = undefined;
  }

  #begun(): NotedTransaction {
    if (this.#transaction !== undefined) return this.#transaction;
    const name = `${this.name}/${this.notes.next()}`;
    this.#transaction = new NotedTransaction(this.transactionalId, name);
    this.notes.transactions.push(this.#transaction);
    return this.#transaction;
  }

  async #add(topicPartition: TopicPartition): Promise<void> {
    const key = topicPartitionKey(topicPartition);
    this.#asked.add(key);
    if (this.version === 1 && !this.#added.has(key)) {
      const { transactionalId } = this;
      const request = { ...this.#producer!, transactionalId, partitions: [topicPartition] };
      await this.broker.transactions.addPartitions(request, 0);
    }
    this.#added.add(key);
  }

  async #produce(answered: (apply: () => void) => void): Promise<void> {
    const transaction = this.#begun();
    const topicPartition = this.random.pick(PARTITIONS);
    await this.#add(topicPartition);
    answered(() => {
      const sequence = this.#sequences.get(topicPartitionKey(topicPartition)) ?? 0;
      const value = `${transaction.name}#${this.notes.next()}`;
      this.#unanswered = { producer: { ...this.#producer!, sequence }, topicPartition, value };
    });
    const batch = this.#unanswered;
    if (batch !== undefined) await this.#send(batch, answered);
  }

  async #send(batch: Batch, answered: (apply: () => void) => void): Promise<void> {
    const { topicPartition, value, producer } = batch;
    const transaction = this.#transaction!;
    transaction.records.set(value, { topicPartition, value, isAcknowledged: false });
    const { transactionalId, version, broker } = this;
    const { error } = await broker.produce(
      transactionalId,
      producer,
      topicPartition,
      value,
      version,
    );
    answered(() => {
      if (error !== "NONE" && error !== "DUPLICATE_SEQUENCE_NUMBER") throw new KafkaError(error);
      // The answer is lost: it is sent once more.
      if (this.random.chance(0.15)) return;
      transaction.records.set(value, { topicPartition, value, isAcknowledged: true });
      this.#sequences.set(topicPartitionKey(topicPartition), producer.sequence + 1);
      this.#unanswered = undefined;
      this.#last = batch;
      this.#lastTransaction = transaction;
    });
  }

  /** A batch of an earlier transaction has been on its way for long. */
  async #sendLate(): Promise<void> {
    const { producer, topicPartition } = this.#last!;
    if (this.version === 1) return await this.#sendOutside();
    if (producer.producerEpoch === this.#producer!.producerEpoch) return;
    await this.#sendStranger({ ...producer, sequence: producer.sequence + 1 }, topicPartition);
  }

  /** In version 1 epochs do not tell transactions apart, but nothing is written to a partition that is in none. */
  async #sendOutside(): Promise<void> {
    const outside = PARTITIONS.filter((topicPartition) => {
      const key = topicPartitionKey(topicPartition);
      return !this.#asked.has(key) && !this.#sequences.has(key);
    });
    if (outside.length === 0) return;
    const first = { ...this.#producer!, sequence: 0 };
    await this.#sendStranger(first, this.random.pick(outside));
  }

  async #sendStranger(producer: Batch["producer"], topicPartition: TopicPartition): Promise<void> {
    const value = `late ${this.name}#${this.notes.next()}`;
    const isOfLast = this.version === 2 &&
      producer.producerEpoch === this.#last?.producer.producerEpoch;
    this.notes.late.set(value, isOfLast ? this.#lastTransaction : undefined);
    await this.broker.produce(this.transactionalId, producer, topicPartition, value, this.version);
  }

  /** It was fenced, and has not understood it. */
  async #haunt(): Promise<void> {
    const producer = this.#producer;
    if (producer === undefined) return;
    const sequence = this.random.below(3);
    const topicPartition = this.#last?.topicPartition ?? { topic: "a", partition: 0 };
    if (this.random.chance(0.5)) {
      return await this.#sendStranger({ ...producer, sequence }, topicPartition);
    }
    const { transactionalId } = this;
    const clientTransactionVersion = this.version === 2 ? 2 : 0;
    const request = { ...producer, transactionalId, committed: true, clientTransactionVersion };
    await this.broker.transactions.endTransaction(request);
  }

  async #commitOffset(answered: (apply: () => void) => void): Promise<void> {
    const transaction = this.#begun();
    const groupId = groupOf(this.transactionalId);
    await this.#add(this.broker.groupPartition(groupId));
    const offset = this.notes.next();
    const { transactionalId, version, broker } = this;
    const error = await broker.commitOffset(
      transactionalId,
      this.#producer!,
      groupId,
      offset,
      version,
    );
    answered(() => {
      if (error !== "NONE") throw new KafkaError(error);
      transaction.offset = offset;
    });
  }

  async #askToEnd(answered: (apply: () => void) => void): Promise<void> {
    const transaction = this.#transaction!;
    const { transactionalId, random } = this;
    const committed = this.#end!;
    const clientTransactionVersion = this.version === 2 ? 2 : 0;
    transaction.askedAt = Math.min(transaction.askedAt, this.notes.next());
    const wasUnknown = transaction.outcome === "unknown";
    if (committed) transaction.outcome = "unknown";
    const request = { ...this.#producer!, transactionalId, committed, clientTransactionVersion };
    let next: ProducerIdAndEpoch;
    try {
      next = await this.broker.transactions.endTransaction(request);
    } catch (error) {
      if (!(error instanceof KafkaError) || RETRIABLE.has(error.code)) throw error;
      // Refused at the first asking, it has not happened and will not.
      answered(() => {
        if (!wasUnknown || error.code === "INVALID_TXN_STATE") transaction.outcome = "aborted";
      });
      throw error;
    }
    answered(() => {
      if (random.chance(0.2)) return;
      this.#finish(committed ? "committed" : "aborted");
      if (this.version === 1) return;
      this.notes.told(transactionalId, next, false);
      this.#goOn(next);
    });
  }

  #finish(outcome: NotedTransaction["outcome"]): void {
    this.#transaction!.outcome = outcome;
    this.#transaction = undefined;
    this.#added = new Set();
    this.#asked = new Set();
    this.#unanswered = undefined;
    this.#end = undefined;
  }

  #fence(): void {
    this.isFenced = true;
    this.#abandon();
  }

  /** It does not know how to go on with its transaction, and begins anew. */
  #abandon(): void {
    const outcome = this.#transaction?.outcome;
    if (outcome !== undefined) this.#finish(outcome === "unknown" ? outcome : "aborted");
    if (this.isFenced) return;
    if (this.version === 2) this.#expected = this.#producer ?? this.#expected;
    this.#producer = undefined;
  }
}
