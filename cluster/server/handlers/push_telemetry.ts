/**
 * PushTelemetry (72): a client sends its metrics. Version 0.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  pushTelemetry,
  type PushTelemetryRequest,
  type PushTelemetryResponse,
} from "../../../client/protocol/messages/push_telemetry.ts";
import { METADATA_TOPIC_ID, ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import type { ApiHandler } from "../api_handler.ts";
import type { ClientMetrics, ClientMetricsInstance } from "../client_metrics.ts";

/** What the handler needs. */
export interface PushTelemetryOptions {
  /** The clients. */
  readonly clientMetrics: ClientMetrics;
  /** `telemetry.max.bytes`. */
  readonly maxBytes: () => number;
}

const LAST_COMPRESSION_TYPE = 4;

/** Handles PushTelemetry: what is wrong with a push is said, what is right with it goes nowhere. */
export function pushTelemetryHandler(
  { clientMetrics, maxBytes }: PushTelemetryOptions,
): ApiHandler<PushTelemetryRequest, PushTelemetryResponse> {
  return {
    api: pushTelemetry,
    isHidden: true,
    handle(request) {
      const { clientInstanceId: id, terminating } = request;
      if (id === ZERO_UUID || id === METADATA_TOPIC_ID) {
        return { errorCode: errorCode("INVALID_REQUEST") };
      }
      const instance = clientMetrics.instance(id);
      const error = check(request, instance, clientMetrics.now, maxBytes());
      instance.isTerminating = terminating;
      instance.mayAskAgain = error === "UNKNOWN_SUBSCRIPTION_ID" ||
        error === "UNSUPPORTED_COMPRESSION_TYPE";
      return { errorCode: errorCode(error) };
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}

/** What is wrong with a push, in the order in which Kafka looks. */
function check(
  { terminating, subscriptionId, compressionType, metrics }: PushTelemetryRequest,
  instance: ClientMetricsInstance,
  now: number,
  maxBytes: number,
): ErrorName {
  if (instance.isTerminating) return "INVALID_REQUEST";
  if (!instance.mayPush(now) && !terminating) return "THROTTLING_QUOTA_EXCEEDED";
  if (subscriptionId !== instance.subscriptionId) return "UNKNOWN_SUBSCRIPTION_ID";
  if (compressionType < 0 || compressionType > LAST_COMPRESSION_TYPE) {
    return "UNSUPPORTED_COMPRESSION_TYPE";
  }
  return metrics.length > maxBytes ? "TELEMETRY_TOO_LARGE" : "NONE";
}
