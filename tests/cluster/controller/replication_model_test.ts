/**
 * Random histories of four brokers with logs of their own, under one controller: brokers crash, forget what they had not written, fall
 * silent, stop, come back, and leaders say who is in sync. Held against what must never happen to a partition, and to what was
 * acknowledged. A failing run prints its seed; `SEED=<seed>` runs it again.
 */

import { assert, assertEquals } from "@std/assert";
import { alterPartition } from "../../../cluster/controller/alter_partition.ts";
import {
  fenceStaleBroker,
  processBrokerHeartbeat,
} from "../../../cluster/controller/broker_heartbeat.ts";
import { registerBroker } from "../../../cluster/controller/broker_registration.ts";
import type { ControllerContext, Decision } from "../../../cluster/controller/decision.ts";
import { balanceLeaders, electUncleanLeaders } from "../../../cluster/controller/leader_balance.ts";
import { alterPartitionReassignments } from "../../../cluster/controller/partition_reassignment.ts";
import type { PartitionRegistration } from "../../../cluster/controller/partition_registration.ts";
import { SeededRandom } from "../../support/manual_env.ts";
import { brokerDetails, idOf, SESSION_TIMEOUT_MS, TestController } from "./controller_support.ts";

const BROKERS = [1, 2, 3, 4];
const PARTITIONS = [0, 1, 2];
const MIN_ISR = 2;

/** What a broker has of a partition. */
interface Replica {
  readonly log: number[];
  /** The leader epoch in which it has last fetched; -1 in no one of this run. */
  fetchedIn: number;
}

interface TestRun {
  isUp: boolean;
  /** How often it has begun. */
  runs: number;
  /** The epoch that it tells when it comes back after a stop that was clean; -1 otherwise. */
  previousEpoch: number;
  wantsStop: boolean;
  readonly replicas: Replica[];
}

interface World {
  readonly hasElr: boolean;
  readonly isUnclean: boolean;
}

class History {
  readonly controller: TestController;
  readonly random: SeededRandom;
  readonly world: World;
  readonly brokers = new Map<number, TestRun>();
  /** Records of each partition that a producer was told are safe. */
  readonly acknowledged = PARTITIONS.map(() => new Set<number>());
  readonly #leaders = new Map<string, number>();
  #before: PartitionRegistration[];
  #nextRecord = 0;
  unclean = 0;
  elections = 0;

  constructor(seed: number, world: World) {
    this.random = new SeededRandom(seed);
    this.world = world;
    this.controller = new TestController({
      seed,
      elr: Number(world.hasElr),
      brokers: Object.fromEntries(BROKERS.map((id) => [id, {}])),
    });
    this.controller.image.offset = 1000;
    this.controller.addTopic("t", [
      { replicas: [1, 2, 3] },
      { replicas: [2, 3, 4] },
      { replicas: [3, 4, 1] },
    ]);
    this.controller.setConfig(2, "t", "min.insync.replicas", String(MIN_ISR));
    this.controller.setConfig(2, "t", "unclean.leader.election.enable", String(world.isUnclean));
    this.#before = PARTITIONS.map((id) => this.controller.partition("t", id));
    for (const id of BROKERS) {
      const replicas = PARTITIONS.map(() => ({ log: [], fetchedIn: -1 }));
      this.brokers.set(id, { isUp: true, runs: 0, previousEpoch: -1, wantsStop: false, replicas });
    }
    for (const id of BROKERS) this.heartbeat(id);
  }

  /** Has something decided, and looks at what comes of it. */
  decide<R>(decision: (context: ControllerContext, nextOffset: number) => Decision<R>): R {
    const { records, response } = this.controller.decide(decision);
    for (const { type, data } of records) {
      if (type === "PartitionChangeRecord" && data.leaderRecoveryState === 1) {
        // What nobody has any more nobody has to keep.
        this.unclean++;
        this.acknowledged[data.partitionId]!.clear();
      }
    }
    this.check(records.length);
    return response;
  }

