import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { encodeRequest } from "../../../client/protocol/framing.ts";
import { apiVersions } from "../../../client/protocol/messages/api_versions.ts";
import {
  describeCluster,
  type DescribeClusterRequest,
  type DescribeClusterResponse,
} from "../../../client/protocol/messages/describe_cluster.ts";
import { findCoordinator } from "../../../client/protocol/messages/find_coordinator.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import { heartbeat } from "../../../client/protocol/messages/heartbeat.ts";
import { produce } from "../../../client/protocol/messages/produce.ts";
import {
  type AnyApiHandler,
  type ApiHandler,
  CLOSE_CONNECTION,
  NO_RESPONSE,
} from "../../../cluster/server/api_handler.ts";
import { MemoryPool } from "../../../client/network/memory_pool.ts";
import { apiVersionsHandler } from "../../../cluster/server/handlers/api_versions.ts";
import { produceHandler } from "../../../cluster/server/handlers/produce.ts";
import {
  announcedApis,
  RequestDispatcher,
  type RequestHook,
} from "../../../cluster/server/request_dispatcher.ts";
import { OffsetOutOfRangeError } from "../../../storage/errors.ts";
import { decode, type Draft } from "../../../storage/message/message_codec.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { manualEnv } from "../../support/manual_env.ts";

type Handle = ApiHandler<DescribeClusterRequest, DescribeClusterResponse>["handle"];

async function dispatcher(handle: Handle, hook?: RequestHook) {
  const env = manualEnv();
  const handler: ApiHandler<DescribeClusterRequest, DescribeClusterResponse> = {
    api: describeCluster,
    handle,
    onError: (_request, error, message) => ({
      errorCode: errorCode(error),
      errorMessage: message ?? null,
    }),
  };
  const handlers = [
    handler,
    apiVersionsHandler({
      apis: () => [{ apiKey: 60, minVersion: 0, maxVersion: 2 }],
      features: () => ({ supported: new Map(), finalized: new Map(), epoch: 0 }),
    }),
  ];
  const pool = new MemoryPool();
  const transport = new MemoryTransport();
  const listener = await transport.listen({ host: "broker", port: 1 });
  const connection = await transport.connect(listener.address);
  const answer = new RequestDispatcher({ env, handlers, hook }).forConnection({
    listenerName: "PLAINTEXT",
    connectionId: "c-1",
    connection,
  });
  return { env, pool, connection, dispatch: (frame: Uint8Array) => answer(frame, pool) };
}

function request(version = 2): Uint8Array {
  const header = { correlationId: 77, clientId: "me" };
  return encodeRequest(describeCluster, version, header, {}).subarray(4);
}

function response(outcome: unknown, version = 2): DescribeClusterResponse {
  // Size, correlation id and no tagged fields.
  return decode(describeCluster.response, version, outcome as Uint8Array, 9);
}

Deno.test("a request is decoded, handled and answered under its number", async () => {
  const { dispatch } = await dispatcher((_request, context) => {
    const { apiKey, apiVersion, clientId, listenerName, connectionId, clientHost } = context;
    assertEquals(
      [apiKey, apiVersion, clientId, listenerName, connectionId, clientHost],
      [60, 2, "me", "PLAINTEXT", "c-1", "broker"],
    );
    return { clusterId: "abc" };
  });
  const outcome = dispatch(request()) as Uint8Array;
  assertEquals(new DataView(outcome.buffer).getInt32(4), 77);
  assertEquals(response(outcome).clusterId, "abc");
});

Deno.test("an answer may take its time, be none, or end the connection", async () => {
  const later = await dispatcher(() => Promise.resolve({ clusterId: "abc" }));
  assertEquals(response(await later.dispatch(request())).clusterId, "abc");
  const none = await dispatcher(() => NO_RESPONSE);
  assertEquals(none.dispatch(request()), undefined);
  const end = await dispatcher(() => CLOSE_CONNECTION);
  assertEquals(end.dispatch(request()), "close");
});

