/**
 * DescribeClientQuotas, API 48: finds quotas. Versions 0 to 1, flexible from 1 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DescribeClientQuotas. */
export interface DescribeClientQuotasRequest {
  /** What entities have to match; all of it. */
  readonly components: readonly ComponentData[];
  /** Whether entities with more components than asked for are left out. */
  readonly strict: boolean;
}

/** An element of {@linkcode DescribeClientQuotasRequest.components}. */
export interface ComponentData {
  /** Type of the entity: `user`, `client-id` or `ip`. */
  readonly entityType: string;
  /** 0 this name, 1 the default, 2 any that is named. */
  readonly matchType: number;
  /** Name to match, when `matchType` says so. */
  readonly match: string | null;
}

/** Response to DescribeClientQuotas. */
export interface DescribeClientQuotasResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** One entry per entity. */
  readonly entries: readonly DescribeClientQuotasResponseEntryData[] | null;
}

/** An element of {@linkcode DescribeClientQuotasResponse.entries}. */
export interface DescribeClientQuotasResponseEntryData {
  /** What the quota is for. */
  readonly entity: readonly DescribeClientQuotasResponseEntityData[];
  /** Quotas of the entity. */
  readonly values: readonly ValueData[];
}

/** An element of {@linkcode DescribeClientQuotasResponseEntryData.entity}. */
export interface DescribeClientQuotasResponseEntityData {
  /** Type of the entity: `user`, `client-id` or `ip`. */
  readonly entityType: string;
  /** Name of the entity; null for the default of its type. */
  readonly entityName: string | null;
}

/** An element of {@linkcode DescribeClientQuotasResponseEntryData.values}. */
export interface ValueData {
  /** Name of the quota. */
  readonly key: string;
  /** The quota. */
  readonly value: number;
}

/** The API. */
export const describeClientQuotas: Api<DescribeClientQuotasRequest, DescribeClientQuotasResponse> =
  {
    key: 48,
    name: "DescribeClientQuotas",
    request: message<DescribeClientQuotasRequest>(`
@DescribeClientQuotasRequest 48 0-1 flexible 1+ listeners broker
components []ComponentData
  entityType string
  matchType int8
  match string ?0+
strict bool
`),
    response: message<DescribeClientQuotasResponse>(`
@DescribeClientQuotasResponse 48 0-1 flexible 1+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+
entries []EntryData ?0+
  entity []EntityData
    entityType string
    entityName string ?0+
  values []ValueData
    key string
    value float64
`),
  };
