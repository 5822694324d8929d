import { assert, assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import type { GetTelemetrySubscriptionsResponse } from "../../../../client/protocol/messages/get_telemetry_subscriptions.ts";
import { ClientMetrics } from "../../../../cluster/server/client_metrics.ts";
import { getTelemetrySubscriptionsHandler } from "../../../../cluster/server/handlers/get_telemetry_subscriptions.ts";
import { announcedApis } from "../../../../cluster/server/request_dispatcher.ts";
import { ZERO_UUID } from "../../../../storage/bytes/uuid.ts";
import { call } from "../../../support/handler_call.ts";
import { manualEnv } from "../../../support/manual_env.ts";

function setUp() {
  const { clock, random } = manualEnv();
  const clientMetrics = new ClientMetrics(clock);
  const handler = getTelemetrySubscriptionsHandler({
    clientMetrics,
    random,
    maxBytes: () => 1_048_576,
  });
  const ask = (clientInstanceId: string) =>
    call(handler, 0, { clientInstanceId }) as GetTelemetrySubscriptionsResponse;
  return { clock, clientMetrics, handler, ask };
}

Deno.test("a client gets an id, and is asked for nothing", () => {
  const { ask } = setUp();
  const { clientInstanceId, subscriptionId, ...rest } = ask(ZERO_UUID);
  assert(clientInstanceId !== ZERO_UUID);
  assert(Number.isInteger(subscriptionId));
  assertEquals(rest, {
    throttleTimeMs: 0,
    errorCode: 0,
    acceptedCompressionTypes: [4, 3, 1, 2],
    pushIntervalMs: 300_000,
    telemetryMaxBytes: 1_048_576,
    deltaTemporality: true,
    requestedMetrics: [],
  });
});

Deno.test("a client that has an id keeps it, and comes again after five minutes at the earliest", async () => {
  const { clock, ask } = setUp();
  const { clientInstanceId } = ask(ZERO_UUID);
  await clock.advance(299_999);
  assertEquals(ask(clientInstanceId).errorCode, errorCode("THROTTLING_QUOTA_EXCEEDED"));
  await clock.advance(1);
  const again = ask(clientInstanceId);
  assertEquals([again.errorCode, again.clientInstanceId], [0, clientInstanceId]);
});

Deno.test("a client whose push was of another subscription may ask at once", () => {
  const { clientMetrics, ask } = setUp();
  const { clientInstanceId } = ask(ZERO_UUID);
  clientMetrics.instance(clientInstanceId).mayAskAgain = true;
  assertEquals(ask(clientInstanceId).errorCode, 0);
  assertEquals(ask(clientInstanceId).errorCode, errorCode("THROTTLING_QUOTA_EXCEEDED"));
});

Deno.test("clients are not told that they could ask, as nothing takes their metrics", () => {
  assertEquals(announcedApis([setUp().handler]), []);
});
