/**
 * Describing and changing configs.
 *
 * @module
 */

import { describeConfigs as describeConfigsApi } from "../protocol/messages/describe_configs.ts";
import {
  incrementalAlterConfigs as incrementalAlterConfigsApi,
} from "../protocol/messages/incremental_alter_configs.ts";
import {
  listConfigResources as listConfigResourcesApi,
} from "../protocol/messages/list_config_resources.ts";
import { sendCall, sendCallOnce } from "./admin_call.ts";
import type { AdminContext, Destination } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults, Outcomes } from "./admin_results.ts";
import { apiError, apiOutcome, unexpectedAnswer } from "./api_error.ts";
import type { CallTime } from "./call_time.ts";
import { Config, configEntry } from "./config_entry.ts";
import { KeyMap } from "./key_map.ts";
import { outcomesOf, settle } from "./outcome_call.ts";
import { throwIfNotController } from "./quota_violations.ts";

/** A kind of resource that has configs, by Kafka's name. */
export type ConfigResourceType =
  | "TOPIC"
  | "BROKER"
  | "BROKER_LOGGER"
  | "CLIENT_METRICS"
  | "GROUP"
  | "UNKNOWN";

/** Something that has configs. */
export interface ConfigResource {
  /** What it is. */
  readonly type: ConfigResourceType;
  /** Its name: a topic's, a broker's id, or empty for the default of all brokers. */
  readonly name: string;
}

/** Options of {@linkcode describeConfigs}. */
export interface DescribeConfigsOptions extends CallOptions {
  /** Whether to tell all places that a value may come from. Default: false. */
  readonly includeSynonyms?: boolean;
  /** Whether to tell what configs do. Default: false. */
  readonly includeDocumentation?: boolean;
}

/** What is done to a config. */
export type AlterConfigOpType = "SET" | "DELETE" | "APPEND" | "SUBTRACT";

/** A change of a config. */
export interface AlterConfigOp {
  /** The config. */
  readonly name: string;
  /** What is done to it. */
  readonly op: AlterConfigOpType;
  /** What it is set to, or what is added to a list or taken from it. */
  readonly value?: string | null;
}

/** Options of {@linkcode incrementalAlterConfigs}. */
export interface AlterConfigsOptions extends CallOptions {
  /** Whether it is only checked if it could be done. Default: false. */
  readonly validateOnly?: boolean;
}

const RESOURCE_TYPES: ReadonlyMap<ConfigResourceType, number> = new Map([
  ["UNKNOWN", 0],
  ["TOPIC", 2],
  ["BROKER", 4],
  ["BROKER_LOGGER", 8],
  ["CLIENT_METRICS", 16],
  ["GROUP", 32],
]);

const OPERATIONS: Readonly<Record<AlterConfigOpType, number>> = {
  SET: 0,
  DELETE: 1,
  APPEND: 2,
  SUBTRACT: 3,
};

/** The first version of ListConfigResources that lists more than metrics of clients. */
const ALL_TYPES_VERSION = 1;

const typeNumber = (type: ConfigResourceType) => RESOURCE_TYPES.get(type) ?? 0;
const typeName = (number: number): ConfigResourceType =>
  [...RESOURCE_TYPES].find(([, value]) => value === number)?.[0] ?? "UNKNOWN";

/** Tells resources apart. The text is Java's. */
export function configResourceText({ type, name }: ConfigResource): string {
  return `ConfigResource(type=${type}, name='${name}')`;
}

/** The configs of resources. */
export async function describeConfigs(
  context: AdminContext,
  resources: Iterable<ConfigResource>,
  options: DescribeConfigsOptions = {},
): Promise<AdminResults<ConfigResource, Config>> {
  return await outcomesOf<ConfigResource, Config>(
    context,
    configResourceText,
    resources,
    options,
    async (time, outcomes) => {
      const parts = byNode(outcomes.left, nodeOf).map(([nodeId, resources]) =>
        settle(
          outcomes,
          resources,
          () => describeOn(context, time, nodeId, resources, options, outcomes),
        )
      );
      await Promise.all(parts);
    },
  );
}

async function describeOn(
  context: AdminContext,
  time: CallTime,
  nodeId: number | undefined,
  resources: readonly ConfigResource[],
  { includeSynonyms = false, includeDocumentation = false }: DescribeConfigsOptions,
  outcomes: Outcomes<ConfigResource, Config>,
): Promise<void> {
  await sendCall(context, time, {
    name: "describeConfigs",
    destination: destinationOf(nodeId),
    api: describeConfigsApi,
    draft: () => ({
      resources: resources.map(({ type, name }) => (
        { resourceType: typeNumber(type), resourceName: name, configurationKeys: null }
      )),
      includeSynonyms,
      includeDocumentation,
    }),
  }, ({ results }) => {
    for (const { resourceType, resourceName: name, errorCode, errorMessage, configs } of results) {
      const resource = { type: typeName(resourceType), name };
      const error = apiError(errorCode, errorMessage);
      if (error === undefined) outcomes.complete(resource, new Config(configs.map(configEntry)));
      else outcomes.fail(resource, error);
    }
    for (const resource of resources) {
      const text = configResourceText(resource);
      outcomes.fail(
        resource,
        unexpectedAnswer(`The node response did not contain a result for config resource ${text}`),
      );
    }
  });
}

