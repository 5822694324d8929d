/**
 * A group of consumers in a simulated cluster. Its members come, go and die, and its coordinator moves; whoever gets a partition goes on no
 * earlier than what was committed, and no later than what the group has read.
 */

import { Consumer } from "../../client/consumer/consumer.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { string } from "../../storage/serde/string.ts";
import type { SeededRandom } from "../support/manual_env.ts";
import type { ClusterChecks } from "./cluster_checks.ts";
import type { ClusterNetwork, HostLife } from "./cluster_network.ts";
import { hostOf } from "./cluster_node.ts";
import { Violation } from "./replication_checks.ts";
import type { VirtualClock } from "./virtual_clock.ts";

/** Where a group is. */
export interface GroupWorld {
  readonly clock: VirtualClock;
  readonly network: ClusterNetwork;
  readonly random: SeededRandom;
  readonly checks: ClusterChecks;
  readonly bootstrapServers: string;
  readonly topics: readonly string[];
}

/** See the file's comment. */
export class ClusterGroup {
  readonly #world: GroupWorld;
  readonly #strategy: string;
  readonly #committed = new Map<string, number>();
  /** How far the group has read, by partition. */
  readonly read = new Map<string, number>();
  /** How many times a member went on where another one, or none, had been. */
  takeovers = 0;

  constructor(world: GroupWorld) {
    this.#world = world;
    this.#strategy = world.random.pick(["range", "sticky", "cooperative-sticky"]);
  }

  /**
   * One place in the group, taken by one member after the other.
   *
   * @param number of the place
   * @param isCalm whether members stay from here on
   * @param isOver whether there is nothing more to read
   * @throws {Violation}
   */
  async run(number: number, isCalm: () => boolean, isOver: () => boolean): Promise<void> {
    const { clock, network, random } = this.#world;
    while (!isOver()) {
      const end = new AbortController();
      const life: HostLife = { host: hostOf(110 + number), death: end.signal };
      const leavesAt = clock.monotonic() + 1000 + random.below(15_000);
      const mayLeave = () => !isCalm() && clock.monotonic() > leavesAt;
      const living = this.#live(life, () => isOver() || mayLeave());
      // Who dies says no goodbye, and is missed after its session.
      if (random.chance(0.5)) await living;
      else {
        const dies = async () => {
          while (!mayLeave() && !isOver()) await clock.sleep(100);
        };
        await Promise.race([living, dies()]);
        end.abort();
        network.killed(life);
      }
    }
  }

  async #live(life: HostLife, isOver: () => boolean): Promise<void> {
    const { clock, network, random, checks, bootstrapServers, topics } = this.#world;
    const { host, death } = life;
    const consumer = new Consumer<Uint8Array, string>({
      bootstrapServers,
      transport: network.of(life),
      env: { clock: clock.mortal(death), random, logger: { write() {} } },
      clientId: host,
      groupId: "readers",
      autoOffsetReset: "earliest",
      enableAutoCommit: false,
      partitionAssignmentStrategy: [this.#strategy],
      sessionTimeoutMs: 6000,
      heartbeatIntervalMs: 1000,
      requestTimeoutMs: 3000,
      socketConnectionSetupTimeoutMs: 2000,
      valueDeserializer: string(),
    });
    /** Of the partitions that are its own and of which it has read, what comes next. */
    const positions = new Map<string, readonly [TopicPartition, number]>();
    const forget = (partitions: readonly TopicPartition[]) => {
      for (const partition of partitions) positions.delete(topicPartitionKey(partition));
    };
    consumer.subscribe(topics, {
      onPartitionsAssigned: forget,
      onPartitionsRevoked: forget,
      onPartitionsLost: forget,
    });
    while (!isOver()) {
      const records = await consumer.poll(random.below(1000));
      // The dead go on until they wait for something.
      if (death.aborted) return;
      for (const { topic, partition, offset, value } of records) {
        const key = topicPartitionKey({ topic, partition });
        this.#reads(key, offset, positions.get(key)?.[1]);
        positions.set(key, [{ topic, partition }, offset + 1]);
        checks.served({ topic, partition, offset, value: value! });
      }
      if (positions.size > 0 && random.chance(0.5)) {
        await this.#commit(consumer, [...positions.values()]);
      }
      if (death.aborted) return;
    }
    await consumer.close({ timeoutMs: random.pick([0, 3000]) });
  }

  #reads(key: string, offset: number, expected: number | undefined): void {
    const read = this.read.get(key) ?? 0;
    const committed = this.#committed.get(key) ?? 0;
    if (expected !== undefined && offset !== expected) {
      throw new Violation(`the group reads ${key} at ${offset} instead of ${expected}`);
    }
    if (expected === undefined) this.takeovers++;
    if (offset > read) throw new Violation(`the group passes over ${read} to ${offset} of ${key}`);
    if (expected === undefined && offset < committed) {
      throw new Violation(
        `the group goes back to ${offset} of ${key}, which has committed ${committed}`,
      );
    }
    this.read.set(key, Math.max(read, offset + 1));
  }

  async #commit(
    consumer: Consumer<Uint8Array, string>,
    positions: readonly (readonly [TopicPartition, number])[],
  ): Promise<void> {
    try {
      await consumer.commitSync(positions.map(([partition, offset]) => [partition, { offset }]));
    } catch {
      // It may be somebody else's by now, or nobody has answered.
      return;
    }
    for (const [partition, offset] of positions) {
      const key = topicPartitionKey(partition);
      this.#committed.set(key, Math.max(offset, this.#committed.get(key) ?? 0));
    }
  }
}
