/**
 * FindCoordinator.
 *
 * @module
 */

import {
  errorCode,
  errorMessage,
  type ErrorName,
  errorName,
} from "../../../client/protocol/error_codes.ts";
import {
  type Coordinator,
  findCoordinator as api,
  type FindCoordinatorRequest,
  type FindCoordinatorResponse,
} from "../../../client/protocol/messages/find_coordinator.ts";
import { coordinatorPartition } from "../../coordinator/coordinator_key.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import type { ApiHandler } from "../api_handler.ts";
import { ListenerView } from "../listener_view.ts";

/** What the handler needs. */
export interface FindCoordinatorOptions {
  /** The metadata in force. */
  readonly image: () => MetadataImage;
  /** Begins to make topics. */
  readonly autoCreate: (names: readonly string[]) => unknown;
}

/** The topics that coordinators keep their state in, by the number of their kind; share groups come later. */
const TOPICS: readonly string[] = ["__consumer_offsets", "__transaction_state"];
/** The first version of a request that asks for several. */
const FIRST_VERSION_WITH_BATCHES = 4;

/** Answers FindCoordinator: the leader of the partition that has a group or a transaction. A missing topic is made. */
export function findCoordinatorHandler(
  { image, autoCreate }: FindCoordinatorOptions,
): ApiHandler<FindCoordinatorRequest, FindCoordinatorResponse> {
  const find = (key: string, keyType: number, view: ListenerView): Coordinator => {
    const name = TOPICS[keyType];
    if (name === undefined) return refused(key, "INVALID_REQUEST");
    const topic = image().topics.byName.get(name);
    if (topic === undefined) {
      autoCreate([name]);
      return refused(key, "COORDINATOR_NOT_AVAILABLE");
    }
    const leader = topic.partitions.get(coordinatorPartition(key, topic.partitions.size))?.leader;
    const node = leader === undefined ? undefined : view.node(leader);
    if (node === undefined || node.isFenced) return refused(key, "COORDINATOR_NOT_AVAILABLE");
    const { nodeId, host, port } = node;
    return { key, nodeId, host, port, errorCode: 0, errorMessage: "" };
  };
  return {
    api,
    handle({ key, keyType, coordinatorKeys }, { apiVersion, listenerName }) {
      const view = new ListenerView(image(), listenerName);
      if (apiVersion >= FIRST_VERSION_WITH_BATCHES) {
        return { coordinators: coordinatorKeys.map((each) => find(each, keyType, view)) };
      }
      const { errorCode, nodeId, host, port } = find(key, keyType, view);
      return { errorCode, errorMessage: textOf(errorCode), nodeId, host, port };
    },
    // A version has room for one form of the answer only.
    onError({ coordinatorKeys }, error, _message, apiVersion = FIRST_VERSION_WITH_BATCHES) {
      if (apiVersion >= FIRST_VERSION_WITH_BATCHES) {
        return { coordinators: coordinatorKeys.map((key) => refused(key, error)) };
      }
      const { key: _key, ...answer } = refused("", error);
      return answer;
    },
  };
}

/** Kafka has a text for success as well. */
function textOf(code: number): string {
  return code === 0 ? "NONE" : errorMessage(errorName(code)) ?? "";
}

function refused(key: string, error: ErrorName): Coordinator {
  return { key, nodeId: -1, host: "", port: -1, errorCode: errorCode(error), errorMessage: "" };
}
