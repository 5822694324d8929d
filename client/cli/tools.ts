/**
 * The tools of the client layer, by name.
 *
 * @module
 */

import { commandLineOfArguments } from "../../storage/cli/command_line.ts";
import type { ToolEntry } from "../../storage/cli/tools.ts";
import { brokerApiVersionsTool } from "./broker_api_versions.ts";
import { BROKER_API_VERSIONS_OPTIONS } from "./broker_api_versions_options.ts";
import { clusterTool } from "./cluster.ts";
import { CLUSTER } from "./cluster_usage.ts";
import { configsTool } from "./configs.ts";
import { CONFIGS_OPTIONS } from "./configs_options.ts";
import { consoleConsumerTool } from "./console_consumer.ts";
import { CONSOLE_CONSUMER_OPTIONS } from "./console_consumer_options.ts";
import { consoleProducerTool } from "./console_producer.ts";
import { CONSOLE_PRODUCER_OPTIONS } from "./console_producer_options.ts";
import { consumerGroupsTool } from "./consumer_groups.ts";
import { CONSUMER_GROUPS_OPTIONS } from "./consumer_groups_options.ts";
import { consumerPerfDefinitions } from "./consumer_perf_options.ts";
import { consumerPerfTool } from "./consumer_performance.ts";
import { deleteRecordsTool } from "./delete_records.ts";
import { DELETE_RECORDS_OPTIONS } from "./delete_records_options.ts";
import { e2eLatencyTool } from "./e2e_latency.ts";
import { E2E_LATENCY_OPTIONS } from "./e2e_latency_options.ts";
import { featuresTool } from "./features.ts";
import { FEATURES_USAGE } from "./features_usage.ts";
import { getOffsetsTool } from "./get_offsets.ts";
import { GET_OFFSETS_OPTIONS } from "./get_offsets_options.ts";
import { leaderElectionTool } from "./leader_election.ts";
import { LEADER_ELECTION_OPTIONS } from "./leader_election_options.ts";
import { logDirsTool } from "./log_dirs.ts";
import { LOG_DIRS_OPTIONS } from "./log_dirs_options.ts";
import { metadataQuorumTool } from "./metadata_quorum.ts";
import { METADATA_QUORUM } from "./metadata_quorum_usage.ts";
import { PRODUCER_PERF_TEST } from "./producer_perf_usage.ts";
import { producerPerfTool } from "./producer_performance.ts";
import { reassignPartitionsTool } from "./reassign_partitions.ts";
import { REASSIGN_PARTITIONS_OPTIONS } from "./reassign_partitions_options.ts";
import { toolCommandLine } from "./tool_options.ts";
import { topicsTool } from "./topics.ts";
import { TOPICS_OPTIONS } from "./topics_options.ts";
import { transactionsTool } from "./transactions.ts";
import { verifiableConsumerTool } from "./verifiable_consumer.ts";
import { VERIFIABLE_CONSUMER } from "./verifiable_consumer_usage.ts";
import { verifiableProducerTool } from "./verifiable_producer.ts";
import { VERIFIABLE_PRODUCER } from "./verifiable_producer_usage.ts";
import { TRANSACTIONS } from "./transactions_usage.ts";

/** The client layer's tools. */
export const CLIENT_TOOLS: readonly ToolEntry[] = [
  {
    name: "topics",
    summary: "make, change, list, describe and delete topics",
    commandLine: toolCommandLine(TOPICS_OPTIONS),
    run: topicsTool,
  },
  {
    name: "configs",
    summary: "show and change configs of topics, brokers, groups",
    commandLine: toolCommandLine(CONFIGS_OPTIONS),
    run: configsTool,
  },
  {
    name: "consumer-groups",
    summary: "list, describe, delete and reset consumer groups",
    commandLine: toolCommandLine(CONSUMER_GROUPS_OPTIONS),
    run: consumerGroupsTool,
  },
  {
    name: "console-producer",
    summary: "write what comes in on standard input to a topic",
    commandLine: toolCommandLine(CONSOLE_PRODUCER_OPTIONS),
    run: consoleProducerTool,
  },
  {
    name: "console-consumer",
    summary: "print the records of topics",
    commandLine: toolCommandLine(CONSOLE_CONSUMER_OPTIONS),
    run: consoleConsumerTool,
  },
  {
    name: "get-offsets",
    summary: "offsets of partitions, by name or time",
    commandLine: toolCommandLine(GET_OFFSETS_OPTIONS),
    run: getOffsetsTool,
  },
  {
    name: "delete-records",
    summary: "delete the records of partitions up to an offset",
    commandLine: toolCommandLine(DELETE_RECORDS_OPTIONS),
    run: deleteRecordsTool,
  },
  {
    name: "producer-perf-test",
    summary: "how fast records can be written",
    commandLine: commandLineOfArguments(PRODUCER_PERF_TEST),
    run: producerPerfTool,
  },
  {
    name: "consumer-perf-test",
    summary: "how fast records can be read",
    commandLine: toolCommandLine(consumerPerfDefinitions("")),
    run: consumerPerfTool,
  },
  {
    name: "e2e-latency",
    summary: "how long records take from a producer to a consumer",
    commandLine: toolCommandLine(E2E_LATENCY_OPTIONS),
    run: e2eLatencyTool,
  },
  {
    name: "verifiable-producer",
    summary: "write numbers, tell as JSON what becomes of each",
    commandLine: commandLineOfArguments(VERIFIABLE_PRODUCER),
    run: verifiableProducerTool,
  },
  {
    name: "verifiable-consumer",
    summary: "read in a group, tell as JSON what comes and goes",
    commandLine: commandLineOfArguments(VERIFIABLE_CONSUMER),
    run: verifiableConsumerTool,
  },
  {
    name: "cluster",
    summary: "the cluster's id and endpoints; takes brokers out",
    commandLine: commandLineOfArguments(CLUSTER),
    run: clusterTool,
  },
  {
    name: "broker-api-versions",
    summary: "which versions of the protocol brokers have",
    commandLine: toolCommandLine(BROKER_API_VERSIONS_OPTIONS),
    run: brokerApiVersionsTool,
  },
  {
    name: "metadata-quorum",
    summary: "the quorum of controllers, and how far they are",
    commandLine: commandLineOfArguments(METADATA_QUORUM),
    run: metadataQuorumTool,
  },
  {
    name: "features",
    summary: "levels of the cluster's features: show and change them",
    commandLine: commandLineOfArguments(FEATURES_USAGE),
    run: featuresTool,
  },
  {
    name: "log-dirs",
    summary: "what is in the log directories of brokers",
    commandLine: toolCommandLine(LOG_DIRS_OPTIONS),
    run: logDirsTool,
  },
  {
    name: "leader-election",
    summary: "make preferred replicas leaders",
    commandLine: toolCommandLine(LEADER_ELECTION_OPTIONS),
    run: leaderElectionTool,
  },
  {
    name: "reassign-partitions",
    summary: "move partitions to other brokers, replicas to other directories",
    commandLine: toolCommandLine(REASSIGN_PARTITIONS_OPTIONS),
    run: reassignPartitionsTool,
  },
  {
    name: "transactions",
    summary: "list and describe transactions, find those that hang, end them",
    commandLine: commandLineOfArguments(TRANSACTIONS),
    run: transactionsTool,
  },
];
