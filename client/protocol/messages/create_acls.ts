/**
 * CreateAcls, API 30: adds access control entries. Versions 1 to 3, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of CreateAcls. */
export interface CreateAclsRequest {
  /** Entries to add. */
  readonly creations: readonly AclCreation[];
}

/** An element of {@linkcode CreateAclsRequest.creations}. */
export interface AclCreation {
  /** Type of the resource: 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user. */
  readonly resourceType: number;
  /** Name of the resource. */
  readonly resourceName: string;
  /** How the name is meant: 3 literal, 4 prefix. */
  readonly resourcePatternType: number;
  /** Principal of the entry, with its type. */
  readonly principal: string;
  /** Host the entry is for; `*` for any. */
  readonly host: string;
  /** Operation, by its ACL code. */
  readonly operation: number;
  /** 2 deny, 3 allow; 1 any, in filters. */
  readonly permissionType: number;
}

/** Response to CreateAcls. */
export interface CreateAclsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One answer per entry of the request. */
  readonly results: readonly AclCreationResult[];
}

/** An element of {@linkcode CreateAclsResponse.results}. */
export interface AclCreationResult {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const createAcls: Api<CreateAclsRequest, CreateAclsResponse> = {
  key: 30,
  name: "CreateAcls",
  request: message<CreateAclsRequest>(`
@CreateAclsRequest 30 1-3 flexible 2+ listeners broker,controller
creations []AclCreation
  resourceType int8
  resourceName string
  resourcePatternType int8 1+ =3
  principal string
  host string
  operation int8
  permissionType int8
`),
  response: message<CreateAclsResponse>(`
@CreateAclsResponse 30 1-3 flexible 2+
throttleTimeMs int32
results []AclCreationResult
  errorCode int16
  errorMessage string ?0+
`),
};
