/**
 * Which test shows what a config does: file, below `tests/`, name of the test, and the configs whose effect it shows. A topic's config is named
 * `topic NAME`, and is shown by the test of its default where that sets both.
 */

import { type Effects, EFFECTS_OF_LOGS, EFFECTS_OF_THE_CLEANER } from "./log_config_effects.ts";

const EFFECTS_OF_THE_NETWORK: Effects = {
  "cluster/config/effects/network_test.ts": {
    "max.connections: a running broker serves as many clients as is set now": ["max.connections"],
    "max.connections.per.ip: one address has as many connections to a running broker as is set now":
      ["max.connections.per.ip"],
    "max.connections.per.ip.overrides: an address has the bound on a running broker that is set for it now":
      ["max.connections.per.ip.overrides"],
    "max.connection.creation.rate: connections to a running broker are taken as quickly as is set now":
      ["max.connection.creation.rate"],
    "connections.max.idle.ms: a connection that is quiet for longer is closed": [
      "connections.max.idle.ms",
    ],
    "socket.request.max.bytes: a larger request ends its connection": ["socket.request.max.bytes"],
    "queued.max.request.bytes: while so many bytes of requests are in memory no more are read": [
      "queued.max.request.bytes",
    ],
    "socket.listen.backlog.size: so many connections wait to be taken, and the next one is not made":
      ["socket.listen.backlog.size"],
    "listeners: a running broker has those that are set now": ["listeners"],
    "listener.security.protocol.map: a listener of a running broker has a name of its own once that has a protocol":
      ["listener.security.protocol.map"],
    "advertised.listeners: clients are told to connect there": ["advertised.listeners"],
    "max.request.partition.size.limit: one answer describes so many partitions": [
      "max.request.partition.size.limit",
    ],
  },
  "cluster/server/request_channel_test.ts": {
    "no more requests wait than queued.max.requests": ["queued.max.requests"],
  },
};

const EFFECTS_FOR_CLIENTS: Effects = {
  "cluster/config/effects/clients_test.ts": {
    "num.partitions: a topic that is made without a number has so many partitions": [
      "num.partitions",
    ],
    "default.replication.factor: a topic that is made without a number has so many replicas": [
      "default.replication.factor",
    ],
    "fetch.max.bytes: an answer has no more than that, whatever is asked for": ["fetch.max.bytes"],
    "max.incremental.fetch.session.cache.slots: so many clients have a session, the others fetch in full":
      ["max.incremental.fetch.session.cache.slots"],
    "telemetry.max.bytes: a client may push so much, and is told so": ["telemetry.max.bytes"],
    "producer.id.expiration.ms: a running log forgets producers after the time that is set now": [
      "producer.id.expiration.ms",
    ],
    "producer.id.expiration.check.interval.ms: silent producers are looked for that often": [
      "producer.id.expiration.check.interval.ms",
    ],
  },
  "cluster/config/effects/replication_test.ts": {
    "min.insync.replicas: a running log takes acks=all with as many in sync as is set now, a topic's own goes first":
      ["min.insync.replicas", "topic min.insync.replicas"],
    "fetch.purgatory.purge.interval.requests: no more answered fetches are left behind": [
      "fetch.purgatory.purge.interval.requests",
    ],
    "producer.purgatory.purge.interval.requests: no more answered produces are left behind": [
      "producer.purgatory.purge.interval.requests",
    ],
    "delete.records.purgatory.purge.interval.requests: no more answered deletions are left behind":
      ["delete.records.purgatory.purge.interval.requests"],
  },
  "cluster/server/handlers/fetch_test.ts": {
    "a consumer is sent to a follower in its rack, if its version knows of that": [
      "replica.selector.class",
    ],
  },
  "cluster/server/broker_test.ts": {
    "without auto.create.topics.enable nobody makes topics by asking": [
      "auto.create.topics.enable",
    ],
  },
  "cluster/server/handlers/delete_topics_test.ts": {
    "delete.topic.enable=false keeps all topics": ["delete.topic.enable"],
  },
  "cluster/replication/transaction_verification_test.ts": {
    "verification can be switched off for clients of transactions version 1": [
      "transaction.partition.verification.enable",
    ],
  },
  "storage/log_manager_test.ts": {
    "what is remembered of producers follows the broker's configs, in all logs that run": [
      "transaction.partition.verification.enable",
    ],
  },
  "storage/log/producer/producer_state_manager_test.ts": {
    "an open transaction that is silent for longer than any timeout is late": [
      "transaction.max.timeout.ms",
    ],
  },
};

