/** A quorum whose replicas speak over connections in memory, with the bytes of the wire, on one clock that a test moves. */

import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { announcedVersions } from "../../client/protocol/api_keys.ts";
import { describeQuorum } from "../../client/protocol/messages/describe_quorum.ts";
import { RaftChannel } from "../../cluster/raft/raft_channel.ts";
import { RaftDriver, type RaftDriverOptions } from "../../cluster/raft/raft_driver.ts";
import { apiVersionsHandler } from "../../cluster/server/handlers/api_versions.ts";
import { describeQuorumHandler } from "../../cluster/server/handlers/describe_quorum.ts";
import { raftHandlers } from "../../cluster/server/raft_handlers.ts";
import { RequestDispatcher } from "../../cluster/server/request_dispatcher.ts";
import { SocketServer } from "../../cluster/server/socket_server.ts";
import { MetaPropertiesFile } from "../../storage/file/meta_properties_file.ts";
import { RecordingListener } from "../cluster/raft/raft_support.ts";
import { ManualClock, type ManualEnv, manualEnv } from "./manual_env.ts";
import { TestClient } from "./test_client.ts";

const CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";
const LISTENER = "CONTROLLER";
const DIRECTORY = "/data";
const NO_LIMIT = 0x7fff_ffff;
/** Steps of the clock: what goes over the network in between gets there. */
const STEP_MS = 10;
const LONGEST_WAIT_MS = 60_000;

const portOf = (id: number) => 9090 + id;

/** One node: its replica, and the listener where others ask it. */
class QuorumMember {
  readonly id: number;
  readonly listener = new RecordingListener();
  readonly driver: RaftDriver;
  readonly #server: SocketServer;

  private constructor(id: number, driver: RaftDriver, server: SocketServer) {
    this.id = id;
    this.driver = driver;
    this.#server = server;
  }

  static async start(
    id: number,
    env: ManualEnv,
    transport: MemoryTransport,
    options: Partial<RaftDriverOptions>,
  ): Promise<QuorumMember> {
    const driver = RaftDriver.open({
      env,
      directory: DIRECTORY,
      nodeId: id,
      clusterId: CLUSTER_ID,
      listenerName: LISTENER,
      network: new RaftChannel({
        transport,
        clock: env.clock,
        nodeId: id,
        identity: { clusterId: CLUSTER_ID, listenerName: LISTENER },
        requestTimeoutMs: 2000,
      }),
      ...options,
    });
    const handlers = [
      ...raftHandlers({ raft: driver, clusterId: CLUSTER_ID }),
      describeQuorumHandler({ raft: driver }),
    ];
    const versions = apiVersionsHandler({
      apis: () => handlers.map(({ api }) => announcedVersions(api)),
      features: () => ({ supported: new Map(), finalized: new Map(), epoch: -1 }),
    });
    const dispatcher = new RequestDispatcher({ env, handlers: [...handlers, versions] });
    const server = new SocketServer({
      env,
      transport,
      config: {
        queuedMaxRequests: 500,
        queuedMaxRequestBytes: -1,
        socketRequestMaxBytes: 1 << 20,
        connectionsMaxIdleMs: 600_000,
        maxConnections: NO_LIMIT,
        maxConnectionsPerIp: NO_LIMIT,
        maxConnectionsPerIpOverrides: new Map(),
        maxConnectionCreationRate: NO_LIMIT,
        maxListenerConnections: () => Infinity,
        maxListenerConnectionCreationRate: () => Infinity,
      },
      dispatcherOf: () => dispatcher,
    });
    await server.bind([{ listenerName: LISTENER, host: "localhost", port: portOf(id) }]);
    const member = new QuorumMember(id, driver, server);
    driver.register(member.listener);
    driver.start();
    server.start();
    return member;
  }

  async stop(): Promise<void> {
    await this.driver.shutdown();
    await this.#server.shutdown();
  }

  async kill(): Promise<void> {
    const ended = this.#server.shutdown();
    await this.driver.shutdown(true);
    await ended;
  }
}

/** Three voters, and whoever else fetches. */
export class QuorumOverNetwork implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly #transport = new MemoryTransport();
  readonly #envs = new Map<number, ManualEnv>();
  readonly #members = new Map<number, QuorumMember>();
  readonly #options: Partial<RaftDriverOptions>;

  constructor(options: Partial<RaftDriverOptions> = {}) {
    const controllerQuorumVoters = [1, 2, 3].map((id) => ({
      id,
      host: "localhost",
      port: portOf(id),
    }));
    this.#options = { controllerQuorumVoters, ...options };
  }

  /** Starts a node, with what it left on its disk. */
  async start(id: number): Promise<QuorumMember> {
    const env = this.#envs.get(id) ?? this.#format(id);
    const member = await QuorumMember.start(id, env, this.#transport, this.#options);
    this.#members.set(id, member);
    return member;
  }

  /** Stops a node, as somebody would who turns it off. */
  async stop(id: number): Promise<void> {
    const member = this.#members.get(id)!;
    this.#members.delete(id);
    await this.during(member.stop());
  }

  /** Ends a node as a kill of its process does: its connections break, and its listener is there no more. */
  async kill(id: number): Promise<void> {
    const member = this.#members.get(id)!;
    this.#members.delete(id);
    await this.during(member.kill());
  }

  member(id: number): QuorumMember {
    return this.#members.get(id)!;
  }

  /** The one that all who are up follow, once there is one. */
  async leader(): Promise<QuorumMember> {
    const members = () => [...this.#members.values()];
    const agreed = () => {
      const leaders = members().map(({ driver }) => driver.leaderAndEpoch.leaderId);
      const leader = this.#members.get(leaders[0]!);
      return leader?.driver.isLeader && leaders.every((id) => id === leader.id)
        ? leader
        : undefined;
    };
    await this.until(() => agreed() !== undefined);
    return agreed()!;
  }

  /** Has the leader commit records, each in a batch of its own. */
  async commit(...records: readonly Uint8Array[]): Promise<void> {
    const { driver } = await this.leader();
    for (const record of records) {
      driver.append([record]);
      await this.during(driver.flushAndCommit());
    }
  }

  /** Asks a node for the quorum, over its listener. */
  async describe(id: number) {
    using client = await TestClient.connect(this.#transport, {
      host: "localhost",
      port: portOf(id),
    });
    const { topics, nodes } = await this.during(client.call(describeQuorum, 2, {
      topics: [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }],
    }));
    return { ...topics[0]!.partitions[0]!, nodes };
  }

  /** Lets time pass until something has ended. */
  async during<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    promise.then(() => isOver = true, () => isOver = true);
    await this.until(() => isOver);
    return await promise;
  }

  /** Lets time pass until a condition holds. */
  async until(condition: () => boolean): Promise<void> {
    for (let waited = 0; !condition(); waited += STEP_MS) {
      if (waited > LONGEST_WAIT_MS) throw new Error(`Waited in vain for: ${condition}`);
      await this.clock.advance(STEP_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.during(Promise.all([...this.#members.values()].map((member) => member.stop())));
  }

  #format(id: number): ManualEnv {
    const env = { ...manualEnv({ seed: id }), clock: this.clock };
    this.#envs.set(id, env);
    env.fileSystem.makeDirectory(DIRECTORY);
    new MetaPropertiesFile(env.fileSystem, DIRECTORY).write({
      version: 1,
      clusterId: CLUSTER_ID,
      nodeId: id,
      directoryId: `AAAAAAAAAAAAAAAAAAA${id}AA`,
    }, this.clock.now());
    return env;
  }
}
