/**
 * AlterClientQuotas, API 49: sets and removes quotas. Versions 0 to 1, flexible from 1 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of AlterClientQuotas. */
export interface AlterClientQuotasRequest {
  /** One entry per entity. */
  readonly entries: readonly AlterClientQuotasRequestEntryData[];
  /** Whether only to check the request, and change nothing. */
  readonly validateOnly: boolean;
}

/** An element of {@linkcode AlterClientQuotasRequest.entries}. */
export interface AlterClientQuotasRequestEntryData {
  /** What the quota is for. */
  readonly entity: readonly AlterClientQuotasRequestEntityData[];
  /** Quotas to set or remove. */
  readonly ops: readonly OpData[];
}

/** An element of {@linkcode AlterClientQuotasRequestEntryData.entity}. */
export interface AlterClientQuotasRequestEntityData {
  /** Type of the entity: `user`, `client-id` or `ip`. */
  readonly entityType: string;
  /** Name of the entity; null for the default of its type. */
  readonly entityName: string | null;
}

/** An element of {@linkcode AlterClientQuotasRequestEntryData.ops}. */
export interface OpData {
  /** Name of the quota. */
  readonly key: string;
  /** The quota. */
  readonly value: number;
  /** Whether the quota goes away. */
  readonly remove: boolean;
}

/** Response to AlterClientQuotas. */
export interface AlterClientQuotasResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per entity. */
  readonly entries: readonly AlterClientQuotasResponseEntryData[];
}

/** An element of {@linkcode AlterClientQuotasResponse.entries}. */
export interface AlterClientQuotasResponseEntryData {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** What the quota is for. */
  readonly entity: readonly AlterClientQuotasResponseEntityData[];
}

/** An element of {@linkcode AlterClientQuotasResponseEntryData.entity}. */
export interface AlterClientQuotasResponseEntityData {
  /** Type of the entity: `user`, `client-id` or `ip`. */
  readonly entityType: string;
  /** Name of the entity; null for the default of its type. */
  readonly entityName: string | null;
}

/** The API. */
export const alterClientQuotas: Api<AlterClientQuotasRequest, AlterClientQuotasResponse> = {
  key: 49,
  name: "AlterClientQuotas",
  request: message<AlterClientQuotasRequest>(`
@AlterClientQuotasRequest 49 0-1 flexible 1+ listeners broker,controller
entries []EntryData
  entity []EntityData
    entityType string
    entityName string ?0+
  ops []OpData
    key string
    value float64
    remove bool
validateOnly bool
`),
  response: message<AlterClientQuotasResponse>(`
@AlterClientQuotasResponse 49 0-1 flexible 1+
throttleTimeMs int32
entries []EntryData
  errorCode int16
  errorMessage string ?0+
  entity []EntityData
    entityType string
    entityName string ?0+
`),
};
