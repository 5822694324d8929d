/**
 * ListGroups, API 16: groups of a coordinator. Versions 0 to 5, flexible from 3 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ListGroups. */
export interface ListGroupsRequest {
  /** States to list; empty for all. */
  readonly statesFilter: readonly string[];
  /** Types to list; empty for all. */
  readonly typesFilter: readonly string[];
}

/** Response to ListGroups. */
export interface ListGroupsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Groups of this coordinator. */
  readonly groups: readonly ListedGroup[];
}

/** An element of {@linkcode ListGroupsResponse.groups}. */
export interface ListedGroup {
  /** Id of the group. */
  readonly groupId: string;
  /** Class of protocols, `consumer` for consumers. */
  readonly protocolType: string;
  /** State of the group. */
  readonly groupState: string;
  /** Type of the group. */
  readonly groupType: string;
}

/** The API. */
export const listGroups: Api<ListGroupsRequest, ListGroupsResponse> = {
  key: 16,
  name: "ListGroups",
  request: message<ListGroupsRequest>(`
@ListGroupsRequest 16 0-5 flexible 3+ listeners broker
statesFilter []string 4+
typesFilter []string 5+
`),
  response: message<ListGroupsResponse>(`
@ListGroupsResponse 16 0-5 flexible 3+
throttleTimeMs int32 1+ !
errorCode int16
groups []ListedGroup
  groupId string
  protocolType string
  groupState string 4+ !
  groupType string 5+ !
`),
};
