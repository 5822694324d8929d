/**
 * APIs by number: which versions there are, which of them a listener announces, and which headers they have.
 *
 * @module
 */

import { includesVersion, type VersionRange } from "../../storage/message/message_schema.ts";
import type { Api } from "./api.ts";
import { APIS } from "./apis.ts";

/** Which kind of node answers on a listener. */
export type ListenerType = "broker" | "controller";

/** The versions of one API that a server takes, as ApiVersions tells them. */
export interface ApiVersionRange {
  /** Number of the API. */
  readonly apiKey: number;
  /** Lowest version. */
  readonly minVersion: number;
  /** Highest version. */
  readonly maxVersion: number;
}

const PRODUCE = 0;
const API_VERSIONS = 18;
const GET_TELEMETRY_SUBSCRIPTIONS = 71;
const PUSH_TELEMETRY = 72;

const BY_KEY: ReadonlyMap<number, Api<unknown, unknown>> = new Map(
  APIS.map((api) => [api.key, api]),
);

/** The API of a number. */
export function apiByKey(key: number): Api<unknown, unknown> | undefined {
  return BY_KEY.get(key);
}

/** Kafka's name of an API, for people; a number that is none stays one. */
export function apiName(key: number): string {
  return BY_KEY.get(key)?.name ?? `UNKNOWN(${key})`;
}

/** The versions of an API that can be read and written. One that may still change is left out. */
export function supportedVersions(api: Api<unknown, unknown>): VersionRange {
  const { validVersions, isLatestVersionUnstable } = api.request.schema;
  return isLatestVersionUnstable
    ? { lowest: validVersions.lowest, highest: validVersions.highest - 1 }
    : validVersions;
}

/** Whether a request of this version can be read. */
export function isVersionSupported(api: Api<unknown, unknown>, version: number): boolean {
  return includesVersion(supportedVersions(api), version);
}

/** The APIs that Apache Kafka has on listeners of a kind. */
export function apisOf(listener: ListenerType): Api<unknown, unknown>[] {
  return APIS.filter((api) => api.request.schema.listeners.includes(listener));
}

/**
 * The versions that a server announces of an API. Produce is announced from 0 on although its first versions are gone: librdkafka before
 * 2.11.1 looks for exactly those, and without them leaves batches uncompressed.
 */
export function announcedVersions(api: Api<unknown, unknown>): ApiVersionRange {
  const { lowest, highest } = supportedVersions(api);
  return {
    apiKey: api.key,
    minVersion: api.key === PRODUCE ? 0 : lowest,
    maxVersion: highest,
  };
}

/**
 * What Apache Kafka 4.3.1 announces on a listener of a kind; a server that lacks some of it takes those out.
 *
 * @param options `hasTelemetry`: whether something receives the metrics of clients; without it brokers do not ask for them
 */
export function announcedApis(
  listener: ListenerType,
  options: { readonly hasTelemetry?: boolean } = {},
): ApiVersionRange[] {
  return apisOf(listener).filter(({ key }) =>
    options.hasTelemetry === true ||
    (key !== GET_TELEMETRY_SUBSCRIPTIONS && key !== PUSH_TELEMETRY)
  ).map(announcedVersions);
}

/** The version of the header in front of a request: 2 where requests are flexible. */
export function requestHeaderVersion(api: Api<unknown, unknown>, version: number): 1 | 2 {
  return includesVersion(api.request.schema.flexibleVersions, version) ? 2 : 1;
}

/**
 * The version of the header in front of a response: 1 where responses are flexible. That of ApiVersions is always 0, for clients that do
 * not know yet which versions the server has.
 */
export function responseHeaderVersion(api: Api<unknown, unknown>, version: number): 0 | 1 {
  return api.key !== API_VERSIONS && includesVersion(api.response.schema.flexibleVersions, version)
    ? 1
    : 0;
}
