/**
 * GetTelemetrySubscriptions, API 71: which metrics a client is to push. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of GetTelemetrySubscriptions. */
export interface GetTelemetrySubscriptionsRequest {
  /** Id of one instance of a client. */
  readonly clientInstanceId: string;
}

/** Response to GetTelemetrySubscriptions. */
export interface GetTelemetrySubscriptionsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Id of one instance of a client. */
  readonly clientInstanceId: string;
  /** Id of the subscription. */
  readonly subscriptionId: number;
  /** Compressions that the broker can read, by the ids of record batches. */
  readonly acceptedCompressionTypes: readonly number[];
  /** How often to push. */
  readonly pushIntervalMs: number;
  /** Most bytes of one push. */
  readonly telemetryMaxBytes: number;
  /** Whether counters are sent as what came since the last push. */
  readonly deltaTemporality: boolean;
  /** Prefixes of the names of wanted metrics; an empty one for all. */
  readonly requestedMetrics: readonly string[];
}

/** The API. */
export const getTelemetrySubscriptions: Api<
  GetTelemetrySubscriptionsRequest,
  GetTelemetrySubscriptionsResponse
> = {
  key: 71,
  name: "GetTelemetrySubscriptions",
  request: message<GetTelemetrySubscriptionsRequest>(`
@GetTelemetrySubscriptionsRequest 71 0 flexible 0+ listeners broker
clientInstanceId uuid
`),
  response: message<GetTelemetrySubscriptionsResponse>(`
@GetTelemetrySubscriptionsResponse 71 0 flexible 0+
throttleTimeMs int32
errorCode int16
clientInstanceId uuid
subscriptionId int32
acceptedCompressionTypes []int8
pushIntervalMs int32
telemetryMaxBytes int32
deltaTemporality bool
requestedMetrics []string
`),
};
