/**
 * A request as a test sees it.
 *
 * @module
 */

import { apiName } from "../../client/protocol/api_keys.ts";
import { APIS } from "../../client/protocol/apis.ts";
import type { RequestContext } from "../server/api_handler.ts";

/** A request that a broker got. */
export interface ReceivedRequest {
  /** Kafka's name of the API, such as `Produce`. */
  readonly api: string;
  /** Number of the API. */
  readonly apiKey: number;
  /** Version that the client speaks. */
  readonly apiVersion: number;
  /** What the client calls itself. */
  readonly clientId: string | null;
  /** The client's number of the request. */
  readonly correlationId: number;
  /** The connection it came by. */
  readonly connectionId: string;
  /** The listener of that connection. */
  readonly listenerName: string;
  /** The topics it is about, each once. */
  readonly topics: readonly string[];
  /** The decoded request; its type is the request interface of the API. */
  readonly request: unknown;
}

/** Which requests are meant. What is left out does not matter. */
export interface RequestFilter {
  /** Name of the API, such as `Produce`, or its number. */
  readonly api?: string | number;
  /** A topic that the request is about. */
  readonly topic?: string;
  /** What the client calls itself. */
  readonly clientId?: string;
  /** Anything else. */
  readonly where?: (request: ReceivedRequest) => boolean;
}

/** Tells whether a request is meant. */
export type RequestPredicate = (request: ReceivedRequest) => boolean;

/**
 * The predicate of a filter.
 *
 * @throws {RangeError} for an API that there is not: it would never match
 */
export function requestPredicate(filter: RequestFilter | RequestPredicate): RequestPredicate {
  if (typeof filter === "function") return filter;
  const { api, topic, clientId, where } = filter;
  const apiKey = api === undefined ? undefined : apiKeyOf(api);
  return (request) =>
    (apiKey === undefined || request.apiKey === apiKey) &&
    (clientId === undefined || request.clientId === clientId) &&
    (topic === undefined || request.topics.includes(topic)) &&
    (where === undefined || where(request));
}

function apiKeyOf(api: string | number): number {
  const found = APIS.find(({ key, name }) => key === api || name === api);
  if (found === undefined) throw new RangeError(`Unknown API: ${api}`);
  return found.key;
}

/** A request as it came; topics are looked for when somebody asks. */
export function receivedRequest(
  request: unknown,
  context: RequestContext,
  topicsOf: () => readonly string[],
): ReceivedRequest {
  const { apiKey, apiVersion, clientId, correlationId, connectionId, listenerName } = context;
  let topics: readonly string[] | undefined;
  return {
    api: apiName(apiKey),
    apiKey,
    apiVersion,
    clientId,
    correlationId,
    connectionId,
    listenerName,
    get topics(): readonly string[] {
      return topics ??= topicsOf();
    },
    request,
  };
}
