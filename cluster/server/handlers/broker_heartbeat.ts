/**
 * BrokerHeartbeat (63): a broker says that it is there, and what it wants. Versions 0 to 2.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  brokerHeartbeat as api,
  type BrokerHeartbeatRequest,
  type BrokerHeartbeatResponse,
} from "../../../client/protocol/messages/broker_heartbeat.ts";
import { processBrokerHeartbeat } from "../../controller/broker_heartbeat.ts";
import type { ControllerDriver } from "../../controller/controller_driver.ts";
import type { ApiHandler } from "../api_handler.ts";
import type { HeartbeatConnections } from "../heartbeat_connections.ts";

/** What the handler needs. */
export interface BrokerHeartbeatHandlerOptions {
  /** Decides. */
  readonly controller: Pick<ControllerDriver, "submit" | "heardOf">;
  /** Is told over which connection a broker is heard. */
  readonly connections: Pick<HeartbeatConnections, "heard">;
}

/** Answers BrokerHeartbeat: has the controller decide. That the broker is there counts at once. */
export function brokerHeartbeatHandler(
  { controller, connections }: BrokerHeartbeatHandlerOptions,
): ApiHandler<BrokerHeartbeatRequest, BrokerHeartbeatResponse> {
  return {
    api,
    handle: (request, { connectionId }) => {
      connections.heard(connectionId, request);
      controller.heardOf(request.brokerId, request.brokerEpoch);
      return controller.submit((context, nextOffset) =>
        processBrokerHeartbeat(context, request, nextOffset)
      );
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}
