/** A node of a cluster, in its many lives: it is killed, or loses its power or its disk, and starts again with what is there. */

import { BrokerConfig } from "../../cluster/config/broker_config.ts";
import { formatStorageSync } from "../../cluster/raft/storage_format.ts";
import { BrokerLoggers } from "../../cluster/server/broker_loggers.ts";
import { closeRooms, openRooms, type Rooms } from "../../cluster/server/node_rooms.ts";
import type { Env } from "../../storage/env.ts";
import { silentLogger } from "../../storage/env.ts";
import { FaultyFileSystem } from "../support/faulty_file_system.ts";
import { SeededRandom } from "../support/manual_env.ts";
import type { ClusterNetwork, HostLife } from "./cluster_network.ts";
import type { VirtualClock } from "./virtual_clock.ts";

/** Where every node has its data. */
export const DATA = "/data";

/** The machine of a node, by its number. */
export function hostOf(id: number): string {
  return `10.0.0.${id}`;
}

/** What the nodes of a cluster have in common. */
export interface NodeWorld {
  readonly seed: number;
  readonly clock: VirtualClock;
  readonly network: ClusterNetwork;
  /** Told what went wrong with a node that nobody killed. */
  readonly onFailure: (error: unknown) => void;
  /** Told of a node that has died. */
  readonly onDeath: (node: ClusterNode) => void;
}

/** How a node dies: the process alone, the machine with what was not flushed, or with all that it had. */
export type Death = "kill" | "power-cut" | "loss";

/** One life. */
interface NodeLife extends HostLife {
  readonly end: AbortController;
  rooms: Rooms | undefined;
  isStopping: boolean;
}

/** See the file's comment. */
export class ClusterNode {
  readonly host: string;
  readonly isController: boolean;
  readonly isBroker: boolean;
  #disk: FaultyFileSystem;
  #life: NodeLife | undefined;
  #lives = 0;

  constructor(
    readonly id: number,
    readonly world: NodeWorld,
    readonly properties: Readonly<Record<string, string>>,
  ) {
    this.host = hostOf(id);
    const roles = properties["process.roles"]!.split(",");
    this.isController = roles.includes("controller");
    this.isBroker = roles.includes("broker");
    this.#disk = this.#emptyDisk();
  }

  /** Whether it is up, or about to be. */
  get isUp(): boolean {
    return this.#life !== undefined;
  }

  /** What runs of it, once it has started. */
  get rooms(): Rooms | undefined {
    return this.#life?.isStopping === false ? this.#life.rooms : undefined;
  }

  /** The files as its process sees them. */
  get files() {
    return this.#disk.live;
  }

  /** Starts it, which takes until it is served, or dies on the way. */
  start(): void {
    const { network, onFailure } = this.world;
    const end = new AbortController();
    const { host } = this;
    const life: NodeLife = { host, end, death: end.signal, rooms: undefined, isStopping: false };
    this.#life = life;
    network.powered(host);
    this.#open(life).catch((error) => {
      if (!life.death.aborted) onFailure(error);
    });
  }

  /** Stops it as an operator does. */
  async stop(): Promise<void> {
    const life = this.#life;
    if (life?.rooms === undefined || life.isStopping) return;
    life.isStopping = true;
    await closeRooms(life.rooms, false);
    // It may have died on the way.
    if (this.#life === life) this.#life = undefined;
  }

  /** It dies now. What it still does, nobody sees. */
  die(death: Death, seed: number): void {
    const life = this.#life;
    if (life === undefined) return;
    const { network, onDeath } = this.world;
    const disk = this.#disk;
    disk.onOperation = undefined;
    this.#life = undefined;
    life.end.abort();
    if (death === "kill") network.killed(life);
    else network.powerLost(life);
    if (death === "kill") this.#disk = disk.processKill({ seed });
    else if (death === "power-cut") this.#disk = disk.afterCrash({ seed });
    else this.#disk = this.#emptyDisk();
    onDeath(this);
  }

  /** It dies in the middle of some operation on its disk. */
  dieAfter(operations: number, death: Death, seed: number): void {
    const disk = this.#disk;
    const last = disk.operations + operations;
    disk.onOperation = ({ number }) => {
      if (number >= last && this.#disk === disk) this.die(death, seed);
    };
  }

  /** It does not die at the operation that it was to die at. */
  spare(): void {
    this.#disk.onOperation = undefined;
  }

  async #open(life: NodeLife): Promise<void> {
    const { clock, network, seed, onFailure } = this.world;
    const env = this.#env(clock.mortal(life.death), seed * 10_000 + this.id * 100 + this.#lives++);
    const rooms = await openRooms({
      env,
      config: BrokerConfig.parse(this.properties),
      loggers: new BrokerLoggers(env.logger),
      transport: network.of(life),
      hook: undefined,
      onFatal: (error) => life.death.aborted || onFailure(error),
    });
    if (!life.death.aborted) life.rooms = rooms;
  }

  #env(clock: Env["clock"], seed: number): Env {
    return {
      fileSystem: this.#disk,
      clock,
      random: new SeededRandom(seed),
      logger: silentLogger,
    };
  }

  /** A disk on which nothing is but what says whose it is. */
  #emptyDisk(): FaultyFileSystem {
    const { clock, seed } = this.world;
    this.#disk = new FaultyFileSystem({ now: () => clock.now() });
    formatStorageSync({
      env: this.#env(clock, seed * 1000 + this.id * 10 + this.#lives),
      print: () => {},
      nodeId: this.id,
      clusterId: "SimulatedClusterAAAAAA",
      directories: [DATA],
      metadataLogDirectory: DATA,
      controllerListenerName: "CONTROLLER",
      hasDynamicQuorum: false,
      allowUnstable: false,
    });
    return this.#disk;
  }
}
