/**
 * Making, listing and deleting topics.
 *
 * @module
 */

import { KafkaError } from "../protocol/error_codes.ts";
import {
  type CreatableTopicResult,
  createTopics as createTopicsApi,
} from "../protocol/messages/create_topics.ts";
import { deleteTopics as deleteTopicsApi } from "../protocol/messages/delete_topics.ts";
import { metadata as metadataApi } from "../protocol/messages/metadata.ts";
import { sendCall } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults } from "./admin_results.ts";
import { apiError } from "./api_error.ts";
import { Config, configEntry } from "./config_entry.ts";
import { sameText } from "./coordinator_lookup.ts";
import type { CreateOptions } from "./partitions.ts";
import { quotaCall, type QuotaOptions, throwIfNotController } from "./quota_violations.ts";
import { representable, type TopicCollection, withRefused } from "./topic_collection.ts";

/** A topic to be made. */
export interface NewTopic {
  /** Its name. */
  readonly name: string;
  /** How many partitions. Default: the broker's. */
  readonly numPartitions?: number;
  /** How many replicas of each. Default: the broker's. */
  readonly replicationFactor?: number;
  /** Brokers of each partition, the preferred leader first, instead of the two numbers. */
  readonly replicasAssignments?: ReadonlyMap<number, readonly number[]>;
  /** Configs that are not the default. */
  readonly configs?: Readonly<Record<string, string | null>>;
}

/** A topic that was made. */
export class CreatedTopic {
  /** Its id; all zeros when the broker does not tell. */
  readonly topicId: string;
  readonly #told: CreatableTopicResult;

  /** Takes what the broker tells. */
  constructor(told: CreatableTopicResult) {
    this.topicId = told.topicId;
    this.#told = told;
  }

  /**
   * How many partitions it has.
   *
   * @throws {KafkaError} when the client may not know, or the broker does not tell
   */
  get numPartitions(): number {
    return this.#details().numPartitions;
  }

  /**
   * How many replicas each has.
   *
   * @throws {KafkaError} when the client may not know, or the broker does not tell
   */
  get replicationFactor(): number {
    return this.#details().replicationFactor;
  }

  /**
   * Its configs.
   *
   * @throws {KafkaError} when the client may not know, or the broker does not tell
   */
  get config(): Config {
    return new Config(
      (this.#details().configs ?? []).map((told) => configEntry({ ...told, synonyms: [] })),
    );
  }

  #details(): CreatableTopicResult {
    const error = apiError(this.#told.topicConfigErrorCode);
    if (error !== undefined) throw error;
    if (this.#told.numPartitions >= 0) return this.#told;
    throw new KafkaError(
      "UNSUPPORTED_VERSION",
      "Topic metadata and configs in CreateTopics response not supported",
    );
  }
}

/** A topic, as lists of them tell it. */
export interface TopicListing {
  /** Its name. */
  readonly name: string;
  /** Its id; all zeros when the broker does not tell. */
  readonly topicId: string;
  /** Whether it is one of Kafka's own. */
  readonly isInternal: boolean;
}

/** Options of {@linkcode listTopics}. */
export interface ListTopicsOptions extends CallOptions {
  /** Whether Kafka's own topics are in the list. Default: false. */
  readonly listInternal?: boolean;
}

/** Makes topics. */
export async function createTopics(
  context: AdminContext,
  topics: Iterable<NewTopic>,
  options: CreateOptions = {},
): Promise<AdminResults<string, CreatedTopic>> {
  const byName = new Map<string, NewTopic>();
  for (const topic of topics) if (!byName.has(topic.name)) byName.set(topic.name, topic);
  const { good, bad } = representable(byName.keys(), "name");
  const results = await quotaCall<string, CreatedTopic>(
    context,
    sameText,
    good,
    options,
    (time, names) =>
      sendCall(context, time, {
        name: "createTopics",
        destination: { to: "controller" },
        api: createTopicsApi,
        draft: ({ timeoutMs }) => ({
          topics: names.map((name) => creatable(byName.get(name)!)),
          timeoutMs,
          validateOnly: options.validateOnly ?? false,
        }),
      }, ({ throttleTimeMs, topics }) => {
        throwIfNotController(context, topics);
        return {
          throttleTimeMs,
          answers: topics.map((told) => ({
            ...told,
            key: told.name,
            value: () => new CreatedTopic(told),
          })),
        };
      }),
  );
  return withRefused(results, bad);
}

function creatable(
  { name, numPartitions = -1, replicationFactor = -1, replicasAssignments, configs }: NewTopic,
) {
  const assignments = [...replicasAssignments ?? []].map(([partitionIndex, brokerIds]) => (
    { partitionIndex, brokerIds }
  ));
  return {
    name,
    numPartitions,
    replicationFactor,
    assignments,
    configs: Object.entries(configs ?? {}).map(([name, value]) => ({ name, value })),
  };
}

/** Deletes topics. */
export async function deleteTopics(
  context: AdminContext,
  topics: TopicCollection,
  options: QuotaOptions = {},
): Promise<AdminResults<string, void>> {
  const byId = "topicIds" in topics;
  const { good, bad } = representable(byId ? topics.topicIds : topics, byId ? "ID" : "name");
  const results = await quotaCall<string, void>(
    context,
    sameText,
    good,
    options,
    (time, keys) =>
      sendCall(context, time, {
        name: "deleteTopics",
        destination: { to: "controller" },
        api: deleteTopicsApi,
        minVersion: byId ? TOPICS_BY_ID_VERSION : 0,
        draft: ({ timeoutMs, version }) =>
          version < TOPICS_BY_ID_VERSION ? { topicNames: keys, timeoutMs } : {
            topics: keys.map((key) => byId ? { topicId: key } : { name: key }),
            timeoutMs,
          },
      }, ({ throttleTimeMs, responses }) => {
        throwIfNotController(context, responses);
        return {
          throttleTimeMs,
          answers: responses.map(({ name, topicId, errorCode, errorMessage }) => ({
            key: byId ? topicId : name!,
            errorCode,
            errorMessage,
            value: () => {},
          })),
        };
      }),
  );
  return withRefused(results, bad);
}

/** The first version of DeleteTopics that knows ids. */
const TOPICS_BY_ID_VERSION = 6;

/** The topics that there are, by name. */
export async function listTopics(
  context: AdminContext,
  options: ListTopicsOptions = {},
): Promise<ReadonlyMap<string, TopicListing>> {
  return await context.run(options, (time) =>
    sendCall(context, time, {
      name: "listTopics",
      destination: { to: "any" },
      api: metadataApi,
      draft: ({ version }) => (
        // An empty list stands for all in the first version.
        { topics: version === 0 ? [] : null, allowAutoTopicCreation: true }
      ),
    }, ({ topics }) =>
      new Map(
        topics.flatMap(({ name, topicId, isInternal }) =>
          name === null || (isInternal && options.listInternal !== true)
            ? []
            : [[name, { name, topicId, isInternal }]]
        ),
      )));
}
