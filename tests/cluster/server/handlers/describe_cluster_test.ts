import { assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import type {
  DescribeClusterRequest,
  DescribeClusterResponse,
} from "../../../../client/protocol/messages/describe_cluster.ts";
import type { Draft } from "../../../../storage/message/message_codec.ts";
import {
  describeClusterHandler,
  type DescribeClusterHandlerOptions,
} from "../../../../cluster/server/handlers/describe_cluster.ts";
import { ListenerView } from "../../../../cluster/server/listener_view.ts";
import { call } from "../../../support/handler_call.ts";
import { imageOf } from "../../../support/metadata_image.ts";

const image = imageOf({
  brokers: [{ brokerId: 1, rack: "r1" }, { brokerId: 2, fenced: true }, {
    brokerId: 3,
    listeners: { INTERNAL: 1 },
  }],
});

function ask(
  version: number,
  request: Draft<DescribeClusterRequest> = {},
  options: Partial<DescribeClusterHandlerOptions> = {},
): DescribeClusterResponse {
  const handler = describeClusterHandler({
    endpointType: "broker",
    clusterId: "cluster",
    nodes: (listenerName) => new ListenerView(image, listenerName).nodes,
    controllerId: () => 1,
    ...options,
  });
  return call(handler, version, request) as DescribeClusterResponse;
}

Deno.test("brokers are told with their addresses on the listener that was asked", () => {
  for (const version of [0, 1, 2]) {
    assertEquals(ask(version), {
      throttleTimeMs: 0,
      errorCode: 0,
      errorMessage: null,
      endpointType: 1,
      clusterId: "cluster",
      controllerId: 1,
      brokers: [{ brokerId: 1, host: "host1", port: 9092, rack: "r1", isFenced: false }],
      clusterAuthorizedOperations: -2147483648,
    });
  }
});

Deno.test("fenced brokers are told to those who ask for them", () => {
  const { brokers } = ask(2, { includeFencedBrokers: true });
  assertEquals(brokers.map(({ brokerId, isFenced }) => [brokerId, isFenced]), [[1, false], [
    2,
    true,
  ]]);
});

Deno.test("what clients may do with the cluster is told when they ask", () => {
  assertEquals(
    ask(0, { includeClusterAuthorizedOperations: true }).clusterAuthorizedOperations,
    8096,
  );
});

Deno.test("a controller that is not among the nodes is not told", () => {
  assertEquals(ask(1, {}, { controllerId: () => 2 }).controllerId, -1);
});

Deno.test("a broker does not answer for controllers, nor a controller for brokers", () => {
  const answer = ask(1, { endpointType: 2 });
  assertEquals(answer.errorCode, errorCode("MISMATCHED_ENDPOINT_TYPE"));
  assertEquals(
    answer.errorMessage,
    "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER",
  );
  assertEquals(
    ask(1, {}, { endpointType: "controller" }).errorMessage,
    "The request was sent to an endpoint of type CONTROLLER, but we wanted an endpoint of type BROKER",
  );
  assertEquals(ask(0, {}, { endpointType: "controller" }).errorCode, errorCode("INVALID_REQUEST"));
});

Deno.test("a kind of node that there is not is an error", () => {
  const answer = ask(1, { endpointType: 7 });
  assertEquals(answer.errorCode, errorCode("UNSUPPORTED_ENDPOINT_TYPE"));
  assertEquals(answer.errorMessage, "Unsupported endpoint type 7");
});
