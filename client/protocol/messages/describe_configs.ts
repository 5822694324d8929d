/**
 * DescribeConfigs, API 32: configs of resources, with where their values come from. Versions 1 to 4, flexible from 4 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DescribeConfigs. */
export interface DescribeConfigsRequest {
  /** One entry per resource. */
  readonly resources: readonly DescribeConfigsResource[];
  /** Whether to list all the places a value may come from. */
  readonly includeSynonyms: boolean;
  /** Whether to tell what configs do. */
  readonly includeDocumentation: boolean;
}

/** An element of {@linkcode DescribeConfigsRequest.resources}. */
export interface DescribeConfigsResource {
  /** Type of the resource: 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group. */
  readonly resourceType: number;
  /** Name of the resource. */
  readonly resourceName: string;
  /** Names to describe; null for all. */
  readonly configurationKeys: readonly string[] | null;
}

/** Response to DescribeConfigs. */
export interface DescribeConfigsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One answer per entry of the request. */
  readonly results: readonly DescribeConfigsResult[];
}

/** An element of {@linkcode DescribeConfigsResponse.results}. */
export interface DescribeConfigsResult {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** Type of the resource: 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group. */
  readonly resourceType: number;
  /** Name of the resource. */
  readonly resourceName: string;
  /** Configs by name. */
  readonly configs: readonly DescribeConfigsResourceResult[];
}

/** An element of {@linkcode DescribeConfigsResult.configs}. */
export interface DescribeConfigsResourceResult {
  /** Name of the config. */
  readonly name: string;
  /** Value of the config; null for none. */
  readonly value: string | null;
  /** Whether the value can not be changed at run time. */
  readonly readOnly: boolean;
  /** Where the value comes from, as DescribeConfigs numbers it. */
  readonly configSource: number;
  /** Whether the value is a secret, which is never told. */
  readonly isSensitive: boolean;
  /** All places that the value may come from, the winner first. */
  readonly synonyms: readonly DescribeConfigsSynonym[];
  /** Type of the value: 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password. */
  readonly configType: number;
  /** What the config does. */
  readonly documentation: string | null;
}

/** An element of {@linkcode DescribeConfigsResourceResult.synonyms}. */
export interface DescribeConfigsSynonym {
  /** Name of the config. */
  readonly name: string;
  /** Value of the config; null for none. */
  readonly value: string | null;
  /** Where the value comes from, in versions 0: see `configSource`. */
  readonly source: number;
}

/** The API. */
export const describeConfigs: Api<DescribeConfigsRequest, DescribeConfigsResponse> = {
  key: 32,
  name: "DescribeConfigs",
  request: message<DescribeConfigsRequest>(`
@DescribeConfigsRequest 32 1-4 flexible 4+ listeners broker,controller
resources []DescribeConfigsResource
  resourceType int8
  resourceName string
  configurationKeys []string ?0+
includeSynonyms bool 1+ =false
includeDocumentation bool 3+ =false
`),
  response: message<DescribeConfigsResponse>(`
@DescribeConfigsResponse 32 1-4 flexible 4+
throttleTimeMs int32
results []DescribeConfigsResult
  errorCode int16
  errorMessage string ?0+
  resourceType int8
  resourceName string
  configs []DescribeConfigsResourceResult
    name string
    value string ?0+
    readOnly bool
    configSource int8 1+ ! =-1
    isSensitive bool
    synonyms []DescribeConfigsSynonym 1+ !
      name string 1+
      value string 1+ ?0+
      source int8 1+
    configType int8 3+ ! =0
    documentation string 3+ ! ?0+
`),
};