const EFFECTS_OF_THE_NODE: Effects = {
  "cluster/server/broker_lifecycle_test.ts": {
    "broker.heartbeat.interval.ms: a running broker tells so often that it is alive": [
      "broker.heartbeat.interval.ms",
    ],
    "initial.broker.registration.timeout.ms: a start without a controller fails after that": [
      "initial.broker.registration.timeout.ms",
    ],
    "log.dir.failure.timeout.ms: a broker that cannot tell of a failed directory for so long stops":
      ["log.dir.failure.timeout.ms"],
  },
  "cluster/server/auto_topic_creation_test.ts": {
    "request.timeout.ms: the controller has so long to make a topic that somebody asks for": [
      "request.timeout.ms",
    ],
  },
  "cluster/server/controller_channels_test.ts": {
    "controller.socket.timeout.ms: an answer that takes longer is asked for again": [
      "controller.socket.timeout.ms",
    ],
  },
  "cluster/config/effects/process_test.ts": {
    "node.id: the node has that number, for clients and in the quorum": ["node.id"],
    "broker.id: the node has that number, for clients and in the quorum": ["broker.id"],
    "broker.rack: clients are told where the broker stands": ["broker.rack"],
    "controlled.shutdown.enable: the controller is told that the broker stops, so that others lead":
      ["controlled.shutdown.enable"],
    "controller.listener.names: a listener of that name is for the controller's requests": [
      "controller.listener.names",
    ],
    "controller.quorum.bootstrap.servers: with it the voters are in the metadata log, and may change":
      ["controller.quorum.bootstrap.servers"],
    "controller.quorum.voters: the quorum is those that are named": ["controller.quorum.voters"],
    "log.dir: partitions are in that directory when log.dirs does not say otherwise": ["log.dir"],
    "log.dirs: partitions are in those directories, the one with the fewest first": ["log.dirs"],
    "metadata.log.dir: the metadata log is in that directory": ["metadata.log.dir"],
    "cordoned.log.dirs: a running broker puts no new partition into the directories that are set now":
      ["cordoned.log.dirs"],
    "server.max.startup.time.ms: a broker that no controller lets begin fails to start after that":
      ["server.max.startup.time.ms"],
    "unstable.feature.versions.enable: levels that may still change can be used": [
      "unstable.feature.versions.enable",
    ],
  },
  "cluster/config/effects/metadata_log_test.ts": {
    "metadata.log.segment.bytes: the metadata log rolls at that size": [
      "metadata.log.segment.bytes",
    ],
    "internal.metadata.log.segment.bytes: the metadata log rolls at that size, which may be small":
      ["internal.metadata.log.segment.bytes"],
    "metadata.log.segment.ms: the metadata log rolls after that time": ["metadata.log.segment.ms"],
    "metadata.log.max.record.bytes.between.snapshots: a snapshot is written after so many bytes": [
      "metadata.log.max.record.bytes.between.snapshots",
    ],
    "metadata.log.max.snapshot.interval.ms: a snapshot is written after that time": [
      "metadata.log.max.snapshot.interval.ms",
    ],
    "metadata.max.retention.bytes: old snapshots and what is before them go by size": [
      "metadata.max.retention.bytes",
    ],
    "metadata.max.retention.ms: old snapshots and what is before them go by age": [
      "metadata.max.retention.ms",
    ],
    "internal.metadata.delete.delay.millis: what is let go of the metadata log stays on the disk for that long":
      ["internal.metadata.delete.delay.millis"],
    "internal.metadata.max.batch.size.in.bytes: no change of the metadata is larger": [
      "internal.metadata.max.batch.size.in.bytes",
    ],
  },
  "cluster/config/server_properties_test.ts": {
    "overrides go over the file, and variables are resolved in both": ["config.providers"],
  },
  "cluster/raft/raft_node_test.ts": {
    "one that resigns leads no more, and stands again an election timeout later, in a later epoch":
      ["controller.quorum.election.timeout.ms"],
  },
  "cluster/server/cluster_test.ts": {
    "controllers and brokers find each other, each in its roles": ["process.roles"],
  },
};

