import { assertEquals, assertRejects } from "@std/assert";
import { encodeRequest, encodeResponse } from "../../../client/protocol/framing.ts";
import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  createTopics,
  type CreateTopicsRequest,
  type CreateTopicsResponse,
} from "../../../client/protocol/messages/create_topics.ts";
import { describeQuorum } from "../../../client/protocol/messages/describe_quorum.ts";
import type { EnvelopeRequest } from "../../../client/protocol/messages/envelope.ts";
import { incrementalAlterConfigs } from "../../../client/protocol/messages/incremental_alter_configs.ts";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import type { ControllerDriver } from "../../../cluster/controller/controller_driver.ts";
import type { ApiHandler } from "../../../cluster/server/api_handler.ts";
import { BrokerLifecycle } from "../../../cluster/server/broker_lifecycle.ts";
import { controllerChannels } from "../../../cluster/server/controller_channels.ts";
import type { ControllerChannel } from "../../../cluster/server/controller_channel.ts";
import { ForwardingManager } from "../../../cluster/server/forwarding_manager.ts";
import { createTopicsHandler } from "../../../cluster/server/handlers/create_topics.ts";
import { describeQuorumHandler } from "../../../cluster/server/handlers/describe_quorum.ts";
import { incrementalAlterConfigsHandler } from "../../../cluster/server/handlers/incremental_alter_configs.ts";
import { decodePrincipal } from "../../../cluster/server/kafka_principal.ts";
import { LocalController } from "../../../cluster/server/local_controller.ts";
import { RequestDispatcher } from "../../../cluster/server/request_dispatcher.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { startWithController } from "../../support/broker.ts";
import { CollectingLogger } from "../../support/manual_env.ts";
import { requestContext } from "../../support/replicas.ts";
import { idOf } from "../controller/controller_support.ts";

const VERSION = 7;
const REQUEST = { topics: [{ name: "t" }] };
const context = {
  ...requestContext(VERSION),
  frame: encodeRequest(createTopics, VERSION, { correlationId: 1, clientId: "c" }, REQUEST)
    .subarray(4),
};

/** A controller that is somewhere else, and answers every envelope so. */
function forwardingTo(
  answer: { error?: ErrorName; data?: Uint8Array | null; throws?: Error },
  isControllerHere = () => false,
) {
  const envelopes: EnvelopeRequest[] = [];
  const logger = new CollectingLogger();
  const forwarding = new ForwardingManager({
    channel: {
      send: ((_api: unknown, request: EnvelopeRequest) => {
        envelopes.push(request);
        if (answer.throws !== undefined) return Promise.reject(answer.throws);
        const { error = "NONE", data = null } = answer;
        return Promise.resolve({ errorCode: errorCode(error), responseData: data });
      }) as unknown as ControllerChannel["send"],
    },
    isControllerHere,
    logger,
  });
  return { forwarding, envelopes, logger };
}

const created = encodeResponse(createTopics, VERSION, 1, { topics: [{ name: "there" }] })
  .subarray(4);

Deno.test("a request is sent on as it came, with whom it came from, and its answer comes back", async () => {
  const { forwarding, envelopes } = forwardingTo({ data: created });
  const answer = await forwarding.forward(createTopics, context);
  assertEquals(answer.topics.map(({ name }) => name), ["there"]);
  const [sent] = envelopes;
  assertEquals(sent!.requestData, context.frame);
  assertEquals(decodePrincipal(sent!.requestPrincipal!).name, "ANONYMOUS");
  assertEquals([...sent!.clientHostAddress], [127, 0, 0, 1]);
});

Deno.test("a request may be sent on with another content, under the same header", async () => {
  const { forwarding, envelopes } = forwardingTo({ data: created });
  await forwarding.forward(createTopics, context, { topics: [{ name: "other" }] });
  const header = { correlationId: 1, clientId: "test" };
  const expected = encodeRequest(createTopics, VERSION, header, { topics: [{ name: "other" }] });
  assertEquals(envelopes[0]!.requestData, expected.subarray(4));
});

Deno.test("whatever is wrong between broker and controller, the client is told little", async () => {
  const errorOf = async (answer: Parameters<typeof forwardingTo>[0]) => {
    const { forwarding, logger } = forwardingTo(answer);
    const { code } = await assertRejects(
      () => forwarding.forward(createTopics, context),
      KafkaError,
    ) as KafkaError;
    assertEquals(logger.matching("Failed to forward").length, 1);
    return code;
  };
  assertEquals(
    await errorOf({ error: "PRINCIPAL_DESERIALIZATION_FAILURE" }),
    "UNKNOWN_SERVER_ERROR",
  );
  assertEquals(await errorOf({ data: null }), "UNKNOWN_SERVER_ERROR");
  assertEquals(await errorOf({ data: created.subarray(0, 8) }), "UNKNOWN_SERVER_ERROR");
  const lacksEnvelope = new KafkaError("UNSUPPORTED_VERSION");
  assertEquals(await errorOf({ throws: lacksEnvelope }), "UNKNOWN_SERVER_ERROR");
  const late = new KafkaError("REQUEST_TIMED_OUT", "of the channel");
  assertEquals(await errorOf({ throws: late }), "REQUEST_TIMED_OUT");
});

Deno.test("a version that the controller lacks ends the connection, so that the client asks for versions anew", async () => {
  const { forwarding } = forwardingTo({ error: "UNSUPPORTED_VERSION" });
  await assertRejects(
    () => forwarding.forward(createTopics, context),
    ProtocolError,
    "The controller does not take CreateTopics of version 7 any more",
  );
});

