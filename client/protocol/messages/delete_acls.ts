/**
 * DeleteAcls, API 31: removes access control entries. Versions 1 to 3, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DeleteAcls. */
export interface DeleteAclsRequest {
  /** Which entries to remove. */
  readonly filters: readonly DeleteAclsFilter[];
}

/** An element of {@linkcode DeleteAclsRequest.filters}. */
export interface DeleteAclsFilter {
  /** Resource type to match. */
  readonly resourceTypeFilter: number;
  /** Name to match; null for any. */
  readonly resourceNameFilter: string | null;
  /** Pattern type to match: 1 any, 2 whatever applies to the name, 3 literal, 4 prefix. */
  readonly patternTypeFilter: number;
  /** Principal to match; null for any. */
  readonly principalFilter: string | null;
  /** Host to match; null for any. */
  readonly hostFilter: string | null;
  /** Operation, by its ACL code. */
  readonly operation: number;
  /** 2 deny, 3 allow; 1 any, in filters. */
  readonly permissionType: number;
}

/** Response to DeleteAcls. */
export interface DeleteAclsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One answer per filter. */
  readonly filterResults: readonly DeleteAclsFilterResult[];
}

/** An element of {@linkcode DeleteAclsResponse.filterResults}. */
export interface DeleteAclsFilterResult {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Entries that the filter met. */
  readonly matchingAcls: readonly DeleteAclsMatchingAcl[];
}

/** An element of {@linkcode DeleteAclsFilterResult.matchingAcls}. */
export interface DeleteAclsMatchingAcl {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Type of the resource: 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user. */
  readonly resourceType: number;
  /** Name of the resource. */
  readonly resourceName: string;
  /** How the name is meant: 3 literal, 4 prefix. */
  readonly patternType: number;
  /** Principal of the entry, with its type. */
  readonly principal: string;
  /** Host the entry is for; `*` for any. */
  readonly host: string;
  /** Operation, by its ACL code. */
  readonly operation: number;
  /** 2 deny, 3 allow; 1 any, in filters. */
  readonly permissionType: number;
}

/** The API. */
export const deleteAcls: Api<DeleteAclsRequest, DeleteAclsResponse> = {
  key: 31,
  name: "DeleteAcls",
  request: message<DeleteAclsRequest>(`
@DeleteAclsRequest 31 1-3 flexible 2+ listeners broker,controller
filters []DeleteAclsFilter
  resourceTypeFilter int8
  resourceNameFilter string ?0+
  patternTypeFilter int8 1+ =3
  principalFilter string ?0+
  hostFilter string ?0+
  operation int8
  permissionType int8
`),
  response: message<DeleteAclsResponse>(`
@DeleteAclsResponse 31 1-3 flexible 2+
throttleTimeMs int32
filterResults []DeleteAclsFilterResult
  errorCode int16
  errorMessage string ?0+
  matchingAcls []DeleteAclsMatchingAcl
    errorCode int16
    errorMessage string ?0+
    resourceType int8
    resourceName string
    patternType int8 1+ =3
    principal string
    host string
    operation int8
    permissionType int8
`),
};
