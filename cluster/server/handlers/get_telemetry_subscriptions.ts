/**
 * GetTelemetrySubscriptions (71): a client asks which metrics it is to push. Version 0.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  getTelemetrySubscriptions,
  type GetTelemetrySubscriptionsRequest,
  type GetTelemetrySubscriptionsResponse,
} from "../../../client/protocol/messages/get_telemetry_subscriptions.ts";
import { randomUuid, ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import type { Random } from "../../../storage/env.ts";
import type { ApiHandler } from "../api_handler.ts";
import { type ClientMetrics, PUSH_INTERVAL_MS } from "../client_metrics.ts";

/** What the handler needs. */
export interface GetTelemetrySubscriptionsOptions {
  /** The clients. */
  readonly clientMetrics: ClientMetrics;
  /** For ids. */
  readonly random: Random;
  /** `telemetry.max.bytes`. */
  readonly maxBytes: () => number;
}

/** zstd, lz4, gzip, snappy, by the ids of record batches: the best first. */
const COMPRESSION_TYPES = [4, 3, 1, 2];

/** Handles GetTelemetrySubscriptions: a client gets an id, and is asked for nothing. */
export function getTelemetrySubscriptionsHandler(
  { clientMetrics, random, maxBytes }: GetTelemetrySubscriptionsOptions,
): ApiHandler<GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse> {
  return {
    api: getTelemetrySubscriptions,
    isHidden: true,
    handle({ clientInstanceId: asked }) {
      const clientInstanceId = asked === ZERO_UUID ? randomUuid(random) : asked;
      const instance = clientMetrics.instance(clientInstanceId);
      if (!instance.mayGet(clientMetrics.now) && !instance.mayAskAgain) {
        return { errorCode: errorCode("THROTTLING_QUOTA_EXCEEDED") };
      }
      instance.mayAskAgain = false;
      return {
        clientInstanceId,
        subscriptionId: instance.subscriptionId,
        acceptedCompressionTypes: COMPRESSION_TYPES,
        pushIntervalMs: PUSH_INTERVAL_MS,
        telemetryMaxBytes: maxBytes(),
        deltaTemporality: true,
      };
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}
