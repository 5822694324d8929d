/**
 * AlterConfigs, API 33: replaces all configs of resources. Versions 0 to 2, flexible from 2 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of AlterConfigs. */
export interface AlterConfigsRequest {
  /** One entry per resource. */
  readonly resources: readonly AlterConfigsRequestAlterConfigsResource[];
  /** Whether only to check the request, and change nothing. */
  readonly validateOnly: boolean;
}

/** An element of {@linkcode AlterConfigsRequest.resources}. */
export interface AlterConfigsRequestAlterConfigsResource {
  /** Type of the resource: 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group. */
  readonly resourceType: number;
  /** Name of the resource. */
  readonly resourceName: string;
  /** Configs by name. */
  readonly configs: readonly AlterConfigsRequestAlterableConfig[];
}

/** An element of {@linkcode AlterConfigsRequestAlterConfigsResource.configs}. */
export interface AlterConfigsRequestAlterableConfig {
  /** Name of the config. */
  readonly name: string;
  /** Value of the config; null for none. */
  readonly value: string | null;
}

/** Response to AlterConfigs. */
export interface AlterConfigsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One answer per entry of the request. */
  readonly responses: readonly AlterConfigsResponseAlterConfigsResourceResponse[];
}

/** An element of {@linkcode AlterConfigsResponse.responses}. */
export interface AlterConfigsResponseAlterConfigsResourceResponse {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Type of the resource: 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group. */
  readonly resourceType: number;
  /** Name of the resource. */
  readonly resourceName: string;
}

/** The API. */
export const alterConfigs: Api<AlterConfigsRequest, AlterConfigsResponse> = {
  key: 33,
  name: "AlterConfigs",
  request: message<AlterConfigsRequest>(`
@AlterConfigsRequest 33 0-2 flexible 2+ listeners broker,controller
resources []AlterConfigsResource
  resourceType int8
  resourceName string
  configs []AlterableConfig
    name string
    value string ?0+
validateOnly bool
`),
  response: message<AlterConfigsResponse>(`
@AlterConfigsResponse 33 0-2 flexible 2+
throttleTimeMs int32
responses []AlterConfigsResourceResponse
  errorCode int16
  errorMessage string ?0+
  resourceType int8
  resourceName string
`),
};
