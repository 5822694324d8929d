/**
 * ListConfigResources, API 74: resources that have configs. Versions 0 to 1, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ListConfigResources. */
export interface ListConfigResourcesRequest {
  /** Types to list; empty for all. */
  readonly resourceTypes: readonly number[];
}

/** Response to ListConfigResources. */
export interface ListConfigResourcesResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Resources that have configs. */
  readonly configResources: readonly ConfigResource[];
}

/** An element of {@linkcode ListConfigResourcesResponse.configResources}. */
export interface ConfigResource {
  /** Name of the resource. */
  readonly resourceName: string;
  /** Type of the resource: 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group. */
  readonly resourceType: number;
}

/** The API. */
export const listConfigResources: Api<ListConfigResourcesRequest, ListConfigResourcesResponse> = {
  key: 74,
  name: "ListConfigResources",
  request: message<ListConfigResourcesRequest>(`
@ListConfigResourcesRequest 74 0-1 flexible 0+ listeners broker
resourceTypes []int8 1+
`),
  response: message<ListConfigResourcesResponse>(`
@ListConfigResourcesResponse 74 0-1 flexible 0+
throttleTimeMs int32
errorCode int16
configResources []ConfigResource
  resourceName string
  resourceType int8 1+ ! =16
`),
};
