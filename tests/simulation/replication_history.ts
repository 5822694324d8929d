/** A history of a cluster that replicates: producers write with acks=all, and whatever can go wrong does. */

import { DeleteRecordsEntry } from "../../cluster/replication/delete_records.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { batchOf } from "../support/partition_log.ts";
import { ReplicaBroker, type ReplicaCluster, TOPIC_CONFIGS } from "./replica_broker.ts";
import { ReplicaController } from "./replica_controller.ts";
import { ReplicationChecks, Violation } from "./replication_checks.ts";
import { type Life, ReplicaNetwork } from "./replica_network.ts";
import { VirtualClock } from "./virtual_clock.ts";

/**
 * What dying costs: `kill` leaves what was written; `flushed` takes the power, of disks that flush every write; `one` takes the power of disks that
 * do not, or all that is on one, of one broker at a time.
 */
export type World = "kill" | "flushed" | "one";

export const IDS = [1, 2, 3, 4];
const REPLICAS = 3;
const PRODUCERS = [100, 101, 102];
export const PARTITIONS = [0, 1];
const FAULTS_MS = 25_000;

/** What a producer sends again after. */
const MAY_PASS: ReadonlySet<string> = new Set([
  ...["lost", "REQUEST_TIMED_OUT", "NOT_LEADER_OR_FOLLOWER", "UNKNOWN_TOPIC_OR_PARTITION"],
  ...["NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "KAFKA_STORAGE_ERROR"],
]);

/** See the file's comment. */
export class ReplicationHistory implements ReplicaCluster {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly network: ReplicaNetwork;
  readonly controller: ReplicaController;
  readonly brokers: ReadonlyMap<number, ReplicaBroker>;
  readonly checks: ReplicationChecks;
  readonly #over = new AbortController();
  readonly #failed = Promise.withResolvers<never>();
  #isCalm = false;

  constructor(readonly seed: number, readonly world: World) {
    this.random = new SeededRandom(seed);
    this.network = new ReplicaNetwork(this.random);
    this.controller = new ReplicaController(this.clock, this.random);
    this.brokers = new Map(IDS.map((id) => [id, new ReplicaBroker(id, this)]));
    this.checks = new ReplicationChecks(this.controller, this.brokers, PARTITIONS);
    this.#failed.promise.catch(() => {});
  }

  readonly onFailure = (error: unknown): void => this.#failed.reject(error);

  /** @throws {Violation} */
  async run(): Promise<void> {
    const work = this.#run();
    await this.clock.run(Promise.race([work, this.#failed.promise]), 200_000);
  }

  async #run(): Promise<void> {
    const { controller, random } = this;
    controller.onChange = () => this.checks.leaders();
    const watching = controller.watch(this.#over.signal);
    for (const broker of this.brokers.values()) broker.start();
    await this.#until(
      "brokers are there",
      () => IDS.every((id) => controller.image.cluster.isActive(id)),
    );
    const assignments = PARTITIONS.map((id) =>
      Array.from({ length: REPLICAS }, (_, i) => IDS[(i + id) % IDS.length]!)
    );
    const flush = this.world === "flushed" ? { "flush.messages": "1" } : {};
    controller.addTopic("t", assignments, { ...TOPIC_CONFIGS, ...flush });
    let writing = PRODUCERS.length;
    for (const id of PRODUCERS) {
      this.#produce(id).then(() => writing--, this.onFailure);
    }
    const end = this.clock.monotonic() + FAULTS_MS;
    while (this.clock.monotonic() < end) {
      await this.clock.sleep(200 + random.below(2500));
      this.#fault();
      this.checks.replicas();
    }
    this.#isCalm = true;
    this.network.mend();
    for (const broker of this.brokers.values()) broker.spare();
    await this.#until("all is written", () => writing === 0);
    await this.#allInSync();
    this.#over.abort();
    await watching;
    this.checks.replicas();
  }

  /** Once all goes well again, everybody comes into sync, and has the same. */
  async #allInSync(): Promise<void> {
    await this.#until("all are in sync again", () =>
      PARTITIONS.every((id) => {
        const { replicas } = this.controller.image.topics.partition("t", id)!;
        const logs = replicas.map((broker) => this.brokers.get(broker)!.partition(id)?.log);
        return this.#isSettled(id) && logs.every((log) => log !== undefined) &&
          new Set(logs.map((log) => log!.highWatermark)).size === 1 &&
          logs.every((log) => log!.highWatermark === log!.logEndOffset);
      }));
  }

  async #until(what: string, condition: () => boolean): Promise<void> {
    const end = this.clock.monotonic() + 60_000;
    while (!condition()) {
      if (this.clock.monotonic() > end) {
        throw new Violation(`Not in a minute: ${what}\n${this.#state()}`);
      }
      await this.clock.sleep(50);
    }
  }

  #state(): string {
    return PARTITIONS.flatMap((id) => {
      const { directories: _, ...registered } = this.controller.image.topics.partition("t", id)!;
      return [
        `partition ${id}: ${JSON.stringify(registered)}`,
        ...IDS.map((broker) => {
          const partition = this.brokers.get(broker)!.partition(id);
          const { leader, leaderEpoch, partitionEpoch, log } = partition ?? {};
          const { logEndOffset, highWatermark } = log ?? {};
          return `  on ${broker}: ${
            JSON.stringify({ leader, leaderEpoch, partitionEpoch, logEndOffset, highWatermark })
          }`;
        }),
      ];
    }).join("\n");
  }

  /** Writes batch after batch, each until it is acknowledged, to some partition. */
  async #produce(producerId: number): Promise<void> {
    const { clock, random } = this;
    const sequences = PARTITIONS.map(() => 0);
    while (!this.#isCalm) {
      const partition = random.pick(PARTITIONS);
      const baseSequence = sequences[partition]!++;
      const value = `${producerId}:${baseSequence}`;
      const records = batchOf([value], { producerId, producerEpoch: 0, baseSequence });
      let told: number | string;
      do {
        await clock.sleep(random.below(60));
        told = await this.#send(partition, records);
        if (typeof told === "string" && !MAY_PASS.has(told)) {
          throw new Violation(`partition ${partition} refuses ${value}: ${told}`);
        }
      } while (typeof told === "string");
      this.checks.acknowledged[partition]!.push({ value, offset: told });
    }
  }

  async #send(partition: number, records: Uint8Array): Promise<number | string> {
    const { clock, random, network } = this;
    const { leader = -1 } = this.controller.image.topics.partition("t", partition)!;
    const broker = this.brokers.get(random.chance(0.9) ? leader : random.pick(IDS));
    if (broker === undefined) return "lost";
    const from: Life = { id: -1, death: new AbortController().signal, clock };
    const produce = () => broker.produce(partition, records.slice());
    const told = await network.call(from, broker.id, () => broker.life, produce).catch(() =>
      "lost"
    );
    // One that does not know yet that others lead has not what they have acknowledged.
    const isLate = told === "OUT_OF_ORDER_SEQUENCE_NUMBER" && broker.id !== leader;
    return isLate ? "lost" : told;
  }

  #fault(): void {
    const { random, network } = this;
    const broker = this.brokers.get(random.pick(IDS))!;
    const other = random.pick([0, ...IDS].filter((id) => id !== broker.id));
    const faults: (() => void)[] = [
      () => this.#kill(broker, 0),
      () => this.#kill(broker, 1 + random.below(40)),
      () => void this.#cut(broker.id, other),
      () => void this.#cut(broker.id, other),
      () => network.lossRate = random.pick([0, 0.02, 0.2]),
      () => this.controller.balance(),
      () => this.#deleteRecords(random.pick(PARTITIONS)),
      () => this.#reassign(random.pick(PARTITIONS)),
    ];
    random.pick(faults)();
  }

  #kill(broker: ReplicaBroker, operations: number): void {
    const { random, world } = this;
    if (broker.life === undefined) return;
    if (world === "one" && !this.#isWhole()) return;
    const isLoss = world === "one" && random.chance(0.3);
    const death = world === "kill" ? "kill" : isLoss ? "loss" : "power-cut";
    if (operations > 0 && world !== "one") broker.dieAfter(operations, death, random.below(1000));
    else broker.die(death, random.below(1000));
  }

  readonly onDeath = (broker: ReplicaBroker): void => {
    void this.clock.sleep(this.random.below(4000)).then(() => broker.start());
  };

  /** Whether nobody is down or out of sync. */
  #isWhole(): boolean {
    return [...this.brokers.values()].every(({ life }) => life !== undefined) &&
      PARTITIONS.every((id) => this.#isSettled(id));
  }

  /** Whether somebody leads a partition, and all that have it are in sync and are to keep it. */
  #isSettled(id: number): boolean {
    const { leader, isr, replicas, addingReplicas, removingReplicas } = this.controller.image.topics
      .partition("t", id)!;
    return leader >= 0 && isr.length === replicas.length &&
      addingReplicas.length === 0 && removingReplicas.length === 0;
  }

  #reassign(id: number): void {
    const { random } = this;
    const wanted = IDS.slice().sort(() => random.next() - 0.5).slice(0, REPLICAS);
    this.controller.reassign("t", id, random.chance(0.3) ? null : wanted);
  }

  /** The first records are deleted, of those that are committed. */
  #deleteRecords(id: number): void {
    const leader = [...this.brokers.values()].find((broker) => broker.partition(id)?.isLeader);
    const manager = leader?.life?.replicaManager;
    const log = leader?.partition(id)?.log;
    if (manager === undefined || log === undefined) return;
    const offset = log.logStartOffset +
      this.random.below(log.highWatermark - log.logStartOffset + 1);
    this.checks.deleted(id, offset);
    void manager.deleteRecords(
      [new DeleteRecordsEntry({ topic: "t", partition: id }, offset)],
      100,
    );
  }

  async #cut(a: number, b: number): Promise<void> {
    this.network.setCut(a, b, true);
    await this.clock.sleep(200 + this.random.below(5000));
    this.network.setCut(a, b, false);
  }
}
