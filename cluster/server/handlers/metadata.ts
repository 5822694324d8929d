/**
 * Metadata (3): brokers, topics, and who leads which partition. Versions 0 to 13.
 *
 * @module
 */

import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  metadata,
  type MetadataRequest,
  type MetadataResponse,
  type MetadataResponsePartition,
  type MetadataResponseTopic,
} from "../../../client/protocol/messages/metadata.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import type { Random } from "../../../storage/env.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import type { PartitionRegistration } from "../../controller/partition_registration.ts";
import type { TopicImage } from "../../controller/topics_image.ts";
import { invalidTopicName, isInternalTopic } from "../../replication/topic_names.ts";
import type { ApiHandler, RequestContext } from "../api_handler.ts";
import { ALL_OPERATIONS, OPERATIONS_NOT_ASKED } from "../authorized_operations.ts";
import { anyAliveBroker, ListenerView } from "../listener_view.ts";

/** The first version that asks what a client may do. */
const FIRST_VERSION_WITH_OPERATIONS = 8;
/** The last version that asks so about the cluster; DescribeCluster tells it since. */
const LAST_VERSION_WITH_CLUSTER_OPERATIONS = 10;
/** The first version that tells a listener that the leader lacks from a leader that is away. */
const FIRST_VERSION_WITH_LISTENER_ERRORS = 6;
/** The first version that may ask by topic id. */
const FIRST_VERSION_BY_TOPIC_ID = 12;

/** What the handler needs. */
export interface MetadataHandlerOptions {
  /** The metadata in force. */
  readonly image: () => MetadataImage;
  /** Id of the cluster. */
  readonly clusterId: string;
  /** Chooses the broker that clients take for the controller. */
  readonly random: Random;
  /** `auto.create.topics.enable`, as it is at the time. */
  readonly autoCreateTopicsEnable: () => boolean;
  /** Begins to create topics; returns what to tell of each meanwhile. */
  readonly autoCreate: (names: readonly string[]) => ReadonlyMap<string, ErrorName>;
}

/** Handles Metadata. */
export function metadataHandler(
  options: MetadataHandlerOptions,
): ApiHandler<MetadataRequest, MetadataResponse> {
  return {
    api: metadata,
    handle: (request, context) => handleMetadata(options, request, context),
    onError: ({ topics }, error) => ({
      topics: (topics ?? []).map(({ name, topicId }) => ({
        errorCode: errorCode(error),
        name: name ?? "",
        topicId,
      })),
      errorCode: errorCode(error),
    }),
  };
}

function handleMetadata(
  options: MetadataHandlerOptions,
  request: MetadataRequest,
  { apiVersion: version, listenerName }: RequestContext,
): Draft<MetadataResponse> {
  checkNames(request, version);
  const image = options.image();
  const view = new ListenerView(image, listenerName);
  const asksOperations = version >= FIRST_VERSION_WITH_OPERATIONS;
  const { known, missing, unknownIds } = wantedTopics(image, request, version);
  const answers = missing.length === 0
    ? []
    : absentTopics(options, missing, request.allowAutoTopicCreation);
  const topicAuthorizedOperations = asksOperations && request.includeTopicAuthorizedOperations
    ? ALL_OPERATIONS.topic
    : OPERATIONS_NOT_ASKED;
  return {
    brokers: view.aliveNodes,
    clusterId: options.clusterId,
    controllerId: anyAliveBroker(image, options.random),
    topics: [
      ...unknownIds.map((topicId) => ({
        errorCode: errorCode("UNKNOWN_TOPIC_ID"),
        name: null,
        topicId,
      })),
      ...known.map((topic) => ({
        ...topicAnswer(image, view, topic, version),
        topicAuthorizedOperations,
      })),
      ...answers.map((topic) => ({ ...topic, topicAuthorizedOperations })),
    ],
    clusterAuthorizedOperations:
      asksOperations && version <= LAST_VERSION_WITH_CLUSTER_OPERATIONS &&
        request.includeClusterAuthorizedOperations
        ? ALL_OPERATIONS.cluster
        : OPERATIONS_NOT_ASKED,
  };
}

