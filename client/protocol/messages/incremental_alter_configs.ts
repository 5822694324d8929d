/**
 * IncrementalAlterConfigs, API 44: changes single configs of resources. Versions 0 to 1, flexible from 1 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of IncrementalAlterConfigs. */
export interface IncrementalAlterConfigsRequest {
  /** One entry per resource. */
  readonly resources: readonly IncrementalAlterConfigsRequestAlterConfigsResource[];
  /** Whether only to check the request, and change nothing. */
  readonly validateOnly: boolean;
}

/** An element of {@linkcode IncrementalAlterConfigsRequest.resources}. */
export interface IncrementalAlterConfigsRequestAlterConfigsResource {
  /** Type of the resource: 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group. */
  readonly resourceType: number;
  /** Name of the resource. */
  readonly resourceName: string;
  /** Configs by name. */
  readonly configs: readonly IncrementalAlterConfigsRequestAlterableConfig[];
}

/** An element of {@linkcode IncrementalAlterConfigsRequestAlterConfigsResource.configs}. */
export interface IncrementalAlterConfigsRequestAlterableConfig {
  /** Name of the config. */
  readonly name: string;
  /** 0 set, 1 delete, 2 append to a list, 3 take from a list. */
  readonly configOperation: number;
  /** Value of the config; null for none. */
  readonly value: string | null;
}

/** Response to IncrementalAlterConfigs. */
export interface IncrementalAlterConfigsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One answer per entry of the request. */
  readonly responses: readonly IncrementalAlterConfigsResponseAlterConfigsResourceResponse[];
}

/** An element of {@linkcode IncrementalAlterConfigsResponse.responses}. */
export interface IncrementalAlterConfigsResponseAlterConfigsResourceResponse {
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
export const incrementalAlterConfigs: Api<
  IncrementalAlterConfigsRequest,
  IncrementalAlterConfigsResponse
> = {
  key: 44,
  name: "IncrementalAlterConfigs",
  request: message<IncrementalAlterConfigsRequest>(`
@IncrementalAlterConfigsRequest 44 0-1 flexible 1+ listeners broker,controller
resources []AlterConfigsResource
  resourceType int8
  resourceName string
  configs []AlterableConfig
    name string
    configOperation int8
    value string ?0+
validateOnly bool
`),
  response: message<IncrementalAlterConfigsResponse>(`
@IncrementalAlterConfigsResponse 44 0-1 flexible 1+
throttleTimeMs int32
responses []AlterConfigsResourceResponse
  errorCode int16
  errorMessage string ?0+
  resourceType int8
  resourceName string
`),
};
