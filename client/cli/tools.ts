/**
 * The tools of the client layer, by name.
 *
 * @module
 */

import type { ToolEntry } from "../../storage/cli/tools.ts";
import { brokerApiVersionsTool } from "./broker_api_versions.ts";
import { clusterTool } from "./cluster.ts";
import { configsTool } from "./configs.ts";
import { consumerGroupsTool } from "./consumer_groups.ts";
import { consumerPerfTool } from "./consumer_performance.ts";
import { deleteRecordsTool } from "./delete_records.ts";
import { e2eLatencyTool } from "./e2e_latency.ts";
import { featuresTool } from "./features.ts";
import { getOffsetsTool } from "./get_offsets.ts";
import { leaderElectionTool } from "./leader_election.ts";
import { logDirsTool } from "./log_dirs.ts";
import { metadataQuorumTool } from "./metadata_quorum.ts";
import { producerPerfTool } from "./producer_performance.ts";
import { reassignPartitionsTool } from "./reassign_partitions.ts";
import { topicsTool } from "./topics.ts";
import { transactionsTool } from "./transactions.ts";

/** The client layer's tools. */
export const CLIENT_TOOLS: readonly ToolEntry[] = [
  { name: "topics", summary: "make, change, list, describe and delete topics", run: topicsTool },
  {
    name: "configs",
    summary: "show and change configs of topics, brokers, groups",
    run: configsTool,
  },
  {
    name: "consumer-groups",
    summary: "list, describe, delete and reset consumer groups",
    run: consumerGroupsTool,
  },
  { name: "get-offsets", summary: "offsets of partitions, by name or time", run: getOffsetsTool },
  {
    name: "delete-records",
    summary: "delete the records of partitions up to an offset",
    run: deleteRecordsTool,
  },
  {
    name: "producer-perf-test",
    summary: "how fast records can be written",
    run: producerPerfTool,
  },
  {
    name: "consumer-perf-test",
    summary: "how fast records can be read",
    run: consumerPerfTool,
  },
  {
    name: "e2e-latency",
    summary: "how long records take from a producer to a consumer",
    run: e2eLatencyTool,
  },
  {
    name: "cluster",
    summary: "the cluster's id and endpoints; takes brokers out",
    run: clusterTool,
  },
  {
    name: "broker-api-versions",
    summary: "which versions of the protocol brokers have",
    run: brokerApiVersionsTool,
  },
  {
    name: "metadata-quorum",
    summary: "the quorum of controllers, and how far they are",
    run: metadataQuorumTool,
  },
  {
    name: "features",
    summary: "levels of the cluster's features: show and change them",
    run: featuresTool,
  },
  { name: "log-dirs", summary: "what is in the log directories of brokers", run: logDirsTool },
  {
    name: "leader-election",
    summary: "make preferred replicas leaders",
    run: leaderElectionTool,
  },
  {
    name: "reassign-partitions",
    summary: "move partitions to other brokers, replicas to other directories",
    run: reassignPartitionsTool,
  },
  {
    name: "transactions",
    summary: "list and describe transactions, find those that hang, end them",
    run: transactionsTool,
  },
];
