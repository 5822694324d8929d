/**
 * Opening the metadata log of a process: who this node is, what the log says of the quorum, and the replica that acts on it.
 *
 * @module
 */

import type { Address } from "../../client/network/transport.ts";
import type { Env } from "../../storage/env.ts";
import { LogUnavailableError } from "../../storage/errors.ts";
import type { DirectoryLock } from "../../storage/file/file_system.ts";
import {
  type MetaProperties,
  MetaPropertiesFile,
} from "../../storage/file/meta_properties_file.ts";
import { LATEST_KRAFT_VERSION } from "./kraft_upgrade.ts";
import { DEFAULT_METADATA_LOG_CONFIG, type MetadataLogConfig } from "./metadata_log_config.ts";
import { type QuorumConfig, quorumConfig } from "./quorum_config.ts";
import { QuorumHistory } from "./quorum_history.ts";
import { QuorumStateFile } from "./quorum_state.ts";
import { RaftLog } from "./raft_log.ts";
import type { RaftDestination } from "./raft_message.ts";
import type { RaftNetwork } from "./raft_network.ts";
import { RaftNode } from "./raft_node.ts";
import { loadQuorumFromSnapshot } from "./snapshot_reader.ts";
import {
  replicaKey,
  type StaticVoter,
  type VoterEndpoint,
  type VoterNode,
  VoterSet,
} from "./voter_set.ts";

/** Kafka's `KafkaRaftManager` waits so long. */
const SHUTDOWN_TIMEOUT_MS = 5000;

/** How the metadata log of a process is opened; quorum configs that are left out have Kafka's defaults. */
export interface RaftDriverOptions extends Partial<QuorumConfig> {
  /** The world. */
  readonly env: Env;
  /** `metadata.log.dir`, or else the first log directory; formatted. */
  readonly directory: string;
  /** `node.id`. */
  readonly nodeId: number;
  /** The cluster that the directory must belong to. Default: whichever it does. */
  readonly clusterId?: string;
  /** The listener over which the quorum speaks. Default: the first of the controller listeners. */
  readonly listenerName?: string;
  /** The controller listeners of this node as others reach them. Default: none; what the log has of them stays. */
  readonly controllerListeners?: readonly VoterEndpoint[];
  /** `controller.quorum.voters`, parsed. They count unless the log has voters. Default: this node alone. */
  readonly controllerQuorumVoters?: readonly StaticVoter[];
  /** The configs of the log; what is left out has Kafka's default. */
  readonly config?: Partial<MetadataLogConfig>;
  /** `controller.quorum.bootstrap.servers`, parsed: whom to ask for the leader. Default: the voters. */
  readonly bootstrapServers?: readonly Address[];
  /** Reaches other replicas; see `raft_network.ts`. Default: there are none. */
  readonly network?: RaftNetwork;
  /** How long a leader that stops waits until somebody else leads, ms. Default: 5000, as Kafka's brokers. */
  readonly shutdownTimeoutMs?: number;
  /** Take the directory's `.lock`: for a metadata directory that no log manager has. Default: `false`. */
  readonly lockDirectory?: boolean;
  /** Told once when the disk has failed the log: nothing can be decided any more. Default: nobody is. */
  readonly onFailure?: (error: unknown) => void;
}

/** What {@linkcode openRaft} has put together. */
export interface RaftParts {
  /** The world. */
  readonly env: Env;
  /** This node as a voter. */
  readonly local: VoterNode;
  /** The log. */
  readonly log: RaftLog;
  /** Voters and protocol version over the log. */
  readonly history: QuorumHistory;
  /** The replica. */
  readonly node: RaftNode;
  /** Reaches other replicas. */
  readonly network: RaftNetwork | undefined;
  /** How long a leader that stops waits until somebody else leads, ms. */
  readonly shutdownTimeoutMs: number;
  /** The file `quorum-state`. */
  readonly quorumState: QuorumStateFile;
  /** Bytes that a batch may have. */
  readonly maxBatchSize: number;
  /** Held as long as the log is open. */
  readonly lock: DirectoryLock | undefined;
  /** Told once when the disk has failed the log. */
  readonly onFailure: (error: unknown) => void;
}