Deno.test("errors of handlers become answers, thrown at once or later", async () => {
  const errors = [
    [new KafkaError("INVALID_REQUEST", "so not"), "INVALID_REQUEST", "so not", 0],
    [new OffsetOutOfRangeError("too far"), "OFFSET_OUT_OF_RANGE", "too far", 0],
    [new TypeError("a bug"), "UNKNOWN_SERVER_ERROR", null, 1],
  ] as const;
  for (const [error, code, message, lines] of errors) {
    for (
      const handle of [() => {
        throw error;
      }, (): Promise<Draft<DescribeClusterResponse>> => Promise.reject(error)]
    ) {
      const { env, dispatch } = await dispatcher(handle);
      const answer = response(await dispatch(request()));
      assertEquals([answer.errorCode, answer.errorMessage], [errorCode(code), message]);
      assertEquals(env.logger.lines.length, lines);
    }
  }
});

Deno.test("an ApiVersions request from the future is answered in version 0 with the ranges", async () => {
  const { dispatch } = await dispatcher(() => ({}));
  const header = { correlationId: 5, clientId: null };
  const frame = encodeRequest(apiVersions, 4, header, {
    clientSoftwareName: "x",
    clientSoftwareVersion: "1",
  }).subarray(4);
  new DataView(frame.buffer, frame.byteOffset).setInt16(2, 9);
  const outcome = dispatch(frame) as Uint8Array;
  const answer = decode(apiVersions.response, 0, outcome, 8);
  assertEquals(answer.errorCode, errorCode("UNSUPPORTED_VERSION"));
  // As Kafka: not all ranges, but the one that the client needs to ask again.
  assertEquals(answer.apiKeys, [{ apiKey: 18, minVersion: 0, maxVersion: 4 }]);
  assertEquals(new DataView(outcome.buffer).getInt32(4), 5);
  assertEquals(outcome.length, 4 + 4 + 2 + 4 + 6, "no tagged fields, in header or body");
});

Deno.test("an ApiVersions request from the future is not even looked into", async () => {
  const { dispatch } = await dispatcher(() => ({}));
  const bytes = new Uint8Array([0, 18, 0, 5, 0, 0, 0, 9, 0xff, 0xff, 0, 0xaa, 0xbb, 0xcc]);
  const answer = decode(apiVersions.response, 0, dispatch(bytes) as Uint8Array, 8);
  assertEquals(answer.errorCode, errorCode("UNSUPPORTED_VERSION"));
});

Deno.test("responses to ApiVersions have the old header in every version", async () => {
  const { dispatch } = await dispatcher(() => ({}));
  for (let version = 0; version <= 4; version++) {
    const software = { clientSoftwareName: "x", clientSoftwareVersion: "1" };
    const header = { correlationId: 5, clientId: "me" };
    const frame = encodeRequest(apiVersions, version, header, version >= 3 ? software : {});
    const outcome = dispatch(frame.subarray(4)) as Uint8Array;
    // With the newer header a byte for tagged fields would be in front of the body.
    const answer = decode(apiVersions.response, version, outcome, 8);
    assertEquals([answer.errorCode, answer.apiKeys.length], [0, 1], `version ${version}`);
  }
});

Deno.test("old clients are served: the lowest versions of what they use are taken and announced", async () => {
  const ranges = announcedApis(
    [metadata, findCoordinator, apiVersions].map((api) => ({
      api: api as AnyApiHandler["api"],
      handle: () => NO_RESPONSE,
      onError: () => ({}),
    })),
  );
  assertEquals(ranges.map(({ apiKey, minVersion }) => [apiKey, minVersion]), [
    [3, 0],
    [10, 0],
    [18, 0],
  ]);
  const { dispatch } = await dispatcher(() => ({ clusterId: "old" }));
  assertEquals(response(dispatch(request(0)), 0).clusterId, "old");
});

Deno.test("what is not served ends the connection: no handler, no such version, no such request", async () => {
  const { dispatch } = await dispatcher(() => ({}));
  const header = { correlationId: 5, clientId: null };
  const unserved = encodeRequest(heartbeat, 0, header, {}).subarray(4);
  assertThrows(() => dispatch(unserved), ProtocolError, "key 12 (Heartbeat) and version 0");
  const future = request();
  new DataView(future.buffer, future.byteOffset).setInt16(2, 99);
  assertThrows(() => dispatch(future), ProtocolError, "unsupported version 99");
  assertThrows(() => dispatch(request().subarray(0, 5)), ProtocolError);
  assertThrows(() => dispatch(new Uint8Array([0x7f, 0xff, 0, 0, 0, 0])), ProtocolError);
});

