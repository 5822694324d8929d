/** A broker that has replicas, in its many lives: it is killed, or loses its power or its disk, and starts again with
 * what is there. */

import { alterPartition } from "../../client/protocol/messages/alter_partition.ts";
import { MetadataDelta } from "../../cluster/controller/metadata_delta.ts";
import { MetadataImage } from "../../cluster/controller/metadata_image.ts";
import { AppendEntry } from "../../cluster/replication/append.ts";
import type { Partition } from "../../cluster/replication/partition.ts";
import { RemoteLeaderEndPoint } from "../../cluster/replication/remote_leader_end_point.ts";
import { ReplicaManager } from "../../cluster/replication/replica_manager.ts";
import type { AnyApiHandler } from "../../cluster/server/api_handler.ts";
import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { Env } from "../../storage/env.ts";
import { silentLogger } from "../../storage/env.ts";
import { decode, encode } from "../../storage/message/message_codec.ts";
import { LogManager } from "../../storage/log_manager.ts";
import { DirectLink, leaderHandlers } from "../support/direct_link.ts";
import { FaultyFileSystem } from "../support/faulty_file_system.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { TestConfig } from "../support/replicas.ts";
import type { ReplicaController } from "./replica_controller.ts";
import type { Life, ReplicaNetwork } from "./replica_network.ts";
import type { VirtualClock } from "./virtual_clock.ts";

/** What all brokers of a cluster have in common. */
export interface ReplicaCluster {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly network: ReplicaNetwork;
  readonly controller: ReplicaController;
  readonly brokers: ReadonlyMap<number, ReplicaBroker>;
  /** Told of a broker that has died. */
  readonly onDeath: (broker: ReplicaBroker) => void;
  /** Told what went wrong with a broker that nobody killed. */
  readonly onFailure: (error: unknown) => void;
}

/** How a broker dies: the process alone, the machine with what was not flushed, or with all that it had. */
export type Death = "kill" | "power-cut" | "loss";

function afterDeath(disk: FaultyFileSystem, death: Death, seed: number): FaultyFileSystem {
  switch (death) {
    case "kill":
      return disk.processKill({ seed });
    case "power-cut":
      return disk.afterCrash({ seed });
    case "loss":
      return new FaultyFileSystem();
  }
}

const ALTER_PARTITION_VERSION = 3;

/** One life of a broker. */
export class BrokerLife implements Life {
  readonly #dying = new AbortController();
  readonly env: Env;
  logManager: LogManager | undefined;
  replicaManager: ReplicaManager | undefined;
  handlers: ReadonlyMap<number, AnyApiHandler> = new Map();
  brokerEpoch = -1;
  /** Offset of the last record of the metadata that it knows. */
  metadataOffset = -1;

  constructor(readonly id: number, clock: VirtualClock, seed: number, disk: FaultyFileSystem) {
    this.env = {
      fileSystem: disk,
      clock: clock.mortal(this.death),
      random: new SeededRandom(seed),
      logger: silentLogger,
    };
  }

  get death(): AbortSignal {
    return this.#dying.signal;
  }

  get clock() {
    return this.env.clock;
  }

  die(): void {
    this.#dying.abort();
  }
}

/** See the file's comment. */
export class ReplicaBroker {
  #disk: FaultyFileSystem;
  #life: BrokerLife | undefined;
  #lives = 0;

  constructor(readonly id: number, readonly cluster: ReplicaCluster) {
    this.#disk = new FaultyFileSystem();
  }

  /** Its life, while it runs. */
  get life(): BrokerLife | undefined {
    return this.#life;
  }

  /** A partition, if it is open here. */
  partition(partition: number): Partition | undefined {
    const found = this.#life?.replicaManager?.getPartition("t", partition);
    return typeof found === "object" ? found : undefined;
  }

