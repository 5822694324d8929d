/** A replica of the metadata log that dies, and starts again with what is on its disk. */

import type { Env } from "../../storage/env.ts";
import type { FileSystem, LogFile } from "../../storage/file/file_system.ts";
import { MetaPropertiesFile } from "../../storage/file/meta_properties_file.ts";
import { RaftDriver } from "../../cluster/raft/raft_driver.ts";
import type { OffsetAndEpoch } from "../../cluster/raft/offset_and_epoch.ts";
import type {
  CommittedBatch,
  LeaderAndEpoch,
  RaftListener,
} from "../../cluster/raft/raft_listener.ts";
import type { StaticVoter } from "../../cluster/raft/voter_set.ts";
import { FaultyFileSystem } from "../support/faulty_file_system.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { type AppliedRecord, type Log, type QuorumChecks, readLog } from "./quorum_checks.ts";
import type { QuorumNetwork } from "./quorum_network.ts";
import type { VirtualClock } from "./virtual_clock.ts";

const DIRECTORY = "/data";
const LOG = `${DIRECTORY}/__cluster_metadata-0`;
const utf8 = new TextEncoder();
const text = new TextDecoder();

/** The world of a quorum. */
export interface QuorumWorld {
  readonly seed: number;
  readonly clock: VirtualClock;
  readonly network: QuorumNetwork;
  readonly checks: QuorumChecks;
  readonly voters: readonly StaticVoter[];
}

/** How a replica dies: the process alone, or the machine with what was not flushed. */
export type Death = "kill" | "power-cut";

/** One replica, in its many lives. */
export class MortalReplica {
  readonly id: number;
  readonly #world: QuorumWorld;
  readonly #random: SeededRandom;
  #fileSystem: FaultyFileSystem;
  #death = new AbortController();
  #lives = 0;
  #driver: RaftDriver | undefined;
  #applied: AppliedRecord[] = [];
  #nextOffset = 0;
  #highWatermark = 0;
  #appending = 0;

  constructor(id: number, world: QuorumWorld) {
    this.id = id;
    this.#world = world;
    this.#random = new SeededRandom(world.seed * 100 + id);
    this.#fileSystem = this.format();
  }

  /** Gives it an empty disk. */
  format(): FaultyFileSystem {
    const { clock } = this.#world;
    const fileSystem = this.#fileSystem = new FaultyFileSystem({ now: () => clock.now() });
    fileSystem.makeDirectory(DIRECTORY);
    new MetaPropertiesFile(fileSystem, DIRECTORY).write({
      version: 1,
      clusterId: "simulated",
      nodeId: this.id,
      directoryId: `AAAAAAAAAAAAAAAAAAA${this.id + 10}A`,
    }, clock.now());
    fileSystem.flushDirectory("/");
    return fileSystem;
  }

  /** The driver while it is up. */
  get driver(): RaftDriver | undefined {
    return this.#driver;
  }

  /** What its listener has by now. */
  get applied(): readonly AppliedRecord[] {
    return this.#applied;
  }

  /** Whether it does not know yet what becomes of a record. */
  get isAppending(): boolean {
    return this.#appending > 0;
  }

