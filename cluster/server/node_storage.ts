/**
 * What a node has on its disks: the log directories, formatted if need be, and the metadata log with the controller on it.
 *
 * @module
 */

import type { Transport } from "../../client/network/transport.ts";
import type { Env } from "../../storage/env.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import { LogManager } from "../../storage/log_manager.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import { configRules } from "../config/config_rules.ts";
import { ControllerDriver } from "../controller/controller_driver.ts";
import { readBootstrapMetadata } from "../raft/bootstrap_metadata.ts";
import { readClusterId } from "../raft/cluster_id.ts";
import { formatIfEmpty } from "../raft/format_if_empty.ts";
import type { WireIdentity } from "../raft/outbound_wire.ts";
import { RaftChannel } from "../raft/raft_channel.ts";
import { raftConfig } from "../raft/raft_config.ts";
import { RaftDriver } from "../raft/raft_driver.ts";
import type { AdvertisedEndpoint } from "./advertised_endpoints.ts";
import { type BrokerLoggers, LOGGERS } from "./broker_loggers.ts";
import { connectionSetupTimeout } from "./connection_setup_timeout.ts";
import { controllerIntervals } from "./controller_intervals.ts";
import { DiskFailures } from "./disk_failures.ts";
import { isWholeCluster } from "./whole_cluster.ts";

/** How the storage is opened. */
export interface NodeStorageOptions {
  /** The world. */
  readonly env: Env;
  /** The configs. */
  readonly config: BrokerConfig;
  /** The loggers. */
  readonly loggers: BrokerLoggers;
  /** The network. */
  readonly transport: Transport;
  /** Where others find the controller. */
  readonly controllerEndPoints: readonly AdvertisedEndpoint[];
  /** Told when the disks leave nothing to go on with. */
  readonly onFatal: (error: Error) => void;
  /** Takes what closes what was opened, for when the rest of the start fails. */
  readonly onOpened: (close: () => Promise<void>) => void;
}

/** What was opened. */
export interface NodeStorage {
  /** Id of the cluster that the directories belong to. */
  readonly clusterId: string;
  /** The log directories of a broker. */
  readonly logs: BrokerLogs | undefined;
  /** The metadata log. */
  readonly raft: RaftDriver;
  /** Follows the metadata from here on, and decides about it when the node is the active controller. */
  readonly controller: ControllerDriver;
}

/** The log directories of a broker. */
export interface BrokerLogs {
  /** Has them. */
  readonly logManager: LogManager;
  /** The epoch that the broker had when it last stopped cleanly; `undefined` when it did not. */
  readonly previousBrokerEpoch: number | undefined;
  /** Told when a directory has failed, with the partitions that went with it: set by who has to know. */
  onLogDirFailure: (directory: string, partitions: readonly TopicPartition[]) => void;
}

/**
 * Opens what there is, and makes a cluster of its own where there is nothing.
 *
 * @throws {LogUnavailableError} when another process has the directory, or it belongs to another node
 * @throws {LogDirError} when a disk fails
 */
export async function openStorage(options: NodeStorageOptions): Promise<NodeStorage> {
  const { env, config, loggers, onFatal, onOpened } = options;
  const { logDirs, nodeId } = config;
  const metadataLogDir = config.string("metadata.log.dir") ?? logDirs[0]!;
  const directories = [...new Set([...logDirs, metadataLogDir])];
  const isWhole = isWholeCluster(config);
  if (isWhole) {
    formatIfEmpty({
      env: loggers.env(env, LOGGERS.broker),
      nodeId,
      directories,
      metadataLogDirectory: metadataLogDir,
      controllerListeners: options.controllerEndPoints,
      controllerQuorumVoters: raftConfig(config).controllerQuorumVoters ?? [],
      allowUnstable: config.boolean("unstable.feature.versions.enable"),
    });
  }
  const clusterId = readClusterId(env.fileSystem, directories);
  const logger = loggers.named(LOGGERS.logs);
  const failures = new DiskFailures({ logDirs, metadataLogDir, logger, onFatal });
  const logs = config.processRoles.includes("broker")
    ? await openLogs(options, clusterId, failures)
    : undefined;
  // Where nobody can reach its controller, nobody votes with it; with a listener the log says who does.
  const isAlone = isWhole && options.controllerEndPoints.length === 0;
  const listenerName = config.controllerListenerNames[0] ?? "CONTROLLER";
  const raft = RaftDriver.open({
    env: loggers.env(env, LOGGERS.raft),
    directory: metadataLogDir,
    nodeId,
    clusterId,
    lockDirectory: logs === undefined || !logDirs.includes(metadataLogDir),
    listenerName,
    controllerListeners: options.controllerEndPoints,
    onFailure: (error) => failures.metadataLogFailed(error),
    ...(isAlone ? {} : { network: raftChannel(options, { clusterId, listenerName }) }),
    ...raftConfig(config),
  });
  onOpened(() => raft.shutdown());
  const controller = new ControllerDriver({
    env: loggers.env(env, LOGGERS.controller),
    raft,
    nodeId,
    rules: configRules(config),
    bootstrapRecords: readBootstrapMetadata(env.fileSystem, metadataLogDir).records,
    maxBytesBetweenSnapshots: () => config.long("metadata.log.max.record.bytes.between.snapshots"),
    maxSnapshotIntervalMs: () => config.long("metadata.log.max.snapshot.interval.ms"),
    intervals: controllerIntervals(config, () => isWhole && raft.voters.size <= 1),
  });
  onOpened(() => controller.shutdown());
  await controller.start();
  return { clusterId, logs, raft, controller };
}

function raftChannel(
  { env, config, loggers, transport }: NodeStorageOptions,
  identity: WireIdentity,
): RaftChannel {
  return new RaftChannel({
    transport,
    clock: loggers.env(env, LOGGERS.raft).clock,
    nodeId: config.nodeId,
    identity,
    requestTimeoutMs: config.int("controller.quorum.request.timeout.ms"),
    setupTimeoutMs: connectionSetupTimeout(config, env.random),
  });
}

async function openLogs(
  { env, config, loggers, onOpened }: NodeStorageOptions,
  clusterId: string,
  failures: DiskFailures,
): Promise<BrokerLogs> {
  const { logDirs, nodeId } = config;
  // Opening removes the marks of a clean stop, which tell the epoch.
  const previousBrokerEpoch = LogManager.readBrokerEpochFromCleanShutdownFiles(env, logDirs);
  const logManager: LogManager = await LogManager.open({
    env: loggers.env(env, LOGGERS.logs),
    logDirs,
    properties: config.engineProperties(),
    metaProperties: { clusterId, nodeId, create: true },
    onLogDirFailure: (path, partitions, error) => {
      logs.onLogDirFailure(path, partitions);
      failures.logDirFailed(path, logManager.liveLogDirs, error);
    },
  });
  onOpened(() => logManager.shutdown());
  const logs: BrokerLogs = { logManager, previousBrokerEpoch, onLogDirFailure: () => {} };
  return logs;
}