  check(numRecords: number): void {
    const { image: { cluster } } = this.controller;
    for (const id of PARTITIONS) {
      const partition = this.controller.partition("t", id);
      const { replicas, isr, elr, leader, leaderEpoch, partitionEpoch } = partition;
      const before = this.#before[id]!;
      const told = `partition ${id}: ${JSON.stringify(before)} -> ${JSON.stringify(partition)}`;
      assert(leaderEpoch >= before.leaderEpoch && partitionEpoch >= before.partitionEpoch, told);
      assert(partition === before || partitionEpoch > before.partitionEpoch, told);
      assert(partitionEpoch - before.partitionEpoch <= numRecords, told);
      assert(leader === before.leader || leaderEpoch > before.leaderEpoch, told);
      const key = `${id} ${leaderEpoch}`;
      assertEquals(this.#leaders.get(key) ?? leader, leader, `two leaders in an epoch: ${told}`);
      this.#leaders.set(key, leader);
      assert([...isr, ...elr].every((broker) => replicas.includes(broker)), told);
      assert(!elr.some((broker) => isr.includes(broker)), told);
      const joined = isr.filter((broker) => !before.isr.includes(broker));
      assert(this.world.isUnclean || joined.every((broker) => cluster.isActive(broker)), told);
      if (leader >= 0) {
        assert(isr.includes(leader) && cluster.isActive(leader), told);
        if (leader !== before.leader) this.elections++;
        const { isUp, replicas: own } = this.brokers.get(leader)!;
        // What a process has forgotten that is gone shows when it comes back.
        const has = new Set(own[id]!.log);
        for (const record of isUp ? this.acknowledged[id]! : []) {
          assert(has.has(record), `lost: ${told}`);
        }
      }
      this.#before[id] = partition;
    }
  }

  async step(): Promise<void> {
    const steps = [
      ...Array(6).fill(() => this.produce()),
      ...Array(6).fill(() => this.fetch()),
      ...Array(6).fill(() => this.heartbeat(this.random.pick(BROKERS))),
      ...Array(4).fill(() => this.tellIsr()),
      ...Array(2).fill(() => this.restart()),
      () => this.crash(),
      () => this.pass(),
      () => this.brokers.get(this.random.pick(BROKERS))!.wantsStop = true,
      () => this.reassign(),
      () => this.decide(balanceLeaders),
      () => this.decide(electUncleanLeaders),
    ] as (() => void | Promise<void>)[];
    await this.random.pick(steps)();
    for (const id of PARTITIONS) this.acknowledge(id);
  }

  /** The leader of a partition when its process runs and knows of nothing else. */
  #leaderOf(id: number) {
    const partition = this.controller.partition("t", id);
    const broker = this.brokers.get(partition.leader);
    return broker?.isUp ? { partition, replica: broker.replicas[id]! } : undefined;
  }

