/**
 * Producers that commit, abort, crash, come back, lose answers and go on after they were fenced, on a broker that is killed, loses its coordinators,
 * its markers and the room on its disk. A reader of what is committed looks on all the time. Every seed is another history; a failure tells its seed.
 */

import { assert, assertEquals, AssertionError, assertMatch } from "@std/assert";
import type { ErrorName } from "../../client/protocol/error_codes.ts";
import type { MarkerWriter } from "../../cluster/coordinator/transaction/marker_writer.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { metadataOf } from "../support/transactions.ts";
import { TransactionBroker } from "../support/transaction_broker.ts";
import { groupOf, PARTITIONS, SimulatedProducer, TIMEOUT_MS } from "./simulated_producer.ts";
import { TransactionNotes } from "./transaction_notes.ts";

const SEEDS = Number(Deno.env.get("SEEDS") ?? 20);
const FIRST_SEED = Number(Deno.env.get("FIRST_SEED") ?? 1);
const STEPS = 500;
const IDS = ["x", "y", "z"];
const EVERYTHING = { states: [], producerIds: [], durationMs: -1, matchesId: () => true };
const ABORT_INTERVAL_MS = 10_000;

/** What is planted to see that it is found. */
type Bug =
  | "aborts are committed"
  | "a partition gets no markers"
  | "groups get no markers"
  | "nobody looks for the time"
  | "readers do not wait for the end";

/** Producers of three transactional ids, and what may go wrong for them. */
class Simulation {
  readonly random: SeededRandom;
  readonly notes = new TransactionNotes();
  producers: SimulatedProducer[] = [];
  broker!: TransactionBroker;
  /** When the coordinator could last be kept from its work. */
  disturbedAt = 0;
  /** What a reader of what is committed has read so far, by partition. */
  readonly #read = PARTITIONS.map((): readonly string[] => []);
  /** All offsets that groups were seen to have. */
  readonly #offsets = new Set<number>();
  readonly #bug: Bug | undefined;
  #heal: (() => void) | undefined;
  #isCalm = false;

  constructor(seed: number, bug?: Bug) {
    this.random = new SeededRandom(seed);
    this.#bug = bug;
  }

  async run(): Promise<void> {
    const { random } = this;
    const transactionVersion = random.pick([1, 2, 2, 2]);
    this.broker = await TransactionBroker.start({
      transactionVersion,
      intercept: (write) => this.#interfere(this.#planted(write)),
      config: {
        "transaction.abort.timed.out.transaction.cleanup.interval.ms":
          this.#bug === "nobody looks for the time" ? 2 ** 30 : ABORT_INTERVAL_MS,
      },
      // Some of its epochs are used up before long.
      known: random.chance(0.5)
        ? [metadataOf({ transactionalId: "x", producerEpoch: 32_765 - random.below(4) })]
        : [],
    });
    for (let step = 0; step < STEPS; step++) {
      await this.#step();
      this.#checkTimeouts();
      if (random.chance(0.3)) this.#readOn();
      this.notes.rethrow();
    }
    await this.#calmDown();
    this.#readOn();
    this.#checkLogs();
    await this.#goOn();
    await this.broker[Symbol.asyncDispose]();
  }