const EFFECTS_OF_THE_QUORUM: Effects = {
  "cluster/config/effects/controller_test.ts": {
    "broker.session.timeout.ms: a broker that is silent for so long is fenced": [
      "broker.session.timeout.ms",
    ],
    "leader.imbalance.check.interval.seconds: preferred replicas that do not lead are looked for so often":
      ["leader.imbalance.check.interval.seconds"],
    "auto.leader.rebalance.enable: without it nobody gives leaderships back by himself": [
      "auto.leader.rebalance.enable",
    ],
    "unclean.leader.election.interval.ms: partitions that nobody leads are looked at so often": [
      "unclean.leader.election.interval.ms",
    ],
    "unclean.leader.election.enable: a running controller has one lead that lags where it is set now, a topic's own goes first":
      ["unclean.leader.election.enable", "topic unclean.leader.election.enable"],
    "metadata.max.idle.interval.ms: a leader that others follow has the metadata log go on so often":
      ["metadata.max.idle.interval.ms"],
  },
  "cluster/config/effects/quorum_test.ts": {
    "controller.quorum.fetch.timeout.ms: a leader without answers, or without fetches of a majority, is one no more":
      ["controller.quorum.fetch.timeout.ms"],
    "controller.quorum.election.backoff.max.ms: who should rather not lead gives way for at most so long":
      ["controller.quorum.election.backoff.max.ms"],
    "controller.quorum.request.timeout.ms: an answer is waited for so long, and then somebody else is asked":
      ["controller.quorum.request.timeout.ms"],
    "controller.quorum.retry.backoff.ms: who has failed to answer is left alone for so long": [
      "controller.quorum.retry.backoff.ms",
    ],
    "controller.quorum.fetch.max.bytes: so much of the log is asked for at once": [
      "controller.quorum.fetch.max.bytes",
    ],
    "controller.quorum.fetch.snapshot.max.bytes: so much of a snapshot is asked for at once": [
      "controller.quorum.fetch.snapshot.max.bytes",
    ],
  },
};

const EFFECTS_OF_REPLICATION: Effects = {
  "cluster/config/effects/replica_fetch_test.ts": {
    "replica.fetch.max.bytes: a follower asks for so much of a partition": [
      "replica.fetch.max.bytes",
    ],
    "replica.fetch.response.max.bytes: a follower asks for so much of all partitions": [
      "replica.fetch.response.max.bytes",
    ],
    "replica.fetch.min.bytes: a follower waits for so much": ["replica.fetch.min.bytes"],
    "replica.fetch.wait.max.ms: a follower waits for so long": ["replica.fetch.wait.max.ms"],
    "replica.fetch.backoff.ms: after a fetch that failed a follower waits for so long": [
      "replica.fetch.backoff.ms",
    ],
    "num.replica.fetchers: a running broker copies from a leader with as many connections as are set now":
      ["num.replica.fetchers"],
    "replica.lag.time.max.ms: who lags for longer is out of sync": ["replica.lag.time.max.ms"],
  },
  "cluster/config/effects/throttle_test.ts": {
    "leader.replication.throttled.rate: a running leader sends throttled replicas no more than is set now":
      ["leader.replication.throttled.rate", "topic leader.replication.throttled.replicas"],
    "follower.replication.throttled.rate: a running follower fetches for throttled replicas no more than is set now":
      ["follower.replication.throttled.rate", "topic follower.replication.throttled.replicas"],
    "replica.alter.log.dirs.io.max.bytes.per.second: moves of logs on a running broker copy no more than is set now":
      ["replica.alter.log.dirs.io.max.bytes.per.second"],
    "alter.log.dirs.replication.quota.window.num: so many samples of moves are looked at": [
      "alter.log.dirs.replication.quota.window.num",
    ],
    "alter.log.dirs.replication.quota.window.size.seconds: a sample of moves spans so long": [
      "alter.log.dirs.replication.quota.window.size.seconds",
    ],
    "replication.quota.window.num: so many samples are looked at": ["replication.quota.window.num"],
    "replication.quota.window.size.seconds: a sample spans so long": [
      "replication.quota.window.size.seconds",
    ],
  },
  "cluster/config/effects/peers_test.ts": {
    "inter.broker.listener.name: brokers ask each other over that listener": [
      "inter.broker.listener.name",
    ],
    "replica.socket.timeout.ms: a follower waits so long for the leader's answer": [
      "replica.socket.timeout.ms",
    ],
    "socket.connection.setup.timeout.ms: a first attempt to connect may take about so long": [
      "socket.connection.setup.timeout.ms",
    ],
    "socket.connection.setup.timeout.max.ms: after attempts that failed the next may take longer, up to that":
      ["socket.connection.setup.timeout.max.ms"],
  },
};