  /** Its log as it is on the disk. */
  get log(): Log {
    return readLog(this.#fileSystem.live, LOG);
  }

  /** Starts it. */
  start(): void {
    const { clock, network, voters } = this.#world;
    const life = ++this.#lives;
    const { signal } = this.#death = new AbortController();
    const isAlive = () => !signal.aborted;
    this.#applied = [];
    this.#nextOffset = 0;
    this.#highWatermark = 0;
    this.#appending = 0;
    const env: Env = {
      fileSystem: slow(this.#fileSystem, clock.mortal(signal), this.#random),
      clock: clock.mortal(signal),
      random: new SeededRandom(this.#world.seed * 10_000 + this.id * 100 + life),
      logger: { write() {} },
    };
    const driver = RaftDriver.open({
      env,
      directory: DIRECTORY,
      nodeId: this.id,
      controllerQuorumVoters: voters,
      network: network.of(this.id, this.id * 1000 + life, isAlive),
      config: { internalSegmentBytes: 600, retentionBytes: 0, deleteDelayMs: 0 },
      // Small enough that more than one is needed.
      fetchMaxBytes: 300,
      fetchSnapshotMaxBytes: 256,
      onFailure: (error) => {
        if (isAlive()) this.#world.checks.broken ??= error as Error;
      },
    });
    // It may have died while it was opened.
    if (!isAlive()) return;
    this.#driver = driver;
    driver.register(this.#listener(isAlive));
    driver.start();
    if (!isAlive()) return;
    network.attach(this.id, (request) => {
      const answer = driver.handle(request);
      this.#look();
      return answer;
    });
  }

  /** It dies now, or at one of its next operations on the disk. What it still does, nobody sees. */
  die(death: Death, operations = 0): void {
    const fileSystem = this.#fileSystem;
    if (operations === 0) return this.#die(death);
    const last = fileSystem.operations + operations;
    fileSystem.onOperation = ({ number }) => {
      if (number >= last && this.#fileSystem === fileSystem) this.#die(death);
    };
  }

  /** It does not die at a later operation after all. */
  spare(): void {
    this.#fileSystem.onOperation = undefined;
  }

  /** Stops it as an operator does. */
  async stop(): Promise<void> {
    const driver = this.#driver;
    await driver?.shutdown();
    if (this.#driver !== driver) return;
    this.#world.network.detach(this.id);
    this.#driver = undefined;
  }

  /** Appends a record, if it leads, and notes it when it is committed. */
  async append(value: string): Promise<void> {
    const driver = this.#driver;
    if (driver?.isLeader !== true) return;
    this.#appending++;
    try {
      const offset = driver.append([utf8.encode(value)]);
      await driver.flushAndCommit();
      if (this.#driver === driver) this.#world.checks.acknowledged.set(offset, value);
    } catch (error) {
      // Nobody knows what has become of it.
      if (this.#driver === driver && (error as Error).name !== "LogUnavailableError") throw error;
    } finally {
      if (this.#driver === driver) this.#appending--;
    }
  }

  /** Writes a snapshot of what it has applied. */
  async snapshot(): Promise<void> {
    const driver = this.#driver;
    if (driver === undefined) return;
    const records = this.#applied.map(({ offset, value }) => utf8.encode(`${offset} ${value}`));
    try {
      await driver.createSnapshot(this.#nextOffset, records);
    } catch (error) {
      if (this.#driver === driver && (error as Error).name !== "LogUnavailableError") throw error;
    }
  }

  /** Hears what one life of it is told. */
  #listener(isAlive: () => boolean): RaftListener {
    const { checks } = this.#world;
    return {
      handleCommit: (batch: CommittedBatch) => {
        if (!isAlive()) return;
        checks.committed(this.id, batch, this.#nextOffset);
        this.#nextOffset = batch.lastOffset + 1;
        batch.records.forEach((value, index) => {
          this.#applied.push({ offset: batch.baseOffset + index, value: text.decode(value) });
        });
      },
      handleSnapshot: (records: Iterable<Uint8Array>, id: OffsetAndEpoch) => {
        if (!isAlive()) return;
        this.#applied = Array.from(records, (bytes) => {
          const [offset, ...value] = text.decode(bytes).split(" ");
          return { offset: Number(offset), value: value.join(" ") };
        });
        this.#nextOffset = id.offset;
        checks.restored(this.id, this.#applied);
      },
      handleLeaderChange: (leader: LeaderAndEpoch) => {
        if (isAlive()) checks.leaderChanged(leader);
      },
    };
  }

  #die(death: Death): void {
    const fileSystem = this.#fileSystem;
    fileSystem.onOperation = undefined;
    const seed = this.#random.below(1e9);
    this.#fileSystem = death === "kill"
      ? fileSystem.processKill({ seed })
      : fileSystem.afterCrash({ seed });
    this.#driver = undefined;
    this.#world.network.detach(this.id);
    this.#death.abort();
  }

  #look(): void {
    const now = this.#driver?.highWatermark ?? this.#highWatermark;
    this.#world.checks.rising(this.id, this.#highWatermark, now);
    this.#highWatermark = now;
  }
}

/** A disk whose flushes take their time. */
function slow(fileSystem: FaultyFileSystem, clock: Env["clock"], random: SeededRandom): FileSystem {
  return new Proxy(fileSystem, {
    get(target, name) {
      if (name !== "open") {
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      }
      return (...args: Parameters<FileSystem["open"]>): LogFile => {
        const file = target.open(...args);
        const flush = file.flush.bind(file);
        file.flush = async () => {
          await clock.sleep(random.next() * 5);
          await flush();
        };
        return file;
      };
    },
  });
}
