/**
 * DescribeCluster (60): the nodes of the cluster, of one kind. Versions 0 to 2.
 *
 * @module
 */

import { errorCode, errorInfo, type ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  describeCluster,
  type DescribeClusterRequest,
  type DescribeClusterResponse,
} from "../../../client/protocol/messages/describe_cluster.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { ApiHandler, RequestContext } from "../api_handler.ts";
import { ALL_OPERATIONS, OPERATIONS_NOT_ASKED } from "../authorized_operations.ts";
import type { BrokerNode } from "../listener_view.ts";

/** Kinds of nodes, by their numbers. */
const ENDPOINT_TYPES: ReadonlyMap<number, EndpointType> = new Map([
  [1, "broker"],
  [2, "controller"],
]);

/** A kind of node. */
export type EndpointType = "broker" | "controller";

/** What the handler needs. */
export interface DescribeClusterHandlerOptions {
  /** What this node is, on the listeners that the handler is for. */
  readonly endpointType: EndpointType;
  /** Id of the cluster. */
  readonly clusterId: string;
  /** The nodes of that kind, fenced ones as well, as clients of a listener find them. */
  readonly nodes: (listenerName: string) => readonly BrokerNode[];
  /** Id of a node that takes requests for the controller; -1 for none. */
  readonly controllerId: () => number;
}

/** Handles DescribeCluster. */
export function describeClusterHandler(
  options: DescribeClusterHandlerOptions,
): ApiHandler<DescribeClusterRequest, DescribeClusterResponse> {
  return {
    api: describeCluster,
    handle: (request, context) => handleDescribeCluster(options, request, context),
    onError: (_request, error, message) => ({
      errorCode: errorCode(error),
      errorMessage: message ?? errorInfo(error).message,
    }),
  };
}

function handleDescribeCluster(
  { endpointType, clusterId, nodes, controllerId }: DescribeClusterHandlerOptions,
  { endpointType: wanted, includeFencedBrokers, includeClusterAuthorizedOperations }:
    DescribeClusterRequest,
  { apiVersion, listenerName }: RequestContext,
): Draft<DescribeClusterResponse> {
  const refuse = (error: ErrorName, errorMessage: string): Draft<DescribeClusterResponse> => ({
    errorCode: errorCode(apiVersion === 0 ? "INVALID_REQUEST" : error),
    errorMessage,
  });
  const wantedType = ENDPOINT_TYPES.get(wanted);
  if (wantedType === undefined) {
    return refuse("UNSUPPORTED_ENDPOINT_TYPE", `Unsupported endpoint type ${wanted}`);
  }
  if (wantedType !== endpointType) {
    return refuse(
      "MISMATCHED_ENDPOINT_TYPE",
      `The request was sent to an endpoint of type ${endpointType.toUpperCase()}, ` +
        `but we wanted an endpoint of type ${wantedType.toUpperCase()}`,
    );
  }
  const told = nodes(listenerName).filter(({ isFenced }) => !isFenced || includeFencedBrokers);
  const controller = controllerId();
  return {
    endpointType: wanted,
    clusterId,
    // A controller that the client is not told the address of would only confuse it.
    controllerId: told.some(({ nodeId }) => nodeId === controller) ? controller : -1,
    brokers: told.map(({ nodeId, host, port, rack, isFenced }) => ({
      brokerId: nodeId,
      host,
      port,
      rack,
      isFenced,
    })),
    clusterAuthorizedOperations: includeClusterAuthorizedOperations
      ? ALL_OPERATIONS.cluster
      : OPERATIONS_NOT_ASKED,
  };
}