  async #step(): Promise<void> {
    const { random, broker } = this;
    const { clock } = broker.env;
    const roll = random.next();
    if (roll < 0.03 || this.producers.length < IDS.length) {
      const id = IDS[this.producers.length] ?? random.pick(IDS);
      const version = random.pick([1, 2, 2] as const);
      this.producers.push(new SimulatedProducer(id, version, broker, random, this.notes));
    } else if (roll < 0.04) {
      // It is gone for good, whatever it was doing.
      this.producers.splice(random.below(this.producers.length), 1)[0]!.disconnect();
    } else if (roll < 0.06) {
      this.disturbedAt = clock.now();
      await broker.failOver();
    } else if (roll < 0.07) {
      await this.#kill();
    } else if (roll < 0.085) {
      this.#fillDisk();
    } else if (roll < 0.1) {
      await this.#advance(random.below(2 * TIMEOUT_MS));
    } else {
      const isHaunted = random.chance(0.2);
      const free = this.producers.filter(({ isBusy, isFenced }) =>
        !isBusy && isFenced === isHaunted
      );
      if (free.length > 0) random.pick(free).step();
    }
    await this.#advance(random.chance(0.8) ? 0 : random.below(500));
  }

  async #advance(ms: number): Promise<void> {
    await this.broker.env.clock.advance(ms);
    if (this.#heal !== undefined) this.disturbedAt = this.broker.env.clock.now();
  }

  async #kill(): Promise<void> {
    this.#healDisk();
    for (const producer of this.producers) if (producer.isBusy) producer.disconnect();
    await this.broker.kill();
    this.disturbedAt = this.broker.env.clock.now();
  }

  /** Nothing more can be written of transactions, until it can again. */
  #fillDisk(): void {
    if (this.#heal !== undefined) return this.#healDisk();
    const { fileSystem } = this.broker.env;
    this.#heal = fileSystem.inject({
      code: "ENOSPC",
      kinds: ["write"],
      path: /__transaction_state-\d+\/\d+\.log$/,
      times: Infinity,
    });
  }

  #healDisk(): void {
    this.#heal?.();
    this.#heal = undefined;
    this.disturbedAt = this.broker.env.clock.now();
  }

  /** Markers are lost on their way, or the answers to them, and some take their time. */
  #interfere(write: MarkerWriter): MarkerWriter {
    const { random } = this;
    return async (end, partitions) => {
      if (this.#isCalm) return write(end, partitions);
      if (random.chance(0.2)) await this.broker.env.clock.sleep(random.below(300));
      const roll = random.next();
      const same = (error: ErrorName) => partitions.map(() => error);
      if (roll < 0.1) return same("NOT_LEADER_OR_FOLLOWER");
      const errors = await write(end, partitions);
      return roll < 0.25 ? same("REQUEST_TIMED_OUT") : errors;
    };
  }

  /** The markers as they are written, but for what is planted. */
  #planted(write: MarkerWriter): MarkerWriter {
    const bug = this.#bug;
    const skipped = bug === "a partition gets no markers"
      ? "b"
      : bug === "groups get no markers"
      ? "__consumer_offsets"
      : undefined;
    if (skipped !== undefined) {
      return async (end, partitions) => {
        const left = partitions.filter(({ topic }) => topic !== skipped);
        const errors = [...await write(end, left)];
        return partitions.map(({ topic }) => topic === skipped ? "NONE" : errors.shift()!);
      };
    }
    return bug === "aborts are committed"
      ? (end, partitions) => write({ ...end, committed: true }, partitions)
      : write;
  }

  /** What was read stays what it is, and more comes behind it. */
  #readOn(): void {
    const { broker } = this;
    PARTITIONS.forEach((topicPartition, i) => {
      const isEarly = this.#bug === "readers do not wait for the end";
      const values = broker.committed(topicPartition, isEarly);
      const before = this.#read[i]!;
      assertEquals(values.slice(0, before.length), before, "what was read is another thing now");
      this.#read[i] = values;
    });
    for (const id of IDS) this.#offsets.add(broker.committedOffset(groupOf(id)));
  }

  async #calmDown(): Promise<void> {
    this.#isCalm = true;
    this.#healDisk();
    await this.broker.env.clock.advance(4 * TIMEOUT_MS);
  }

  /** After all that, every id can be used. */
  async #goOn(): Promise<void> {
    const { broker } = this;
    for (const transactionalId of IDS) {
      const request = { transactionalId, timeoutMs: TIMEOUT_MS, expected: undefined };
      const producer = await broker.transactions.initProducerId(request);
      for (const partition of PARTITIONS) {
        const sent = { ...producer, sequence: 0 };
        const { error } = await broker.produce(transactionalId, sent, partition, "in the end");
        assertEquals(error, "NONE");
      }
      const end = { ...producer, transactionalId, committed: true, clientTransactionVersion: 2 };
      await broker.transactions.endTransaction(end);
    }
    for (const partition of PARTITIONS) {
      const values = broker.committed(partition).slice(-IDS.length);
      assertEquals(values, IDS.map(() => "in the end"));
    }
  }

  /** No transaction is open for longer than it may take, but for the time between two looks. */
  #checkTimeouts(): void {
    const now = this.broker.env.clock.now();
    for (const { state, startTimestamp } of this.broker.transactions.list(EVERYTHING, now)) {
      if (state !== "Ongoing") continue;
      const due = Math.max(startTimestamp + TIMEOUT_MS, this.disturbedAt);
      assert(now - due <= ABORT_INTERVAL_MS, `open for ${now - startTimestamp} ms`);
    }
  }

  #checkLogs(): void {
    const { broker, notes } = this;
    const states = [...broker.transactions.list(EVERYTHING, broker.env.clock.now())];
    for (const { state } of states) assert(/^(Empty|Complete)/.test(state), state);
    assertEquals(broker.transactions.pendingMarkers, 0);
    const seen = new Map<string, string>();
    for (const topicPartition of PARTITIONS) {
      const log = broker.replicas.log(topicPartition.topic, topicPartition.partition);
      assertEquals(log.lastStableOffset, log.logEndOffset, "the last stable offset is behind");
      const values = this.#read[PARTITIONS.indexOf(topicPartition)]!;
      for (const value of values) {
        if (notes.late.has(value)) {
          const outcome = notes.late.get(value)?.outcome;
          assert(outcome === "committed" || outcome === "unknown", `sent too late: ${value}`);
          continue;
        }
        assert(!seen.has(value), `read twice: ${value}`);
        seen.set(value, `${topicPartition.topic}-${topicPartition.partition}`);
      }
      checkEpochs(log);
      const inTime = values.filter((value) => !notes.late.has(value));
      const numbers = Map.groupBy(inTime, (value) => value.split("/")[0]!).values();
      for (const ofProducer of numbers) {
        const sent = ofProducer.map((value) => Number(value.split("#")[1]));
        assertEquals(sent, sent.toSorted((a, b) => a - b), "records of a producer are in order");
      }
    }
    this.#checkTransactions(seen);
    this.#checkOffsets();
  }

  #checkTransactions(seen: ReadonlyMap<string, string>): void {
    let known = 0;
    for (const { name, outcome, records } of this.notes.transactions) {
      const all = [...records.values()];
      const read = all.filter(({ value }) => seen.has(value));
      known += read.length;
      const isCommitted = outcome === "committed" || (outcome === "unknown" && read.length > 0);
      const what = `${name} is ${outcome}: ${read.length} of ${all.length} are read`;
      if (!isCommitted) assertEquals(read.length, 0, what);
      else {
        for (const { value, isAcknowledged } of all) {
          assert(!isAcknowledged || seen.has(value), `${what}, not ${value}`);
        }
      }
    }
    assertEquals(known, seen.size, "all that is read was sent in a transaction");
  }

  /** What a group has committed is never what an aborted transaction says, and in the end what the last committed transaction says, or a later one of which nobody was told how it ended. */
  #checkOffsets(): void {
    for (const id of IDS) {
      let possible = new Set([-1]);
      const asked = this.notes.transactions
        .filter(({ transactionalId, askedAt }) => transactionalId === id && askedAt < Infinity)
        .sort((a, b) => a.askedAt - b.askedAt);
      for (const { offset, outcome } of this.notes.transactions) {
        if (offset === undefined || (outcome !== "aborted" && outcome !== "open")) continue;
        assert(!this.#offsets.has(offset), `${offset} was committed by what is ${outcome}`);
      }
      for (const { offset, outcome } of asked) {
        if (offset === undefined || outcome === "aborted" || outcome === "open") continue;
        if (outcome === "committed") possible = new Set();
        possible.add(offset);
      }
      const committed = this.broker.committedOffset(groupOf(id));
      assert(possible.has(committed), `${id}: ${committed} is none of ${[...possible]}`);
    }
  }
}

