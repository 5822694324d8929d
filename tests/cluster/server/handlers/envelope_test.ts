import { assertEquals } from "@std/assert";
import { errorCode, errorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import { encodeRequest } from "../../../../client/protocol/framing.ts";
import {
  createTopics,
  type CreateTopicsRequest,
  type CreateTopicsResponse,
} from "../../../../client/protocol/messages/create_topics.ts";
import {
  describeQuorum,
  type DescribeQuorumRequest,
  type DescribeQuorumResponse,
} from "../../../../client/protocol/messages/describe_quorum.ts";
import type { EnvelopeRequest } from "../../../../client/protocol/messages/envelope.ts";
import { metadata } from "../../../../client/protocol/messages/metadata.ts";
import { updateFeatures } from "../../../../client/protocol/messages/update_features.ts";
import { decode, type Draft } from "../../../../storage/message/message_codec.ts";
import { readInt32 } from "../../../../storage/bytes/byte_reader.ts";
import type { ApiHandler, RequestContext } from "../../../../cluster/server/api_handler.ts";
import { describeQuorumHandler } from "../../../../cluster/server/handlers/describe_quorum.ts";
import { envelopeHandler } from "../../../../cluster/server/handlers/envelope.ts";
import { addressBytes } from "../../../../cluster/server/ip_address.ts";
import { encodePrincipal } from "../../../../cluster/server/kafka_principal.ts";
import { RequestDispatcher } from "../../../../cluster/server/request_dispatcher.ts";
import { ask } from "../../../support/handler_call.ts";
import { manualEnv } from "../../../support/manual_env.ts";

const ALICE = { type: "User", name: "alice", tokenAuthenticated: false };

/** A controller that makes topics by `create`. */
function open(create: (name: string) => void = () => {}) {
  const contexts: RequestContext[] = [];
  const handler: ApiHandler<CreateTopicsRequest, CreateTopicsResponse> = {
    api: createTopics,
    handle: ({ topics }, context) => {
      contexts.push(context);
      for (const { name } of topics) create(name);
      return { topics: topics.map(({ name }) => ({ name, numPartitions: 3 })) };
    },
    onError: ({ topics }, error) => ({
      topics: topics.map(({ name }) => ({ name, errorCode: errorCode(error) })),
    }),
  };
  const quorum: ApiHandler<DescribeQuorumRequest, DescribeQuorumResponse> = describeQuorumHandler({
    raft: { describeQuorum: () => undefined },
  });
  const dispatcher = new RequestDispatcher({ env: manualEnv(), handlers: [handler, quorum] });
  const envelope = envelopeHandler({ dispatcher });
  const send = async (request: Partial<EnvelopeRequest> = {}) => {
    const answer = await ask(envelope, 0, {
      requestData: createRequest(),
      requestPrincipal: encodePrincipal(ALICE),
      clientHostAddress: addressBytes("10.1.2.3"),
      ...request,
    });
    return { error: errorName(answer.errorCode), data: answer.responseData };
  };
  return { contexts, send };
}

const HEADER = { correlationId: 77, clientId: "admin" };
const createRequest = (version = 7) =>
  encodeRequest(createTopics, version, HEADER, { topics: [{ name: "t" }] }).subarray(4);

Deno.test("the request in an envelope is handled as its client's, and its answer is in the answer", async () => {
  const { contexts, send } = open();
  const { error, data } = await send();
  assertEquals([error, readInt32(data!, 0)], ["NONE", 77]);
  const answer = decode(createTopics.response, 7, data!, 5);
  assertEquals(answer.topics.map(({ name, numPartitions }) => [name, numPartitions]), [["t", 3]]);
  const { clientId, principal, clientHost, listenerName, apiVersion, correlationId } = contexts[0]!;
  assertEquals(
    [clientId, principal, clientHost, listenerName, apiVersion, correlationId],
    ["admin", ALICE, "10.1.2.3", "PLAINTEXT", 7, 77],
  );
});

Deno.test("old versions are answered in their own words", async () => {
  const { send } = open();
  const { data } = await send({ requestData: createRequest(2) });
  assertEquals(decode(createTopics.response, 2, data!, 4).topics[0]!.name, "t");
});

Deno.test("an error of the request is in its answer, but that another node decides is the envelope's", async () => {
  const failing = (code: "INVALID_TOPIC_EXCEPTION" | "NOT_CONTROLLER") =>
    open(() => {
      throw new KafkaError(code);
    }).send();
  const invalid = await failing("INVALID_TOPIC_EXCEPTION");
  assertEquals(invalid.error, "NONE");
  const [topic] = decode(createTopics.response, 7, invalid.data!, 5).topics;
  assertEquals(errorName(topic!.errorCode), "INVALID_TOPIC_EXCEPTION");
  assertEquals(await failing("NOT_CONTROLLER"), { error: "NOT_CONTROLLER", data: null });
});

Deno.test("only the leader of the quorum describes it: from others that is no answer", async () => {
  const topics = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }];
  const requestData = encodeRequest(describeQuorum, 2, HEADER, { topics }).subarray(4);
  assertEquals((await open().send({ requestData })).error, "NOT_CONTROLLER");
});

Deno.test("envelopes that are none are refused, each in its way", async () => {
  const { send, contexts } = open();
  const error = async (request: Partial<EnvelopeRequest>) => (await send(request)).error;
  assertEquals(await error({ requestPrincipal: null }), "PRINCIPAL_DESERIALIZATION_FAILURE");
  assertEquals(
    await error({ requestPrincipal: new Uint8Array([0, 9]) }),
    "PRINCIPAL_DESERIALIZATION_FAILURE",
  );
  assertEquals(await error({ clientHostAddress: new Uint8Array(5) }), "INVALID_REQUEST");
  assertEquals(await error({ requestData: new Uint8Array(3) }), "UNSUPPORTED_VERSION");
  const short = createRequest().subarray(0, 22);
  assertEquals(await error({ requestData: short }), "UNSUPPORTED_VERSION");
  const future = createRequest().slice();
  future[3] = 99;
  assertEquals(await error({ requestData: future }), "UNSUPPORTED_VERSION");
  const topics: Draft<{ topics: [] }> = { topics: [] };
  const plain = encodeRequest(metadata, 12, HEADER, topics).subarray(4);
  assertEquals(await error({ requestData: plain }), "INVALID_REQUEST");
  const missing = encodeRequest(updateFeatures, 1, HEADER, {}).subarray(4);
  assertEquals(await error({ requestData: missing }), "UNSUPPORTED_VERSION");
  assertEquals(contexts, []);
});