/** @throws {KafkaError} for topics that this version cannot ask for */
function checkNames({ topics }: MetadataRequest, version: number): void {
  for (const { name, topicId } of topics ?? []) {
    if (version >= FIRST_VERSION_BY_TOPIC_ID) {
      if (name !== null || topicId !== ZERO_UUID) continue;
      throw new KafkaError("INVALID_REQUEST", "A topic must have a name or an id");
    }
    if (name === null) {
      throw new KafkaError("INVALID_REQUEST", `Topic name can not be null for version ${version}`);
    }
    if (topicId !== ZERO_UUID) {
      throw new KafkaError(
        "INVALID_REQUEST",
        `Topic IDs are not supported in requests for version ${version}`,
      );
    }
  }
}

interface WantedTopics {
  /** Topics that there are. */
  readonly known: readonly TopicImage[];
  /** Names of topics that there are not. */
  readonly missing: readonly string[];
  /** Ids that no topic has. */
  readonly unknownIds: readonly string[];
}

/** One topic id in the request makes it one by ids. A topic that is named twice is answered once. */
function wantedTopics(
  { topics: image }: MetadataImage,
  { topics }: MetadataRequest,
  version: number,
): WantedTopics {
  if (topics === null || (version === 0 && topics.length === 0)) {
    return { known: [...image.byName.values()], missing: [], unknownIds: [] };
  }
  const ids = new Set(topics.map(({ topicId }) => topicId).filter((id) => id !== ZERO_UUID));
  const isById = ids.size > 0;
  const keys = isById ? ids : new Set(topics.map(({ name }) => name!));
  const known: TopicImage[] = [];
  const unknown: string[] = [];
  for (const key of keys) {
    const topic = (isById ? image.byId : image.byName).get(key);
    if (topic === undefined) unknown.push(key);
    else known.push(topic);
  }
  return isById
    ? { known, missing: [], unknownIds: unknown }
    : { known, missing: unknown, unknownIds: [] };
}

function absentTopics(
  { autoCreateTopicsEnable, autoCreate }: MetadataHandlerOptions,
  names: readonly string[],
  allowAutoTopicCreation: boolean,
): Draft<MetadataResponseTopic>[] {
  const errors = allowAutoTopicCreation && autoCreateTopicsEnable() ? autoCreate(names) : undefined;
  return names.map((name) => ({
    errorCode: errorCode(errors?.get(name) ?? errorOfAbsent(name)),
    name,
    isInternal: isInternalTopic(name),
  }));
}

function errorOfAbsent(name: string): ErrorName {
  return invalidTopicName(name) === undefined
    ? "UNKNOWN_TOPIC_OR_PARTITION"
    : "INVALID_TOPIC_EXCEPTION";
}

function topicAnswer(
  image: MetadataImage,
  view: ListenerView,
  { name, id, partitions }: TopicImage,
  version: number,
): Draft<MetadataResponseTopic> {
  return {
    name,
    topicId: id,
    isInternal: isInternalTopic(name),
    partitions: [...partitions].map(([index, partition]) =>
      partitionAnswer(image, view, index, partition, version)
    ),
  };
}

/** Clients of version 0 are told of an error when a replica is away; later ones learn it from the list of brokers. */
function partitionAnswer(
  image: MetadataImage,
  view: ListenerView,
  partitionIndex: number,
  partition: PartitionRegistration,
  version: number,
): Draft<MetadataResponsePartition> {
  const { replicas, isr, leader, leaderEpoch } = partition;
  const told = (ids: readonly number[]) =>
    version === 0 ? ids.filter((id) => view.isAlive(id)) : ids;
  const replicaNodes = told(replicas);
  const isrNodes = told(isr);
  const leads = view.node(leader) !== undefined;
  const error: ErrorName = !leads
    ? (version >= FIRST_VERSION_WITH_LISTENER_ERRORS && image.cluster.brokers.has(leader)
      ? "LISTENER_NOT_FOUND"
      : "LEADER_NOT_AVAILABLE")
    : replicaNodes.length < replicas.length || isrNodes.length < isr.length
    ? "REPLICA_NOT_AVAILABLE"
    : "NONE";
  return {
    errorCode: errorCode(error),
    partitionIndex,
    leaderId: leads ? leader : -1,
    leaderEpoch,
    replicaNodes,
    isrNodes,
    offlineReplicas: view.offlineReplicas(partition),
  };
}
