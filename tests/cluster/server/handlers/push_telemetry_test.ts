import { assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import type {
  PushTelemetryRequest,
  PushTelemetryResponse,
} from "../../../../client/protocol/messages/push_telemetry.ts";
import { ClientMetrics } from "../../../../cluster/server/client_metrics.ts";
import { pushTelemetryHandler } from "../../../../cluster/server/handlers/push_telemetry.ts";
import { announcedApis } from "../../../../cluster/server/request_dispatcher.ts";
import { METADATA_TOPIC_ID, ZERO_UUID } from "../../../../storage/bytes/uuid.ts";
import { call } from "../../../support/handler_call.ts";
import { manualEnv } from "../../../support/manual_env.ts";

const ID = "AAAAAAAAAAAAAAAAAAAAFw";

function setUp() {
  const { clock } = manualEnv();
  const clientMetrics = new ClientMetrics(clock);
  const handler = pushTelemetryHandler({ clientMetrics, maxBytes: () => 100 });
  const right: PushTelemetryRequest = {
    clientInstanceId: ID,
    subscriptionId: clientMetrics.instance(ID).subscriptionId,
    terminating: false,
    compressionType: 0,
    metrics: new Uint8Array(100),
  };
  const push = async (wrong: Partial<PushTelemetryRequest>) => {
    await clock.advance(300_000);
    return errorName((call(handler, 0, { ...right, ...wrong }) as PushTelemetryResponse).errorCode);
  };
  return { clock, clientMetrics, handler, push };
}

Deno.test("what is right with a push goes nowhere, what is wrong is said", async () => {
  const { push } = setUp();
  assertEquals(await push({}), "NONE");
  assertEquals(await push({ clientInstanceId: ZERO_UUID }), "INVALID_REQUEST");
  assertEquals(await push({ clientInstanceId: METADATA_TOPIC_ID }), "INVALID_REQUEST");
  assertEquals(await push({ subscriptionId: 1 }), "UNKNOWN_SUBSCRIPTION_ID");
  for (const compressionType of [-1, 5]) {
    assertEquals(await push({ compressionType }), "UNSUPPORTED_COMPRESSION_TYPE");
  }
  assertEquals(await push({ metrics: new Uint8Array(101) }), "TELEMETRY_TOO_LARGE");
});

Deno.test("a client pushes once in five minutes, but may say at any time that it ends", async () => {
  const { clock, push } = setUp();
  assertEquals(await push({}), "NONE");
  await clock.advance(-1);
  assertEquals(await push({}), "THROTTLING_QUOTA_EXCEEDED");
  await clock.advance(-300_000);
  assertEquals(await push({ terminating: true }), "NONE");
  assertEquals(await push({}), "INVALID_REQUEST");
});

Deno.test("after a push of another subscription a client may ask at once", async () => {
  const { clientMetrics, push } = setUp();
  await push({ subscriptionId: 1 });
  assertEquals(clientMetrics.instance(ID).mayAskAgain, true);
  await push({});
  assertEquals(clientMetrics.instance(ID).mayAskAgain, false);
});

Deno.test("clients are not told that they could push", () => {
  assertEquals(announcedApis([setUp().handler]), []);
});
