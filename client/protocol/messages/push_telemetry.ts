/**
 * PushTelemetry, API 72: a client pushes its metrics. Version 0, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of PushTelemetry. */
export interface PushTelemetryRequest {
  /** Id of one instance of a client. */
  readonly clientInstanceId: string;
  /** Id of the subscription. */
  readonly subscriptionId: number;
  /** Whether it is the last push. */
  readonly terminating: boolean;
  /** Compression of the metrics, by the ids of record batches. */
  readonly compressionType: number;
  /** Metrics in the format of OpenTelemetry. */
  readonly metrics: Uint8Array;
}

/** Response to PushTelemetry. */
export interface PushTelemetryResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const pushTelemetry: Api<PushTelemetryRequest, PushTelemetryResponse> = {
  key: 72,
  name: "PushTelemetry",
  request: message<PushTelemetryRequest>(`
@PushTelemetryRequest 72 0 flexible 0+ listeners broker
clientInstanceId uuid
subscriptionId int32
terminating bool
compressionType int8
metrics bytes
`),
  response: message<PushTelemetryResponse>(`
@PushTelemetryResponse 72 0 flexible 0+
throttleTimeMs int32
errorCode int16
`),
};