Deno.test("a hook sees requests first, and may answer, drop or let pass", async () => {
  const handled: string[] = [];
  for (
    const [kind, expected] of [
      ["pass", "abc"],
      ["answer", errorCode("NOT_CONTROLLER")],
      ["drop", "close"],
      ["drop-after", "close"],
    ] as const
  ) {
    const { dispatch } = await dispatcher(() => {
      handled.push(kind);
      return { clusterId: "abc" };
    }, { before: () => kind === "answer" ? { kind, error: "NOT_CONTROLLER" } : { kind } });
    const outcome = await dispatch(request());
    const seen = outcome === "close"
      ? outcome
      : kind === "pass"
      ? response(outcome).clusterId
      : response(outcome).errorCode;
    assertEquals(seen, expected);
  }
  assertEquals(handled, ["pass", "drop-after"]);
});

Deno.test("a handler is announced with the versions of its API, or those it has, or not at all", () => {
  const handler = { api: produce, handle: () => NO_RESPONSE, onError: () => ({}) } as const;
  // librdkafka looks for versions that are gone: they are announced all the same.
  assertEquals(announcedApis([handler]), [{ apiKey: 0, minVersion: 0, maxVersion: 13 }]);
  assertEquals(announcedApis([{ ...handler, versions: { lowest: 3, highest: 5 } }]), [
    { apiKey: 0, minVersion: 3, maxVersion: 5 },
  ]);
  assertEquals(announcedApis([{ ...handler, isHidden: true }]), []);
});

Deno.test("a request of an announced version that is gone ends the connection", async () => {
  const env = manualEnv();
  const handler: AnyApiHandler = {
    api: produce,
    handle: () => NO_RESPONSE,
    onError: () => ({}),
  };
  const { connection } = await dispatcher(() => ({}));
  const handle = new RequestDispatcher({ env, handlers: [handler] }).forConnection({
    listenerName: "A",
    connectionId: "c",
    connection,
  });
  const frame = new Uint8Array([0, 0, 0, 2, 0, 0, 0, 1, 0xff, 0xff, 0, 1]);
  assertThrows(() => handle(frame, new MemoryPool()), ProtocolError, "unsupported version 2");
});

Deno.test("bytes inside a request that make no sense end the connection, when the handler finds out", async () => {
  const { dispatch } = await dispatcher(() => {
    throw new ProtocolError("no such thing");
  });
  assertThrows(() => dispatch(request()), ProtocolError, "no such thing");
  const later = await dispatcher(() => Promise.reject(new ProtocolError("later")));
  await assertRejects(async () => await later.dispatch(request()), ProtocolError, "later");
});

Deno.test("a request that ends too early names the API and the connection", async () => {
  const { dispatch } = await dispatcher(() => ({}));
  assertThrows(
    () => dispatch(request().subarray(0, request().length - 2)),
    ProtocolError,
    "apiKey: DescribeCluster, apiVersion: 2, connectionId: c-1",
  );
});

Deno.test("an answer that its version has no words for is a fault of the broker, and its memory comes back", async () => {
  const { env, pool, dispatch } = await dispatcher(() => ({
    clusterId: "x".repeat(5000),
    controllerId: "none" as unknown as number,
  }));
  const answer = response(dispatch(request()));
  assertEquals(answer.errorCode, errorCode("UNKNOWN_SERVER_ERROR"));
  assertEquals([env.logger.lines.length, pool.lent], [1, 0]);
});

Deno.test("a large response is written to memory that is used again", async () => {
  const { pool, dispatch } = await dispatcher(() => ({ clusterId: "x".repeat(20_000) }));
  const outcome = dispatch(request()) as Uint8Array;
  assertEquals(response(outcome).clusterId.length, 20_000);
  assertEquals(pool.lent, 32_768);
  pool.give(outcome);
  assertEquals(pool.lent, 0);
});

Deno.test("a producer that waits for no answer learns of an error by the end of the connection", async () => {
  const env = manualEnv();
  const { connection } = await dispatcher(() => ({}));
  const handler: AnyApiHandler = {
    ...produceHandler({ replicaManager: {} as never }),
    handle: () => {
      throw new TypeError("a bug");
    },
  };
  const handle = new RequestDispatcher({ env, handlers: [handler] }).forConnection({
    listenerName: "A",
    connectionId: "c",
    connection,
  });
  const produced = (acks: number) =>
    handle(
      encodeRequest(produce, 9, { correlationId: 1, clientId: null }, { acks }).subarray(4),
      new MemoryPool(),
    );
  assertEquals(produced(0), "close");
  assert(produced(1) instanceof Uint8Array);
});
