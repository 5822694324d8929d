/**
 * BrokerRegistration (62): a broker joins the cluster. Versions 0 to 4.
 *
 * @module
 */

import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  brokerRegistration as api,
  type BrokerRegistrationRequest,
  type BrokerRegistrationResponse,
} from "../../../client/protocol/messages/broker_registration.ts";
import { registerBroker } from "../../controller/broker_registration.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface BrokerRegistrationHandlerOptions {
  /** Decides. */
  readonly controller: Pick<ControllerDriver, "submit">;
  /** Id of the cluster, which the broker has to be formatted for. */
  readonly clusterId: string;
}

/** Answers BrokerRegistration: has the controller decide. The broker leads nothing before its heartbeats say that it may. */
export function brokerRegistrationHandler(
  { controller, clusterId }: BrokerRegistrationHandlerOptions,
): ApiHandler<BrokerRegistrationRequest, BrokerRegistrationResponse> {
  return {
    api,
    handle: async (request) => {
      const { clusterId: told, isMigratingZkBroker, listeners, ...details } = request;
      if (told !== clusterId) {
        throw new KafkaError(
          "INCONSISTENT_CLUSTER_ID",
          `Expected cluster ID ${clusterId}, but got cluster ID ${told}`,
        );
      }
      if (isMigratingZkBroker) {
        throw new KafkaError(
          "BROKER_ID_NOT_REGISTERED",
          "Controller does not support registering ZK brokers.",
        );
      }
      const brokerEpoch = await controller.submit((context, nextOffset) =>
        registerBroker(context, { ...details, endPoints: listeners }, nextOffset, true)
      );
      return { brokerEpoch };
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}