  produce(): void {
    const leader = this.#leaderOf(this.random.pick(PARTITIONS));
    leader?.replica.log.push(this.#nextRecord++);
  }

  /** A follower has all that its leader has, and nothing else. */
  fetch(): void {
    const id = this.random.pick(PARTITIONS);
    const leader = this.#leaderOf(id);
    if (leader === undefined) return;
    for (const broker of leader.partition.replicas) {
      const { isUp, replicas } = this.brokers.get(broker)!;
      const replica = replicas[id]!;
      if (!isUp || replica === leader.replica || this.random.chance(0.3)) continue;
      replica.log.splice(0, Infinity, ...leader.replica.log);
      replica.fetchedIn = leader.partition.leaderEpoch;
    }
  }

  /** What all in sync have is safe, when they are enough. */
  acknowledge(id: number): void {
    const leader = this.#leaderOf(id);
    if (leader === undefined || leader.partition.isr.length < MIN_ISR) return;
    const { partition: { isr, leaderEpoch }, replica: { log } } = leader;
    let length = log.length;
    for (const broker of isr) {
      const replica = this.brokers.get(broker)!.replicas[id]!;
      if (replica === leader.replica) continue;
      length = replica.fetchedIn === leaderEpoch ? Math.min(length, replica.log.length) : 0;
    }
    for (const record of log.slice(0, length)) this.acknowledged[id]!.add(record);
  }

  tellIsr(): void {
    const id = this.random.pick(PARTITIONS);
    const leader = this.#leaderOf(id);
    if (leader === undefined) return;
    const { partition: { replicas, isr, leader: brokerId, leaderEpoch, partitionEpoch }, replica } =
      leader;
    const registered = this.controller.image.cluster.brokers;
    const newIsr = replicas.filter((other) => {
      const { isUp, replicas: theirs } = this.brokers.get(other)!;
      const { log, fetchedIn } = theirs[id]!;
      if (other === brokerId) return true;
      if (isr.includes(other) && isUp) return this.random.chance(0.8);
      return isUp && fetchedIn === leaderEpoch && log.length === replica.log.length;
    });
    this.decide((context) =>
      alterPartition(context, {
        brokerId,
        brokerEpoch: registered.get(brokerId)!.brokerEpoch,
        topics: [{
          topicId: idOf("t"),
          partitions: [{
            partitionIndex: id,
            leaderEpoch: leaderEpoch - Number(this.random.chance(0.1)),
            partitionEpoch: partitionEpoch - Number(this.random.chance(0.1)),
            leaderRecoveryState: 0,
            newIsr: [],
            newIsrWithEpochs: newIsr.map((other) => ({
              brokerId: other,
              brokerEpoch: registered.get(other)!.brokerEpoch,
            })),
          }],
        }],
      })
    );
  }

  heartbeat(brokerId: number): void {
    const run = this.brokers.get(brokerId)!;
    if (!run.isUp) return;
    const { brokerEpoch } = this.controller.image.cluster.brokers.get(brokerId)!;
    const behind = this.random.chance(0.2) ? this.random.below(20) : 0;
    const { shouldShutDown } = this.decide((context, nextOffset) =>
      processBrokerHeartbeat(context, {
        brokerId,
        brokerEpoch,
        currentMetadataOffset: context.image.offset - behind,
        wantFence: false,
        wantShutDown: run.wantsStop,
        offlineLogDirs: [],
        cordonedLogDirs: null,
      }, nextOffset)
    );
    if (!shouldShutDown) return;
    run.isUp = false;
    run.previousEpoch = brokerEpoch;
  }

  /** A process is gone; with it, where eligible leaders are kept, the last of what it had. */
  crash(): void {
    const run = this.brokers.get(this.random.pick(BROKERS))!;
    run.isUp = false;
    run.previousEpoch = -1;
    if (!this.world.hasElr) return;
    for (const { log } of run.replicas) log.splice(log.length - this.random.below(3));
  }

  restart(): void {
    const brokerId = this.random.pick(BROKERS);
    const run = this.brokers.get(brokerId)!;
    const existing = this.controller.image.cluster.brokers.get(brokerId)!;
    if (run.isUp || this.controller.heartbeats.hasSession(existing)) return;
    run.runs++;
    const details = brokerDetails(brokerId, {
      incarnationId: idOf(`run-${brokerId}-${run.runs}`),
      previousBrokerEpoch: run.previousEpoch,
    });
    this.decide((context, nextOffset) => registerBroker(context, details, nextOffset, true));
    run.isUp = true;
    run.wantsStop = false;
    for (const replica of run.replicas) replica.fetchedIn = -1;
  }

  /** Time goes on, and who has been silent is fenced. */
  async pass(): Promise<void> {
    await this.controller.clock.advance(this.random.below(SESSION_TIMEOUT_MS));
    while (this.decide(fenceStaleBroker));
  }

  reassign(): void {
    const wanted = BROKERS.filter(() => this.random.chance(0.7));
    const replicas = this.random.chance(0.3) ? null : wanted.slice(0, 3);
    if (replicas !== null && replicas.length < 3) return;
    const partitionIndex = this.random.pick(PARTITIONS);
    this.decide((context) =>
      alterPartitionReassignments(context, {
        timeoutMs: 0,
        allowReplicationFactorChange: true,
        topics: [{ name: "t", partitions: [{ partitionIndex, replicas }] }],
      })
    );
  }
}

async function run(seed: number, world: World, steps = 600): Promise<History> {
  const history = new History(seed, world);
  try {
    for (let i = 0; i < steps; i++) await history.step();
  } catch (error) {
    throw new Error(`Seed of the history that failed: ${seed}`, { cause: error });
  }
  return history;
}

const SEED = Deno.env.get("SEED");
const seeds = SEED === undefined ? Array.from({ length: 60 }, (_, i) => i + 1) : [Number(SEED)];

for (const hasElr of [false, true]) {
  const what = hasElr
    ? "with eligible leaders, and crashes that forget"
    : "without eligible leaders";
  Deno.test(`${what}, nothing that was acknowledged is lost, and partitions stay sound`, async () => {
    const runs = await Promise.all(seeds.map((seed) => run(seed, { hasElr, isUnclean: false })));
    const sum = (of: (history: History) => number) => runs.reduce((n, h) => n + of(h), 0);
    assert(sum(({ elections }) => elections) > seeds.length * 5, "leaders change");
    const safe = (h: History) => h.acknowledged.reduce((n, { size }) => n + size, 0);
    assert(sum(safe) > seeds.length * 5, "something is acknowledged");
    if (!hasElr) assertEquals(sum(({ unclean }) => unclean), 0);
  });
}

Deno.test("where leaders may be unclean, partitions stay sound", async () => {
  const runs = await Promise.all(
    seeds.map((seed) => run(seed, { hasElr: false, isUnclean: true })),
  );
  if (SEED === undefined) assert(runs.some(({ unclean }) => unclean > 0), "some are");
});
