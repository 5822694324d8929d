/**
 * DescribeConfigs (32): configs of topics, brokers and more, with where their values come from. Versions 1 to 4.
 *
 * @module
 */

import {
  errorCode,
  errorInfo,
  errorMessage,
  isErrorName,
  KafkaError,
} from "../../../client/protocol/error_codes.ts";
import {
  describeConfigs,
  type DescribeConfigsRequest,
  type DescribeConfigsResource,
  type DescribeConfigsResourceResult,
  type DescribeConfigsResponse,
  type DescribeConfigsResult,
} from "../../../client/protocol/messages/describe_configs.ts";
import type { Logger } from "../../../storage/env.ts";
import { StorageError } from "../../../storage/errors.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import { CONFIG_SOURCE } from "../../config/config_synonyms.ts";
import { CONFIG_RESOURCE_TYPE } from "../../controller/configs_image.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import { invalidTopicName } from "../../replication/topic_names.ts";
import type { ApiHandler } from "../api_handler.ts";
import type { RuntimeLoggerManager } from "../runtime_logger_manager.ts";

const { BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP, TOPIC } = CONFIG_RESOURCE_TYPE;
const TYPES: ReadonlySet<number> = new Set(Object.values(CONFIG_RESOURCE_TYPE));

/** Configs with everything that can be told of them; what was not asked for is left out of the answer. */
export interface ConfigDescriptions {
  /** Those of a topic. */
  topic(name: string): readonly DescribeConfigsResourceResult[];
  /** Those of this broker. */
  broker(): readonly DescribeConfigsResourceResult[];
  /** Those that were set for all brokers while they ran. */
  clusterDefault(): readonly DescribeConfigsResourceResult[];
  /** Those of a subscription to the metrics of clients. */
  clientMetrics(name: string): readonly DescribeConfigsResourceResult[];
  /** Those of a group. */
  group(name: string): readonly DescribeConfigsResourceResult[];
}

/** What the handler needs. */
export interface DescribeConfigsHandlerOptions {
  /** Id of this broker. */
  readonly nodeId: number;
  /** The metadata in force. */
  readonly image: () => MetadataImage;
  /** The configs. */
  readonly configs: ConfigDescriptions;
  /** The levels of this broker's loggers. */
  readonly loggers: Pick<RuntimeLoggerManager, "levels">;
  /** Where to say what went wrong without being the client's fault. */
  readonly logger: Logger;
}

/** Handles DescribeConfigs. */
export function describeConfigsHandler(
  options: DescribeConfigsHandlerOptions,
): ApiHandler<DescribeConfigsRequest, DescribeConfigsResponse> {
  return {
    api: describeConfigs,
    handle(request) {
      const unknown = request.resources.find(({ resourceType }) => !TYPES.has(resourceType));
      if (unknown !== undefined) {
        throw new KafkaError(
          "INVALID_REQUEST",
          `Unexpected resource type UNKNOWN for resource ${unknown.resourceName}`,
        );
      }
      return {
        results: request.resources.map((resource) => describe(options, resource, request)),
      };
    },
    onError: ({ resources }, error) => ({
      results: resources.map(({ resourceType, resourceName }) => ({
        errorCode: errorCode(error),
        errorMessage: errorMessage(error),
        resourceType,
        resourceName,
      })),
    }),
  };
}

type Result = Draft<DescribeConfigsResult>;

/** What is wrong with one resource does not keep the others from being described. */
function describe(
  options: DescribeConfigsHandlerOptions,
  resource: DescribeConfigsResource,
  request: DescribeConfigsRequest,
): Result {
  const { resourceType, resourceName, configurationKeys: keys } = resource;
  const wanted = keys === null || keys.length === 0 ? undefined : new Set(keys);
  try {
    const configs = configsOf(options, resourceType, resourceName);
    if (configs === undefined) {
      return {
        errorCode: errorCode("UNKNOWN_TOPIC_OR_PARTITION"),
        // Apache Kafka leaves it at the field's default; with null, clients put in a text of their own.
        errorMessage: "",
        resourceType,
        resourceName,
      };
    }
    return {
      errorMessage: null,
      resourceType,
      resourceName,
      configs: configs.filter(({ name }) => wanted === undefined || wanted.has(name))
        .map((config) => answerOf(config, request)),
    };
  } catch (error) {
    return { ...failureOf(options.logger, error), resourceType, resourceName };
  }
}

/**
 * The configs of a resource; `undefined` for a topic that there is not.
 *
 * @throws {KafkaError} for a name that is none, or that of another broker
 */
function configsOf(
  { nodeId, image, configs, loggers }: DescribeConfigsHandlerOptions,
  type: number,
  name: string,
): readonly DescribeConfigsResourceResult[] | undefined {
  const refuse = (message: string): never => {
    throw new KafkaError("INVALID_REQUEST", message);
  };
  switch (type) {
    case TOPIC: {
      const invalid = invalidTopicName(name);
      if (invalid !== undefined) throw new KafkaError("INVALID_TOPIC_EXCEPTION", invalid);
      return image().topics.byName.has(name) ? configs.topic(name) : undefined;
    }
    case BROKER:
      if (name === "") return configs.clusterDefault();
      if (brokerId(name) === nodeId) return configs.broker();
      return refuse(
        `Unexpected broker id, expected ${nodeId} or empty string, but received ${name}`,
      );
    case BROKER_LOGGER:
      if (name === "") return refuse("Broker id must not be empty");
      if (brokerId(name) === nodeId) return [...loggers.levels].map(levelOf);
      return refuse(`Unexpected broker id, expected ${nodeId} but received ${name}`);
    case CLIENT_METRICS:
      if (name === "") return refuse("Client metrics subscription name must not be empty");
      return configs.clientMetrics(name);
    case GROUP:
      if (name === "") return refuse("Group name must not be empty");
      return configs.group(name);
    default:
      return refuse(`Unsupported resource type: ${type}`);
  }
}

/** A logger, told as a config whose value is the level. */
function levelOf([name, value]: readonly [string, string]): DescribeConfigsResourceResult {
  return {
    name,
    value,
    readOnly: false,
    configSource: CONFIG_SOURCE.DYNAMIC_BROKER_LOGGER_CONFIG,
    isSensitive: false,
    synonyms: [],
    configType: 0,
    documentation: null,
  };
}

/** A number in Java's sense. */
function brokerId(name: string): number {
  const id = /^[+-]?\d{1,10}$/.test(name) ? Number(name) : NaN;
  if (id === (id | 0)) return id;
  throw new KafkaError("INVALID_REQUEST", `Broker id must be an integer, but it is: ${name}`);
}

function answerOf(
  config: DescribeConfigsResourceResult,
  { includeSynonyms, includeDocumentation }: DescribeConfigsRequest,
): DescribeConfigsResourceResult {
  const { synonyms, documentation } = config;
  return {
    ...config,
    synonyms: includeSynonyms ? synonyms : [],
    documentation: includeDocumentation ? documentation : null,
  };
}

/** The text is left out where it says no more than the code does. */
function failureOf(logger: Logger, error: unknown): Result {
  const isKnown = error instanceof KafkaError || error instanceof StorageError;
  if (!isKnown || !isErrorName(error.code)) {
    logger.write("error", "Failed to describe configs", { error });
    return { errorCode: errorCode("UNKNOWN_SERVER_ERROR"), errorMessage: null };
  }
  const { code, message } = error;
  return {
    errorCode: errorCode(code),
    errorMessage: message === errorInfo(code).message ? null : message,
  };
}
