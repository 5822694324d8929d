/**
 * The nodes of the cluster.
 *
 * @module
 */

import { KafkaError } from "../protocol/error_codes.ts";
import { describeCluster as describeClusterApi } from "../protocol/messages/describe_cluster.ts";
import { metadata as metadataApi } from "../protocol/messages/metadata.ts";
import { unregisterBroker as unregisterBrokerApi } from "../protocol/messages/unregister_broker.ts";
import type { Node } from "../node.ts";
import { type AclOperation, authorizedOperations } from "./acl_operations.ts";
import { sendCall, sendCallOnce } from "./admin_call.ts";
import { type AdminContext, CONTROLLER_ENDPOINTS } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import { apiOutcome } from "./api_error.ts";
import type { CallTime } from "./call_time.ts";
import { throwIfNotController } from "./quota_violations.ts";

/** A node, as descriptions of a cluster tell it. */
export interface ClusterNode extends Node {
  /** Whether it is registered and not alive. */
  readonly isFenced: boolean;
}

/** A cluster. */
export interface ClusterDescription {
  /** Its id; `null` when the broker does not tell. */
  readonly clusterId: string | null;
  /** The node that takes what is meant for the controller; `null` for none. */
  readonly controller: ClusterNode | null;
  /** The nodes. */
  readonly nodes: readonly ClusterNode[];
  /** What the client may do to the cluster; `undefined` when it was not asked for, or not told. */
  readonly authorizedOperations?: ReadonlySet<AclOperation>;
}

/** Options of {@linkcode describeCluster}. */
export interface DescribeClusterOptions extends CallOptions {
  /** Whether to tell what the client may do. Default: false. */
  readonly includeAuthorizedOperations?: boolean;
  /** Whether to tell of brokers that are registered and not alive. Default: false. */
  readonly includeFencedBrokers?: boolean;
}

/**
 * Describes the cluster.
 *
 * @throws {KafkaError} what the broker says
 */
export async function describeCluster(
  context: AdminContext,
  options: DescribeClusterOptions = {},
): Promise<ClusterDescription> {
  if (context.settings.usesControllers && options.includeFencedBrokers === true) {
    throw new TypeError("Cannot request fenced brokers from controller endpoint");
  }
  return await context.run(options, (time) => describeClusterWithin(context, time, options));
}

/** Describes the cluster, as a part of another call. */
export async function describeClusterWithin(
  context: AdminContext,
  time: CallTime,
  options: DescribeClusterOptions,
): Promise<ClusterDescription> {
  const { includeAuthorizedOperations = false, includeFencedBrokers = false } = options;
  const { usesControllers } = context.settings;
  try {
    return await sendCallOnce(context, time, {
      name: "listNodes",
      destination: { to: "any", orController: true },
      api: describeClusterApi,
      draft: () => ({
        includeClusterAuthorizedOperations: includeAuthorizedOperations,
        ...(usesControllers ? { endpointType: CONTROLLER_ENDPOINTS } : {}),
        includeFencedBrokers,
      }),
    }, (response) => {
      throwIfNotController(context, [response]);
      const { clusterId, controllerId, clusterAuthorizedOperations } = response;
      return apiOutcome(response.errorCode, response.errorMessage, () => {
        const nodes = response.brokers.map(({ brokerId: id, ...node }) => ({ id, ...node }));
        return description(clusterId, controllerId, nodes, clusterAuthorizedOperations);
      });
    });
  } catch (error) {
    // Brokers before 2.8 have no DescribeCluster.
    const isOld = error instanceof KafkaError && error.code === "UNSUPPORTED_VERSION";
    if (!isOld || usesControllers || includeFencedBrokers) throw error;
  }
  return await sendCall(context, time, {
    name: "listNodes",
    destination: { to: "any" },
    api: metadataApi,
    draft: () => ({
      topics: [],
      allowAutoTopicCreation: true,
      includeClusterAuthorizedOperations: includeAuthorizedOperations,
    }),
  }, (response) => {
    const nodes = response.brokers.map(({ nodeId: id, ...node }) => (
      { id, ...node, isFenced: false }
    ));
    return description(
      response.clusterId,
      response.controllerId,
      nodes,
      response.clusterAuthorizedOperations,
    );
  });
}

function description(
  clusterId: string | null,
  controllerId: number,
  nodes: readonly ClusterNode[],
  operations: number,
): ClusterDescription {
  const authorized = authorizedOperations(operations);
  return {
    clusterId,
    controller: nodes.find(({ id }) => id === controllerId) ?? null,
    nodes,
    ...(authorized === undefined ? {} : { authorizedOperations: authorized }),
  };
}

/**
 * Makes the cluster forget a broker that does not come back.
 *
 * @throws {KafkaError} what the controller says
 */
export async function unregisterBroker(
  context: AdminContext,
  brokerId: number,
  options: CallOptions = {},
): Promise<void> {
  await context.run(options, (time) =>
    sendCallOnce(context, time, {
      name: "unregisterBroker",
      destination: { to: "any", orController: true },
      api: unregisterBrokerApi,
      draft: () => ({ brokerId }),
    }, ({ errorCode, errorMessage }) => {
      const outcome = apiOutcome(errorCode, errorMessage, () => {});
      if (outcome.error instanceof KafkaError && outcome.error.code === "REQUEST_TIMED_OUT") {
        throw outcome.error;
      }
      return outcome;
    }));
}