  /** Starts, and runs until its death. */
  start(): void {
    const { clock, random, onFailure } = this.cluster;
    const life = new BrokerLife(this.id, clock, random.below(2 ** 31), this.#disk);
    this.#life = life;
    this.#run(life, this.#lives++).catch((error) => {
      if (!life.death.aborted) onFailure(error);
    });
  }

  /** It dies now. What it still does, nobody sees. */
  die(death: Death, seed: number): void {
    const disk = this.#disk;
    disk.onOperation = undefined;
    this.#disk = afterDeath(disk, death, seed);
    this.#life?.die();
    this.#life = undefined;
    this.cluster.onDeath(this);
  }

  /** It does not die at the operation that it was to die at. */
  spare(): void {
    this.#disk.onOperation = undefined;
  }

  /** It dies in the middle of some operation on its disk. */
  dieAfter(operations: number, death: Death, seed: number): void {
    const disk = this.#disk;
    const last = disk.operations + operations;
    disk.onOperation = ({ number }) => {
      if (number >= last && this.#disk === disk) this.die(death, seed);
    };
  }

  /** Writes one batch with acks=all. Answers with its offset, or with what was wrong. */
  async produce(partition: number, records: Uint8Array): Promise<number | string> {
    const manager = this.#life?.replicaManager;
    if (manager === undefined) throw new Error("not there yet");
    const entry = new AppendEntry({ topic: "t", partition }, ZERO_UUID, records);
    await manager.append({
      ...{ requiredAcks: -1, timeoutMs: 3000, internalTopicsAllowed: false, entries: [entry] },
      ...{ transactionalId: null, supportsEpochBump: false, supportsAbortableError: false },
    });
    return entry.error === "NONE" ? entry.baseOffset : entry.error;
  }

  async #run(life: BrokerLife, number: number): Promise<void> {
    const { network, controller } = this.cluster;
    const logManager = life.logManager = await LogManager.open({
      env: life.env,
      logDirs: ["/data"],
      background: false,
      topicConfigs: () => TOPIC_CONFIGS,
      metaProperties: { create: true },
    });
    const ask = <T>(answer: () => T) =>
      network.call(life, controller.id, () => controller, answer, life.death);
    while (life.brokerEpoch < 0) {
      life.brokerEpoch = await ask(() => controller.register(this.id, number, -1)).catch(() => -1);
      await life.clock.sleep(100);
    }
    life.replicaManager = this.#replicaManager(life, logManager, ask);
    life.handlers = leaderHandlers(life.env, life.replicaManager);
    await Promise.all([
      this.#follow(life, ask),
      this.#beat(life, ask),
      this.#checkpoint(life, logManager),
    ]);
  }

  #replicaManager(
    life: BrokerLife,
    logManager: LogManager,
    ask: <T>(answer: () => T) => Promise<T>,
  ): ReplicaManager {
    const { network, controller, brokers } = this.cluster;
    const config = new TestConfig(["/data"]);
    Object.assign(config.values, BROKER_CONFIGS);
    return new ReplicaManager({
      ...{ env: life.env, logManager, config, brokerId: this.id },
      peers: {
        brokerEpoch: () => life.brokerEpoch,
        alterPartition: (request) => {
          const { request: message } = alterPartition;
          const bytes = encode(message, ALTER_PARTITION_VERSION, request);
          return ask(() =>
            controller.alterPartition(decode(message, ALTER_PARTITION_VERSION, bytes))
          );
        },
        leaderEndPoint: (leaderId) => {
          const there = () => brokers.get(leaderId)!.life;
          const link = new DirectLink(() => there()!.handlers);
          const send: DirectLink["send"] = (api, draft, { signal } = {}) =>
            network.call(life, leaderId, there, () => link.send(api, draft), signal);
          return new RemoteLeaderEndPoint(leaderId, { send, close: () => link.close() }, this.id);
        },
      },
    });
  }

  /** Takes the metadata over, all of it at first, and what has come since whenever it hears of it. */
  async #follow(life: BrokerLife, ask: <T>(answer: () => T) => Promise<T>): Promise<void> {
    const { controller, random } = this.cluster;
    const image = new MetadataImage();
    while (!life.death.aborted) {
      const { changed } = controller;
      const records = await ask(() => controller.records.slice(life.metadataOffset + 1))
        .catch(() => []);
      if (records.length > 0) {
        const delta = new MetadataDelta();
        delta.isWhole = life.metadataOffset < 0;
        for (const record of records) image.replay(record, delta);
        life.metadataOffset += records.length;
        image.offset = life.metadataOffset;
        await life.replicaManager!.applyDelta(delta, image);
      } else if (controller.records.length === life.metadataOffset + 1) await changed;
      await life.clock.sleep(random.chance(0.1) ? random.below(1000) : random.below(20));
    }
  }

  async #beat(life: BrokerLife, ask: <T>(answer: () => T) => Promise<T>): Promise<void> {
    const { controller } = this.cluster;
    while (!life.death.aborted) {
      const { brokerEpoch, metadataOffset } = life;
      await ask(() => controller.heartbeat(this.id, brokerEpoch, metadataOffset)).catch(() => {});
      await life.clock.sleep(400);
    }
  }

  async #checkpoint(life: BrokerLife, logManager: LogManager): Promise<void> {
    while (!life.death.aborted) {
      await life.clock.sleep(700);
      logManager.checkpointHighWatermarks();
      logManager.checkpointLogRecoveryOffsets();
    }
  }
}

/** Configs of the topic, but for how often it is flushed. */
export const TOPIC_CONFIGS: Record<string, string> = {
  "min.insync.replicas": "2",
  "internal.segment.bytes": "2000",
  "index.interval.bytes": "100",
};

const BROKER_CONFIGS = {
  "replica.lag.time.max.ms": 1500,
  "replica.fetch.backoff.ms": 100,
  "replica.fetch.wait.max.ms": 300,
  "replica.fetch.max.bytes": 500,
};
