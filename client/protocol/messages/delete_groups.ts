/**
 * DeleteGroups, API 42: removes groups. Versions 0 to 2, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DeleteGroups. */
export interface DeleteGroupsRequest {
  /** Ids of the groups. */
  readonly groupsNames: readonly string[];
}

/** Response to DeleteGroups. */
export interface DeleteGroupsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One answer per entry of the request. */
  readonly results: readonly DeletableGroupResult[];
}

/** An element of {@linkcode DeleteGroupsResponse.results}. */
export interface DeletableGroupResult {
  /** Id of the group. */
  readonly groupId: string;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const deleteGroups: Api<DeleteGroupsRequest, DeleteGroupsResponse> = {
  key: 42,
  name: "DeleteGroups",
  request: message<DeleteGroupsRequest>(`
@DeleteGroupsRequest 42 0-2 flexible 2+ listeners broker
groupsNames []string
`),
  response: message<DeleteGroupsResponse>(`
@DeleteGroupsResponse 42 0-2 flexible 2+
throttleTimeMs int32
results []DeletableGroupResult
  groupId string
  errorCode int16
`),
};