Deno.test("the controller of the same node answers by itself, until it is not the active one any more", async () => {
  let isActive = true;
  const { forwarding, envelopes } = forwardingTo({ data: created }, () => isActive);
  let answer: () => ReturnType<ApiHandler<CreateTopicsRequest, CreateTopicsResponse>["handle"]>;
  const handler = forwarding.around<CreateTopicsRequest, CreateTopicsResponse>({
    api: createTopics,
    handle: () => answer(),
    onError: () => ({}),
  });
  const handle = async () => {
    const response = await handler.handle({} as CreateTopicsRequest, context);
    return (response as CreateTopicsResponse).topics[0]!.name;
  };
  answer = () => ({ topics: [{ name: "here" }] });
  assertEquals([await handle(), forwarding.isNeeded], ["here", false]);
  answer = () => Promise.reject(new KafkaError("INVALID_REQUEST"));
  await assertRejects(handle, KafkaError);
  assertEquals(envelopes.length, 0);
  answer = () => Promise.reject(new KafkaError("NOT_CONTROLLER"));
  assertEquals(await handle(), "there");
  isActive = false;
  answer = () => {
    throw new Error("is not asked");
  };
  assertEquals([await handle(), envelopes.length], ["there", 2]);
});

/** A node with the controller, and the part of another one that speaks to it over the network. */
async function twoNodes() {
  const first = await startWithController();
  const { broker, transport, env, endpoint } = first;
  const config = BrokerConfig.parse({ ...quickStartProperties(), "node.id": "2" });
  const open = controllerChannels({
    ...{ env, config, transport },
    controllerNode: () => ({ id: 1, epoch: 1, address: endpoint }),
    local: undefined,
  });
  const lifecycle = new BrokerLifecycle({
    ...{ env, config, clusterId: broker.clusterId },
    channel: open("heartbeat", () => 2000),
    image: () => broker.metadata,
    logManager: {
      liveLogDirs: ["/a"],
      cordonedLogDirs: new Set(),
      directoryId: () => idOf("dir-2"),
    },
    endPoints: () => [{ name: "PLAINTEXT", host: "localhost", port: 1 }],
    previousBrokerEpoch: undefined,
    onFatal: () => {},
  });
  const channel = open("forwarding", () => 60_000);
  const controller = {
    submit: () => Promise.reject(new KafkaError("NOT_CONTROLLER")),
  } as unknown as ControllerDriver;
  const forwarding = new ForwardingManager({
    channel,
    isControllerHere: () => false,
    logger: env.logger,
  });
  const clients = new LocalController({
    nodeId: 0,
    listenerName: "PLAINTEXT",
    dispatcher: new RequestDispatcher({
      env,
      handlers: [
        forwarding.around(createTopicsHandler({ controller })),
        forwarding.around(describeQuorumHandler({ raft: { describeQuorum: () => undefined } })),
        incrementalAlterConfigsHandler({
          ...{ controller, forwarding },
          rules: { duplicate: "", validate: () => {} },
          loggers: { apply: () => {} },
        }),
      ],
    }),
  });
  return {
    ...{ first, broker, lifecycle, channel, clients },
    async [Symbol.asyncDispose]() {
      await lifecycle.shutdown();
      await channel.shutdown();
      await first[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a broker joins the controller of another node over the network, and takes its clients' requests there", async () => {
  await using nodes = await twoNodes();
  const { broker, lifecycle, clients, channel } = nodes;
  await lifecycle.start();
  await lifecycle.readyToUnfence();
  const { fenced, logDirs, brokerEpoch } = broker.metadata.cluster.brokers.get(2)!;
  assertEquals([fenced, logDirs, brokerEpoch], [false, [idOf("dir-2")], lifecycle.brokerEpoch]);
  const { topics: [topic] } = await clients.send(createTopics, {
    topics: [{ name: "t", numPartitions: 2, replicationFactor: 2 }],
    timeoutMs: 5000,
  });
  assertEquals([topic!.errorCode, topic!.replicationFactor], [0, 2]);
  const replicas = broker.metadata.topics.partition("t", 0)!.replicas;
  assertEquals([...replicas].sort(), [1, 2]);
  const { responses: [altered] } = await clients.send(incrementalAlterConfigs, {
    resources: [{
      resourceType: 2,
      resourceName: "t",
      configs: [{ name: "retention.ms", configOperation: 0, value: "5000" }],
    }],
  });
  assertEquals(altered!.errorCode, 0);
  assertEquals(broker.metadata.configs.of(2, "t").get("retention.ms"), "5000");
  const quorum = await clients.send(describeQuorum, {
    topics: [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }],
  });
  assertEquals(quorum.topics[0]!.partitions[0]!.leaderId, 1);
  assertEquals(channel.controllerVersions!.get(createTopics.key), { lowest: 2, highest: 7 });
  // Broker 1 leads what broker 2 did.
  const leaders = () => [0, 1].map((id) => broker.metadata.topics.partition("t", id)!.leader);
  assertEquals(leaders().sort(), [1, 2]);
  await lifecycle.controlledShutdown(10_000);
  assertEquals([lifecycle.state, leaders()], ["SHUTTING_DOWN", [1, 1]]);
  assertEquals(broker.metadata.cluster.brokers.get(2)!.fenced, true);
});
