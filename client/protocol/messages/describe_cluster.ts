/**
 * DescribeCluster, API 60: brokers, or controllers, of the cluster. Versions 0 to 2, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DescribeCluster. */
export interface DescribeClusterRequest {
  /** Whether to tell what the asker may do with the cluster. */
  readonly includeClusterAuthorizedOperations: boolean;
  /** 1 brokers, 2 controllers. */
  readonly endpointType: number;
  /** Whether to list fenced brokers as well. */
  readonly includeFencedBrokers: boolean;
}

/** Response to DescribeCluster. */
export interface DescribeClusterResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** 1 brokers, 2 controllers. */
  readonly endpointType: number;
  /** Id of the cluster. */
  readonly clusterId: string;
  /** Id of a broker that takes requests for the controller; -1 for none. */
  readonly controllerId: number;
  /** Brokers of the cluster. */
  readonly brokers: readonly DescribeClusterBroker[];
  /** Bit set of what the asker may do with the cluster; the lowest int32 when it was not asked for. */
  readonly clusterAuthorizedOperations: number;
}

/** An element of {@linkcode DescribeClusterResponse.brokers}. */
export interface DescribeClusterBroker {
  /** Id of the broker. */
  readonly brokerId: number;
  /** Host name or address. */
  readonly host: string;
  /** Port of the listener that was asked. */
  readonly port: number;
  /** Rack of the broker; null when it has none. */
  readonly rack: string | null;
  /** Whether the broker is fenced. */
  readonly isFenced: boolean;
}

/** The API. */
export const describeCluster: Api<DescribeClusterRequest, DescribeClusterResponse> = {
  key: 60,
  name: "DescribeCluster",
  request: message<DescribeClusterRequest>(`
@DescribeClusterRequest 60 0-2 flexible 0+ listeners broker,controller
includeClusterAuthorizedOperations bool
endpointType int8 1+ =1
includeFencedBrokers bool 2+
`),
  response: message<DescribeClusterResponse>(`
@DescribeClusterResponse 60 0-2 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+ =null
endpointType int8 1+ =1
clusterId string
controllerId int32 =-1
brokers []DescribeClusterBroker
  brokerId int32
  host string
  port int32
  rack string ?0+ =null
  isFenced bool 2+
clusterAuthorizedOperations int32 =-2147483648
`),
};