/** Changes configs, and leaves the others of a resource as they are. */
export async function incrementalAlterConfigs(
  context: AdminContext,
  configs: Iterable<readonly [ConfigResource, readonly AlterConfigOp[]]>,
  options: AlterConfigsOptions = {},
): Promise<AdminResults<ConfigResource, void>> {
  const changes = new KeyMap<ConfigResource, readonly AlterConfigOp[]>(configResourceText, configs);
  const { usesControllers } = context.settings;
  return await outcomesOf<ConfigResource, void>(
    context,
    configResourceText,
    changes.keys(),
    options,
    async (time, outcomes) => {
      // The active controller takes changes of any broker, but loggers are each node's own.
      const node = (resource: ConfigResource) =>
        usesControllers && resource.type !== "BROKER_LOGGER" ? undefined : nodeOf(resource);
      const parts = byNode(outcomes.left, node).map(([nodeId, resources]) =>
        settle(outcomes, resources, () =>
          sendCall(context, time, {
            name: "incrementalAlterConfigs",
            destination: destinationOf(nodeId),
            api: incrementalAlterConfigsApi,
            draft: () => ({
              resources: resources.map((resource) => ({
                resourceType: typeNumber(resource.type),
                resourceName: resource.name,
                configs: changes.get(resource)!.map(({ name, op, value = null }) => (
                  { name, configOperation: OPERATIONS[op], value }
                )),
              })),
              validateOnly: options.validateOnly ?? false,
            }),
          }, ({ responses }) => {
            throwIfNotController(context, responses);
            for (const { resourceType, resourceName: name, errorCode, errorMessage } of responses) {
              const resource = { type: typeName(resourceType), name };
              const error = apiError(errorCode, errorMessage);
              if (error === undefined) outcomes.complete(resource, undefined);
              else outcomes.fail(resource, error);
            }
            for (const resource of resources) {
              const text = configResourceText(resource);
              outcomes.fail(
                resource,
                unexpectedAnswer(`The response did not contain a result for ${text}`),
              );
            }
          }))
      );
      await Promise.all(parts);
    },
  );
}

/**
 * The resources that have configs of their own.
 *
 * @param types those that are wanted; none for all
 * @throws {KafkaError} what the broker says
 */
export async function listConfigResources(
  context: AdminContext,
  types: Iterable<ConfigResourceType> = [],
  options: CallOptions = {},
): Promise<readonly ConfigResource[]> {
  const resourceTypes = [...new Set(types)].map(typeNumber);
  const isOldKind = resourceTypes.length === 1 && resourceTypes[0] === typeNumber("CLIENT_METRICS");
  return await context.run(options, (time) =>
    sendCallOnce(context, time, {
      name: "listConfigResources",
      destination: { to: "any" },
      api: listConfigResourcesApi,
      minVersion: isOldKind ? 0 : ALL_TYPES_VERSION,
      draft: ({ version }) =>
        version < ALL_TYPES_VERSION ? {} : { resourceTypes },
    }, ({ errorCode, configResources }) =>
      apiOutcome(errorCode, null, () =>
        configResources.map(({ resourceType, resourceName: name }) => (
          { type: typeName(resourceType), name }
        )))));
}

/** The node that a resource belongs to; `undefined` for any. */
function nodeOf({ type, name }: ConfigResource): number | undefined {
  const isNodes = (type === "BROKER" && name !== "") || type === "BROKER_LOGGER";
  if (!isNodes) return undefined;
  const id = /^[+-]?\d+$/.test(name) ? Number(name) : NaN;
  if (Number.isSafeInteger(id)) return id;
  throw new TypeError(`Not the id of a broker: ${name}`);
}

function destinationOf(nodeId: number | undefined): Destination {
  return { to: nodeId ?? "any", orController: true };
}

function byNode(
  resources: readonly ConfigResource[],
  nodeOf: (resource: ConfigResource) => number | undefined,
): [number | undefined, ConfigResource[]][] {
  const nodes = new Map<number | undefined, ConfigResource[]>();
  for (const resource of resources) {
    const nodeId = nodeOf(resource);
    const of = nodes.get(nodeId);
    if (of === undefined) nodes.set(nodeId, [resource]);
    else of.push(resource);
  }
  return [...nodes];
}