/** Opens the log and makes the replica. */
export function openRaft(options: RaftDriverOptions): RaftParts {
  const { env, directory } = options;
  const properties = readMetaProperties(options);
  const lock = options.lockDirectory === true ? env.fileSystem.lock(directory) : undefined;
  try {
    const config = { ...DEFAULT_METADATA_LOG_CONFIG, ...options.config };
    const log = RaftLog.open({ env, directory, config });
    try {
      const listeners = options.controllerListeners ?? [];
      const listenerName = options.listenerName ?? listeners[0]?.name ?? "CONTROLLER";
      const staticVoters = VoterSet.fromStatic(
        listenerName,
        options.controllerQuorumVoters ?? [thisNode(options.nodeId, listeners)],
      );
      const history = new QuorumHistory(staticVoters);
      loadHistory(env, log, history);
      const known = history.lastVoters.get(options.nodeId);
      const local: VoterNode = {
        key: replicaKey(options.nodeId, properties.directoryId),
        endpoints: listeners.length > 0 ? listeners : known?.endpoints ?? [],
        minKRaftVersion: 0,
        maxKRaftVersion: LATEST_KRAFT_VERSION,
      };
      const node = new RaftNode({
        local,
        history,
        log,
        random: env.random,
        config: quorumConfig(options),
        listenerName,
        bootstrapServers: bootstrapServers(options, history.lastVoters, listenerName),
      });
      return {
        env,
        local,
        log,
        history,
        node,
        network: options.network,
        shutdownTimeoutMs: options.shutdownTimeoutMs ?? SHUTDOWN_TIMEOUT_MS,
        quorumState: new QuorumStateFile(env.fileSystem, log.directory),
        maxBatchSize: config.maxBatchSize,
        lock,
        onFailure: options.onFailure ?? (() => {}),
      };
    } catch (error) {
      log.closeHandlers();
      throw error;
    }
  } catch (error) {
    lock?.release();
    throw error;
  }
}

function thisNode(id: number, [listener]: readonly VoterEndpoint[]): StaticVoter {
  return { id, host: listener?.host ?? "localhost", port: listener?.port ?? 0 };
}

/** Servers of which only the address is known have ids of their own, as in Kafka. */
function bootstrapServers(
  { bootstrapServers: servers = [], nodeId }: RaftDriverOptions,
  voters: VoterSet,
  listenerName: string,
): readonly RaftDestination[] {
  if (servers.length > 0) {
    return servers.map(({ host, port }, index) => ({ id: -2 - index, host, port }));
  }
  return voters.nodes.filter(({ key }) => key.id !== nodeId).flatMap(({ key, endpoints }) => {
    const endpoint = endpoints.find(({ name }) => name === listenerName) ?? endpoints[0];
    return endpoint === undefined ? [] : [{ id: key.id, host: endpoint.host, port: endpoint.port }];
  });
}

function readMetaProperties({ env, directory, nodeId, clusterId }: RaftDriverOptions) {
  const properties: MetaProperties | undefined = new MetaPropertiesFile(env.fileSystem, directory)
    .read();
  if (properties === undefined) {
    throw new LogUnavailableError(
      `No \`meta.properties\` found in ${directory} (have you run \`storage format\` to format the directory?)`,
    );
  }
  if (properties.nodeId !== nodeId) {
    throw new LogUnavailableError(
      `Stored node id ${properties.nodeId} doesn't match previous node id ${nodeId} in ${directory}`,
    );
  }
  if (clusterId !== undefined && properties.clusterId !== clusterId) {
    throw new LogUnavailableError(
      `Invalid cluster.id in: ${directory}. Expected ${clusterId}, but read ${properties.clusterId}`,
    );
  }
  return properties;
}

function loadHistory(env: Env, log: RaftLog, history: QuorumHistory): void {
  const snapshot = log.snapshots.latest;
  if (snapshot !== undefined) {
    loadQuorumFromSnapshot(env.fileSystem, log.snapshots.path(snapshot), snapshot.offset, history);
  }
  for (const batch of log.batches(snapshot?.offset ?? 0)) {
    if (batch.isControlBatch) history.handleControlBatch(batch);
  }
}
