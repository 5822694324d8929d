/** A history of a whole cluster, clients and all: whatever can go wrong does, for half a minute; then all is well, and everything must be there. */

import { Admin } from "../../client/admin/admin.ts";
import { Consumer } from "../../client/consumer/consumer.ts";
import type { ClientEnv } from "../../client/kafka_client.ts";
import { Producer } from "../../client/producer/producer.ts";
import type { MetadataImage } from "../../cluster/controller/metadata_image.ts";
import { string } from "../../storage/serde/string.ts";
import { CollectingLogger, SeededRandom } from "../support/manual_env.ts";
import { ClusterChecks } from "./cluster_checks.ts";
import { ClusterGroup } from "./cluster_group.ts";
import { nodeProperties, type World } from "./cluster_layout.ts";
import { ClusterNetwork } from "./cluster_network.ts";
import { ClusterNode, type Death, hostOf, type NodeWorld } from "./cluster_node.ts";
import { contentOf, Violation } from "./replication_checks.ts";
import { SendLedger } from "./send_ledger.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** One topic for each producer. */
const TOPICS = ["a", "b"];
const PARTITIONS = 2;
const FAULTS_MS = 25_000;
/** How long a cluster in which nothing goes wrong any more may take to be whole. */
const RECOVERY_MS = 120_000;
const CLIENT = hostOf(100);

/** See the file's comment. */
export class ClusterHistory implements NodeWorld {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly network: ClusterNetwork;
  readonly nodes: readonly ClusterNode[];
  readonly checks: ClusterChecks;
  readonly ledgers: SendLedger[] = [];
  readonly group: ClusterGroup;
  readonly #failed = Promise.withResolvers<never>();
  readonly #bootstrapServers: string;
  #isCalm = false;

  constructor(readonly seed: number, readonly world: World) {
    this.random = new SeededRandom(seed);
    this.network = new ClusterNetwork(new SeededRandom(seed + 0.5 * 2 ** 32), this.clock);
    this.#failed.promise.catch(() => {});
    const properties = nodeProperties(seed % 2 === 0, world);
    this.nodes = properties.map((each) => new ClusterNode(Number(each["node.id"]), this, each));
    this.checks = new ClusterChecks(this.nodes, TOPICS);
    this.#bootstrapServers = this.nodes.filter(({ isBroker }) => isBroker)
      .map(({ host }) => `${host}:9092`).join();
    const { clock, network, random, checks } = this;
    const bootstrapServers = this.#bootstrapServers;
    this.group = new ClusterGroup({
      ...{ clock, network, random, checks, bootstrapServers, topics: TOPICS },
    });
  }

  readonly onFailure = (error: unknown): void => this.#failed.reject(error);

  readonly onDeath = (node: ClusterNode): void => {
    const { clock, random, world } = this;
    void clock.sleep(random.below(world === "restless" ? 200 : 4000))
      .then(() => node.isUp || node.start());
  };