const EFFECTS_OF_COORDINATORS: Effects = {
  "cluster/coordinator/group/join_group_test.ts": {
    "a stable group that is full takes nobody in, but its members again": ["group.max.size"],
  },
  "cluster/server/handlers/join_group_test.ts": {
    "a group has a name, and a session is neither too short nor too long": [
      "group.min.session.timeout.ms",
      "group.max.session.timeout.ms",
    ],
  },
  "cluster/coordinator/group/rebalance_test.ts": {
    "a new group waits for more members, and for as long again when some come": [
      "group.initial.rebalance.delay.ms",
    ],
  },
  "cluster/coordinator/offsets/offset_commit_test.ts": {
    "metadata that is too long is refused, the other partitions are committed": [
      "offset.metadata.max.bytes",
    ],
  },
  "cluster/coordinator/offsets/offset_expiration_test.ts": {
    "offsets are forgotten when their retention is over, and with the last one the group may go": [
      "offsets.retention.minutes",
    ],
  },
  "cluster/config/effects/coordinators_test.ts": {
    "offsets.retention.check.interval.ms: offsets whose time is over are looked for so often": [
      "offsets.retention.check.interval.ms",
    ],
    "offsets.topic.num.partitions and its like: the topic of groups is made with what is set": [
      "offsets.topic.num.partitions",
      "offsets.topic.replication.factor",
      "offsets.topic.segment.bytes",
    ],
    "offsets.topic.compression.codec: what groups write is compressed as is set": [
      "offsets.topic.compression.codec",
    ],
    "transaction.state.log.num.partitions and its like: the topic of transactions is made with what is set":
      [
        "transaction.state.log.num.partitions",
        "transaction.state.log.replication.factor",
        "transaction.state.log.segment.bytes",
        "transaction.state.log.min.isr",
      ],
  },
  "cluster/coordinator/coordinator_runtime_test.ts": {
    "an answer that waits too long is an error, and what was written stays": [
      "offsets.commit.timeout.ms",
    ],
  },
  "cluster/coordinator/coordinator_loader_test.ts": {
    "reads that hold less than a batch get to the end as well": [
      "offsets.load.buffer.size",
      "transaction.state.log.load.buffer.size",
    ],
  },
  "cluster/server/handlers/init_producer_id_test.ts": {
    "a transaction that may take longer than transaction.max.timeout.ms, or no time, is refused": [
      "transaction.max.timeout.ms",
    ],
  },
  "cluster/coordinator/transaction/transaction_verifier_test.ts": {
    "for a client of version 2 a transaction that ends is waited for, and not for long": [
      "add.partitions.to.txn.retry.backoff.ms",
      "add.partitions.to.txn.retry.backoff.max.ms",
    ],
  },
  "cluster/coordinator/transaction/transaction_coordinator_shard_test.ts": {
    "its timers go off again and again, as often as the configs say": [
      "transaction.abort.timed.out.transaction.cleanup.interval.ms",
      "transaction.remove.expired.transaction.cleanup.interval.ms",
    ],
  },
  "cluster/coordinator/transaction/transactional_id_expiration_test.ts": {
    "ids without a transaction are forgotten after a week, and others are not": [
      "transactional.id.expiration.ms",
    ],
  },
};

/** A test that shows what a config does. */
export interface EffectTest {
  /** Its file, below `tests/`. */
  readonly file: string;
  /** Its name. */
  readonly name: string;
  /** The configs whose effect it shows. */
  readonly configs: readonly string[];
}

/** All tests that show what a config does. */
export const EFFECT_TESTS: readonly EffectTest[] = [
  ...[EFFECTS_OF_LOGS, EFFECTS_OF_THE_CLEANER, EFFECTS_OF_THE_NETWORK],
  ...[EFFECTS_FOR_CLIENTS, EFFECTS_OF_THE_NODE, EFFECTS_OF_COORDINATORS],
  ...[EFFECTS_OF_THE_QUORUM, EFFECTS_OF_REPLICATION],
].flatMap((effects) =>
  Object.entries(effects).flatMap(([file, tests]) =>
    Object.entries(tests).map(([name, configs]) => ({ file, name, configs }))
  )
);