/** What one transaction has written has one epoch, and its marker has that one or, as from version 2 on, the next. */
function checkEpochs(log: PartitionLog): void {
  const open = new Map<number, number>();
  const read = log.read(0, { maxBytes: 1 << 24, isolation: "log_end" });
  for (const { isControlBatch, producerId, producerEpoch, baseOffset } of batchesIn(read.bytes())) {
    const epoch = open.get(producerId);
    const isOf = epoch === undefined || epoch === producerEpoch ||
      (isControlBatch && producerEpoch === epoch + 1);
    assert(isOf, `${baseOffset} of producer ${producerId}: epoch ${producerEpoch} after ${epoch}`);
    if (isControlBatch) open.delete(producerId);
    else open.set(producerId, producerEpoch);
  }
}

for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
  Deno.test(`transactions are all or nothing, whatever goes wrong (history ${seed})`, () =>
    new Simulation(seed).run());
}

/** The first of some histories in which a bug is found. */
async function found(bug: Bug): Promise<string> {
  for (let seed = 1; seed <= 5; seed++) {
    try {
      await new Simulation(seed, bug).run();
    } catch (error) {
      if (error instanceof AssertionError) return error.message;
      throw error;
    }
  }
  return "nothing";
}

const SIGNS: Readonly<Record<Bug, RegExp>> = {
  "aborts are committed": /is (aborted|open): \d+ of \d+ are read|committed by what is/,
  "a partition gets no markers": /last stable offset|epoch \d+ after|INVALID_/,
  "groups get no markers": /is none of/,
  "nobody looks for the time": /open for \d+ ms/,
  "readers do not wait for the end": /what was read is another thing now|are read/,
};

for (const [bug, sign] of Object.entries(SIGNS) as [Bug, RegExp][]) {
  Deno.test(`the simulation of transactions finds it when ${bug}`, async () => {
    assertMatch(await found(bug), sign);
  });
}