  /** @throws {Violation} */
  async run(): Promise<void> {
    const unhandled = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      this.#failed.reject(event.reason);
    };
    globalThis.addEventListener("unhandledrejection", unhandled);
    try {
      await this.clock.run(Promise.race([this.#run(), this.#failed.promise]), 600_000);
    } finally {
      globalThis.removeEventListener("unhandledrejection", unhandled);
    }
  }

  async #run(): Promise<void> {
    const { clock, random, checks, nodes } = this;
    for (const node of nodes) node.start();
    await this.#until("all nodes are there", () => nodes.every(({ rooms }) => rooms !== undefined));
    await this.#makeTopics();
    const writing = TOPICS.map((topic) => this.#write(topic));
    const group = this.group;
    const isOver = () => this.#isRead(group.read);
    const reading = [
      this.#read(),
      this.#read(),
      group.run(1, () => this.#isCalm, isOver),
      group.run(2, () => this.#isCalm, isOver),
    ];
    for (const work of [...writing, ...reading]) work.catch(this.onFailure);
    const end = clock.monotonic() + FAULTS_MS;
    while (clock.monotonic() < end) {
      await clock.sleep(this.world === "restless" ? random.below(300) : 200 + random.below(2000));
      if (this.world === "restless") this.#restlessFault();
      else if (this.world === "cut off") this.#cutOff();
      else this.#fault();
      checks.look();
    }
    this.#isCalm = true;
    this.network.mend();
    for (const node of nodes) node.spare();
    await Promise.all(writing);
    await this.#until("all are in sync again", () => this.#isWhole());
    checks.look();
    this.#checkLogs();
    await Promise.all(reading);
    for (const node of nodes) {
      await node.stop();
    }
  }

  get #client() {
    const { clock, random, network } = this;
    const logger = new CollectingLogger();
    const env: ClientEnv & { readonly logger: CollectingLogger } = { clock, random, logger };
    const transport = network.of({ host: CLIENT, death: new AbortController().signal });
    return { bootstrapServers: this.#bootstrapServers, transport, env };
  }

  async #makeTopics(): Promise<void> {
    await using admin = new Admin(this.#client);
    const made = await admin.createTopics(TOPICS.map((name) => ({
      name,
      numPartitions: PARTITIONS,
      replicationFactor: 3,
    })));
    made.all();
  }

  /** Sends for as long as things go wrong, and a little longer. */
  async #write(topic: string): Promise<void> {
    const { random, clock, checks } = this;
    const deliveryTimeoutMs = random.pick([8000, 120_000]);
    const maxBlockMs = 60_000;
    const producer = new Producer<string, string>({
      ...this.#client,
      acks: "all",
      requestTimeoutMs: random.pick([1000, 3000]),
      lingerMs: random.pick([0, 5]),
      deliveryTimeoutMs,
      maxBlockMs,
      batchSize: random.pick([1, 200]),
      maxInFlightRequestsPerConnection: random.pick([1, 5]),
      socketConnectionSetupTimeoutMs: 2000,
    });
    const ledger = new SendLedger(PARTITIONS, () => clock.monotonic(), {
      keepsAcknowledged: true,
      isIdempotent: true,
      settlesWithinMs: maxBlockMs + deliveryTimeoutMs + 1,
    });
    this.ledgers.push(ledger);
    const send = () => {
      const record = ledger.send(random.below(PARTITIONS), random.below(60));
      const { partition, value } = record;
      producer.send({ topic, partition, value }, (metadata, error) => {
        ledger.settle(record, metadata, error);
        if (error !== null || metadata!.offset < 0) return;
        checks.acknowledged.push({ topic, partition, value, offset: metadata!.offset });
      });
    };
    while (!this.#isCalm) {
      send();
      await clock.sleep(random.next() * random.pick([20, 400]));
    }
    await producer.flush();
    // What it sends last finds out what connections have fallen silent.
    for (let i = 0; i < 3; i++) {
      await clock.sleep(10_000);
      send();
      await producer.flush();
    }
    await producer.close();
    ledger.checkSettled();
  }

  /** Reads everything, from the start on, until there is nothing more to come. */
  async #read(): Promise<void> {
    const { random, checks, clock } = this;
    const consumer = new Consumer<Uint8Array, string>({
      ...this.#client,
      autoOffsetReset: "earliest",
      fetchMaxWaitMs: random.pick([10, 500]),
      requestTimeoutMs: random.pick([1000, 3000]),
      socketConnectionSetupTimeoutMs: 2000,
      valueDeserializer: string(),
      clientRack: random.pick(["r1", "r2", "nowhere"]),
    });
    const next = new Map<string, number>();
    consumer.assign(
      TOPICS.flatMap((topic) =>
        Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition }))
      ),
    );
    const end = () => this.#isCalm ? clock.monotonic() + 2 * RECOVERY_MS : Infinity;
    for (let limit = Infinity; !this.#isRead(next);) {
      limit = Math.min(limit, end());
      if (clock.monotonic() > limit) throw new Violation("a reader does not get to the end");
      for (const { topic, partition, offset, value } of await consumer.poll(random.below(2000))) {
        const key = `${topic}-${partition}`;
        if (offset !== (next.get(key) ?? 0)) {
          throw new Violation(`${key} is read at ${offset} instead of ${next.get(key) ?? 0}`);
        }
        next.set(key, offset + 1);
        checks.served({ topic, partition, offset, value: value! });
      }
    }
    await consumer.close();
  }

  /** Whether there is nothing more to come. */
  #isRead(next: ReadonlyMap<string, number>): boolean {
    return this.#isCalm && this.ledgers.every(({ open }) => open === 0) && this.#isWhole() &&
      TOPICS.every((topic) =>
        this.#contents(topic).every((values, partition) =>
          (next.get(`${topic}-${partition}`) ?? 0) >= values.length
        )
      );
  }

  /** The values of each partition of a topic, as its leader has them. */
  #contents(topic: string): string[][] {
    const image = this.#image()!;
    return Array.from({ length: PARTITIONS }, (_, partition) => {
      const { leader } = image.topics.partition(topic, partition)!;
      const { logManager } = this.nodes.find(({ id }) => id === leader)!.rooms!;
      return contentOf(logManager!.getLog({ topic, partition })!);
    });
  }

  #checkLogs(): void {
    for (const [index, topic] of TOPICS.entries()) {
      this.ledgers[index]!.check(this.#contents(topic));
    }
  }

  /** The metadata of the active controller. */
  #image(): MetadataImage | undefined {
    for (const { rooms } of this.nodes) {
      if (rooms?.shared.controller.isActive) return rooms.shared.controller.image;
    }
    return undefined;
  }

  /** Whether everybody is there, in sync, and has the same. */
  #isWhole(): boolean {
    const { nodes } = this;
    const image = this.#image();
    if (image === undefined || nodes.some(({ rooms }) => rooms === undefined)) return false;
    return TOPICS.every((topic) =>
      Array.from({ length: PARTITIONS }, (_, partition) => {
        const { leader, isr, replicas, addingReplicas, removingReplicas } = image.topics
          .partition(topic, partition)!;
        const logs = replicas.map((broker) =>
          nodes.find(({ id }) => id === broker)!.rooms!.logManager!.getLog({ topic, partition })
        );
        const ends = new Set(logs.flatMap((log) => [log?.highWatermark, log?.logEndOffset]));
        return leader >= 0 && isr.length === replicas.length && ends.size === 1 &&
          addingReplicas.length === 0 && removingReplicas.length === 0;
      }).every(Boolean)
    );
  }

  async #until(what: string, condition: () => boolean): Promise<void> {
    const end = this.clock.monotonic() + RECOVERY_MS;
    while (!condition()) {
      if (this.clock.monotonic() > end) {
        throw new Violation(`Not in ${RECOVERY_MS} ms: ${what}\n${this.#state()}`);
      }
      await this.clock.sleep(100);
    }
  }

  #state(): string {
    return this.nodes.map(({ id, rooms }) => {
      if (rooms === undefined) return `${id} is not there`;
      const { shared: { raft, controller: { image, isActive } }, logManager, brokerServer } = rooms;
      const partitions = TOPICS.flatMap((topic) =>
        Array.from({ length: PARTITIONS }, (_, partition) => {
          const state = { ...image.topics.partition(topic, partition), directories: undefined };
          const { highWatermark, logEndOffset } = logManager?.getLog({ topic, partition }) ?? {};
          return `  ${topic}-${partition} ${highWatermark} ${logEndOffset} ${
            JSON.stringify(state)
          }`;
        })
      );
      const { leaderId, epoch } = raft.leaderAndEpoch;
      return [
        `${id}: leader ${leaderId} in ${epoch}, active ${isActive}, metadata ${image.offset} of ` +
        `${raft.highWatermark}, broker epoch ${brokerServer?.brokerEpoch}`,
        ...partitions,
      ].join("\n");
    }).join("\n");
  }

  #fault(): void {
    const { random, network, nodes } = this;
    const node = random.pick(nodes);
    const others = nodes.map(({ host }) => host).filter((host) => host !== node.host);
    const other = random.pick([CLIENT, ...others]);
    const bothWays = (hosts: readonly string[]) =>
      hosts.flatMap((host) => [[node.host, host], [host, node.host]]);
    const faults: (() => void)[] = [
      () => this.#kill(node, 0),
      () => this.#kill(node, 1 + random.below(60)),
      () => this.#kill(node, 0),
      () => void this.#stop(node),
      () => void this.#cut([[node.host, other]]),
      () => void this.#cut(bothWays([other])),
      () => void this.#cut(bothWays([CLIENT, ...others])),
      // What such a leader takes is not committed.
      () => void this.#cut(bothWays(others)),
      () => network.reset(node.host, other),
      () => network.lateness = { rate: random.pick([0, 0.1, 0.5]), maxMs: random.pick([50, 1500]) },
      () => void this.#reassign(),
    ];
    random.pick(faults)();
  }

  /** What a leader takes then is not committed, and goes when it is back. */
  #cutOff(): void {
    const { random, nodes } = this;
    const brokers = nodes.filter(({ isBroker }) => isBroker);
    const partition = this.#image()?.topics.partition(
      random.pick(TOPICS),
      random.below(PARTITIONS),
    );
    const leader = brokers.find(({ id }) => id === partition?.leader);
    // Anybody else may coordinate the group.
    const { host } = leader !== undefined && random.chance(0.7) ? leader : random.pick(brokers);
    const others = nodes.map((node) => node.host).filter((other) => other !== host);
    void this.#cut(others.flatMap((other) => [[host, other], [other, host]]));
  }

  /** Elections, and whatever may come in the middle of one. */
  #restlessFault(): void {
    const { random, nodes } = this;
    const controllers = nodes.filter(({ isController }) => isController);
    const node = random.pick(controllers);
    const other = random.pick(controllers);
    const faults: (() => void)[] = [
      () => this.#kill(node, 0),
      () => this.#kill(node, 1 + random.below(6)),
      () => void this.#cut([[node.host, other.host]], 500),
      () => void this.#cut([[node.host, other.host], [other.host, node.host]], 500),
    ];
    random.pick(faults)();
  }

  #kill(node: ClusterNode, operations: number): void {
    const { random, world } = this;
    // Not in the middle of its first steps.
    if (node.rooms === undefined) return;
    if (world === "one" && !this.#isWhole()) return;
    const isLoss = world === "one" && !node.isController && random.chance(0.3);
    const isPowerCut = world === "flushed" || world === "one";
    const death: Death = isLoss ? "loss" : isPowerCut ? "power-cut" : "kill";
    if (operations > 0 && world !== "one") node.dieAfter(operations, death, random.below(1000));
    else node.die(death, random.below(1000));
  }

  async #stop(node: ClusterNode): Promise<void> {
    if (node.rooms === undefined || this.world === "one" && !this.#isWhole()) return;
    await node.stop();
    if (!node.isUp) this.onDeath(node);
  }

  async #cut(ways: readonly (readonly string[])[], mostMs = 6000): Promise<void> {
    for (const [from, to] of ways) this.network.setCut(from!, to!, true);
    await this.clock.sleep(200 + this.random.below(mostMs));
    for (const [from, to] of ways) this.network.setCut(from!, to!, false);
  }

  /** Has other brokers have a partition. */
  async #reassign(): Promise<void> {
    const { random, nodes } = this;
    const brokers = nodes.filter(({ isBroker }) => isBroker).map(({ id }) => id);
    const wanted = brokers.sort(() => random.next() - 0.5).slice(0, 3);
    const partition = { topic: random.pick(TOPICS), partition: random.below(PARTITIONS) };
    await using admin = new Admin({
      ...this.#client,
      defaultApiTimeoutMs: 3000,
      requestTimeoutMs: 1000,
    });
    await admin.alterPartitionReassignments(
      new Map([[partition, random.chance(0.3) ? null : wanted]]),
    ).catch(() => {});
  }
}
