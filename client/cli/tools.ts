/**
 * The tools of the client layer, by name.
 *
 * @module
 */

import { commandLineOfArguments } from "../../storage/cli/command_line.ts";
import { loaded, type ToolEntry } from "../../storage/cli/tools.ts";
import { toolCommandLine } from "./common_options.ts";

/** The client layer's tools. */
export const CLIENT_TOOLS: readonly ToolEntry[] = [
  {
    name: "topics",
    summary: "make, change, list, describe and delete topics",
    commandLine: async () => toolCommandLine((await import("./topics_options.ts")).TOPICS_OPTIONS),
    run: loaded(async () => (await import("./topics.ts")).topicsTool),
  },
  {
    name: "configs",
    summary: "show and change configs of topics, brokers, groups",
    commandLine: async () =>
      toolCommandLine((await import("./configs_options.ts")).CONFIGS_OPTIONS),
    run: loaded(async () => (await import("./configs.ts")).configsTool),
  },
  {
    name: "consumer-groups",
    summary: "list, describe, delete and reset consumer groups",
    commandLine: async () =>
      toolCommandLine((await import("./consumer_groups_options.ts")).CONSUMER_GROUPS_OPTIONS),
    run: loaded(async () => (await import("./consumer_groups.ts")).consumerGroupsTool),
  },
  {
    name: "console-producer",
    summary: "write what comes in on standard input to a topic",
    commandLine: async () =>
      toolCommandLine((await import("./console_producer_options.ts")).CONSOLE_PRODUCER_OPTIONS),
    run: loaded(async () => (await import("./console_producer.ts")).consoleProducerTool),
  },
  {
    name: "console-consumer",
    summary: "print the records of topics",
    commandLine: async () =>
      toolCommandLine((await import("./console_consumer_options.ts")).CONSOLE_CONSUMER_OPTIONS),
    run: loaded(async () => (await import("./console_consumer.ts")).consoleConsumerTool),
  },
  {
    name: "get-offsets",
    summary: "offsets of partitions, by name or time",
    commandLine: async () =>
      toolCommandLine((await import("./get_offsets_options.ts")).GET_OFFSETS_OPTIONS),
    run: loaded(async () => (await import("./get_offsets.ts")).getOffsetsTool),
  },
  {
    name: "delete-records",
    summary: "delete the records of partitions up to an offset",
    commandLine: async () =>
      toolCommandLine((await import("./delete_records_options.ts")).DELETE_RECORDS_OPTIONS),
    run: loaded(async () => (await import("./delete_records.ts")).deleteRecordsTool),
  },
  {
    name: "producer-perf-test",
    summary: "how fast records can be written",
    commandLine: async () =>
      commandLineOfArguments((await import("./producer_perf_usage.ts")).PRODUCER_PERF_TEST),
    run: loaded(async () => (await import("./producer_performance.ts")).producerPerfTool),
  },
  {
    name: "consumer-perf-test",
    summary: "how fast records can be read",
    commandLine: async () =>
      toolCommandLine((await import("./consumer_perf_options.ts")).consumerPerfDefinitions("")),
    run: loaded(async () => (await import("./consumer_performance.ts")).consumerPerfTool),
  },
  {
    name: "e2e-latency",
    summary: "how long records take from a producer to a consumer",
    commandLine: async () =>
      toolCommandLine((await import("./e2e_latency_options.ts")).E2E_LATENCY_OPTIONS),
    run: loaded(async () => (await import("./e2e_latency.ts")).e2eLatencyTool),
  },
  {
    name: "verifiable-producer",
    summary: "write numbers, tell as JSON what becomes of each",
    commandLine: async () =>
      commandLineOfArguments((await import("./verifiable_producer_usage.ts")).VERIFIABLE_PRODUCER),
    run: loaded(async () => (await import("./verifiable_producer.ts")).verifiableProducerTool),
  },
  {
    name: "verifiable-consumer",
    summary: "read in a group, tell as JSON what comes and goes",
    commandLine: async () =>
      commandLineOfArguments((await import("./verifiable_consumer_usage.ts")).VERIFIABLE_CONSUMER),
    run: loaded(async () => (await import("./verifiable_consumer.ts")).verifiableConsumerTool),
  },
  {
    name: "cluster",
    summary: "the cluster's id and endpoints; takes brokers out",
    commandLine: async () => commandLineOfArguments((await import("./cluster_usage.ts")).CLUSTER),
    run: loaded(async () => (await import("./cluster.ts")).clusterTool),
  },
  {
    name: "broker-api-versions",
    summary: "which versions of the protocol brokers have",
    commandLine: async () =>
      toolCommandLine(
        (await import("./broker_api_versions_options.ts")).BROKER_API_VERSIONS_OPTIONS,
      ),
    run: loaded(async () => (await import("./broker_api_versions.ts")).brokerApiVersionsTool),
  },
  {
    name: "metadata-quorum",
    summary: "the quorum of controllers, and how far they are",
    commandLine: async () =>
      commandLineOfArguments((await import("./metadata_quorum_usage.ts")).METADATA_QUORUM),
    run: loaded(async () => (await import("./metadata_quorum.ts")).metadataQuorumTool),
  },
  {
    name: "features",
    summary: "levels of the cluster's features: show and change them",
    commandLine: async () =>
      commandLineOfArguments((await import("./features_usage.ts")).FEATURES_USAGE),
    run: loaded(async () => (await import("./features.ts")).featuresTool),
  },
  {
    name: "log-dirs",
    summary: "what is in the log directories of brokers",
    commandLine: async () =>
      toolCommandLine((await import("./log_dirs_options.ts")).LOG_DIRS_OPTIONS),
    run: loaded(async () => (await import("./log_dirs.ts")).logDirsTool),
  },
  {
    name: "leader-election",
    summary: "make preferred replicas leaders",
    commandLine: async () =>
      toolCommandLine((await import("./leader_election_options.ts")).LEADER_ELECTION_OPTIONS),
    run: loaded(async () => (await import("./leader_election.ts")).leaderElectionTool),
  },
  {
    name: "reassign-partitions",
    summary: "move partitions to other brokers, replicas to other directories",
    commandLine: async () =>
      toolCommandLine(
        (await import("./reassign_partitions_options.ts")).REASSIGN_PARTITIONS_OPTIONS,
      ),
    run: loaded(async () => (await import("./reassign_partitions.ts")).reassignPartitionsTool),
  },
  {
    name: "transactions",
    summary: "list and describe transactions, find those that hang, end them",
    commandLine: async () =>
      commandLineOfArguments((await import("./transactions_usage.ts")).TRANSACTIONS),
    run: loaded(async () => (await import("./transactions.ts")).transactionsTool),
  },
];
