/** A controller that decides at once, in the process of whoever asks. */

import type { ControllerDriver } from "../../cluster/controller/controller_driver.ts";
import { ControllerRegistrationManager } from "../../cluster/server/controller_registration_manager.ts";
import { brokerHeartbeatHandler } from "../../cluster/server/handlers/broker_heartbeat.ts";
import { brokerRegistrationHandler } from "../../cluster/server/handlers/broker_registration.ts";
import { controllerRegistrationHandler } from "../../cluster/server/handlers/controller_registration.ts";
import { LocalController } from "../../cluster/server/local_controller.ts";
import { NodeToControllerChannel } from "../../cluster/server/node_to_controller_channel.ts";
import { RequestDispatcher } from "../../cluster/server/request_dispatcher.ts";
import { KafkaError } from "../../client/protocol/error_codes.ts";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import type { TestController } from "../cluster/controller/controller_support.ts";
import { idOf } from "../cluster/controller/controller_support.ts";
import { type ManualEnv, manualEnv } from "./manual_env.ts";

/** Id of the cluster. */
export const CLUSTER = "the-cluster";

/** What decides on `context`, as a driver does. */
export function decider(
  context: TestController,
  isActive: () => boolean = () => true,
): Pick<ControllerDriver, "submit" | "heardOf"> {
  return {
    submit: ((decide) =>
      new Promise((resolve) => {
        if (!isActive()) throw new KafkaError("NOT_CONTROLLER");
        resolve(context.decide(decide).response);
      })) as ControllerDriver["submit"],
    heardOf: (brokerId, brokerEpoch) => context.heartbeats.touch(brokerId, brokerEpoch),
  };
}

/** A node with its controller, and ways to it. */
export interface LocalControllerWorld {
  readonly env: ManualEnv;
  readonly local: LocalController;
  /** Whether the controller is there, and whether it decides. */
  readonly quorum: { hasLeader: boolean; isActive: boolean };
  channel(retryTimeoutMs?: number): NodeToControllerChannel;
}

/** Has the handlers of brokers and controllers that register answered by `context`. */
export function localControllerWorld(context: TestController): LocalControllerWorld {
  const env: ManualEnv = { ...manualEnv(), clock: context.clock };
  const quorum = { hasLeader: true, isActive: true };
  const controller = decider(context, () => quorum.isActive);
  const local = new LocalController({
    nodeId: 1,
    listenerName: "CONTROLLER",
    dispatcher: new RequestDispatcher({
      env,
      handlers: [
        brokerRegistrationHandler({ controller, clusterId: CLUSTER }),
        brokerHeartbeatHandler({ controller, connections: { heard() {} } }),
        controllerRegistrationHandler({ controller }),
      ],
    }),
  });
  const transport = new MemoryTransport();
  return {
    env,
    local,
    quorum,
    channel: (retryTimeoutMs = 2000) =>
      new NodeToControllerChannel({
        ...{ env, name: "test", clientId: "1", transport, local },
        controllerNode: () =>
          quorum.hasLeader ? { id: 1, epoch: 1, address: undefined } : undefined,
        retryTimeoutMs: () => retryTimeoutMs,
        requestTimeoutMs: () => 1000,
        setupTimeoutMs: () => 1000,
      }),
  };
}

/** A controller that registers with itself. */
export function registrationManager(world: LocalControllerWorld): ControllerRegistrationManager {
  return new ControllerRegistrationManager({
    env: world.env,
    nodeId: 1,
    endPoints: [{ name: "CONTROLLER", host: "localhost", port: 9093 }],
    features: [{ name: "metadata.version", minSupportedVersion: 7, maxSupportedVersion: 30 }],
    channel: world.channel(),
  });
}

/** Ids of the log directories of the broker in tests. */
export const [DIR_A, DIR_B] = [idOf("dir-a"), idOf("dir-b")];
